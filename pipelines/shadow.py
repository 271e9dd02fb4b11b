"""Work in a home other than the one the run is for: a copy that is thrown away afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from assets.stores import HomeStore


@contextmanager
def inside(home: HomeStore) -> Iterator[None]:
    """Let assets and dbt work in a home other than the one the run is for."""
    before = os.environ.get("SIYU_HOME")
    os.environ["SIYU_HOME"] = str(home.paths.root)
    try:
        with home.held():
            yield
    finally:
        if before is None:
            del os.environ["SIYU_HOME"]
        else:
            os.environ["SIYU_HOME"] = before
