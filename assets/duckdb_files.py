"""Opening DuckDB files, and names and texts in what is asked of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connected(path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file, or to none that is kept."""
    connection = duckdb.connect(
        str(path or ":memory:"),
        read_only=read_only,
        config={"autoinstall_known_extensions": False},
    )
    try:
        yield connection
    finally:
        connection.close()


def quote_name(identifier: str) -> str:
    """An SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """An SQL text."""
    return "'" + text.replace("'", "''") + "'"
