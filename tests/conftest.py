"""What every test shares: reproducible properties, and a PostgreSQL server of its own."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.mysql import MysqlServer, run_mysql
from tests.postgresql import PostgresqlServer, run_postgresql

# properties draw the same examples everywhere; a run never fails by chance
settings.register_profile("reproducible", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("reproducible")


# session fixtures that cost seconds: a worker of its own makes each once
SHARED = ("brand", "of_samples", "of_nothing", "postgresql_server", "mysql_server")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server on this machine, started for the session (one per test worker)."""
    with run_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[MysqlServer]:
    """A MySQL-speaking server on this machine, started for the session."""
    with run_mysql() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares a built home or a server on one worker, and any other file whole."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        shared = next((name for name in names if name in SHARED), None)
        item.add_marker(
            pytest.mark.xdist_group(f"{item.path.parent}:{shared}" if shared else str(item.path))
        )
