"""A home whose build is made by hand, and what is published of it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.published import PublishedWarehouse
from assets.stores import HomeStore, make_home

DAY = date(2026, 10, 31)
CUSTOMERS = {
    "description": "One row per customer.",
    "columns": {"customer_id": {"description": "Resolved id; 'OneID'."}},
}
ORDERS = {
    "description": "One row per order.",
    "columns": {},
    "config": {"meta": {"parts": {"column": "order_date", "by": "month"}}},
}
TABLES = {"customers": CUSTOMERS, "orders": ORDERS}


@pytest.fixture
def home(tmp_path: Path) -> HomeStore:
    store = HomeStore(root=str(tmp_path / "home"))
    make_home(store.paths)
    return store


def build(home: HomeStore, version: int) -> None:
    """A build whose orders of October and whose customers carry the version."""
    home.paths.build_database.unlink(missing_ok=True)
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute("create schema marts; create schema vault")
        warehouse.execute("create table vault.secrets as select '13912345678' as identifier")
        warehouse.execute(
            "create table marts.customers as "
            f"select 'C' || range as customer_id, {version} as version from range(1000)"
        )
        warehouse.execute(
            "create table marts.orders as select 'o' || range as order_id, "
            "date '2026-01-01' + (range % 304)::integer as order_date, "
            f"case when order_date >= date '2026-10-01' then {version} end as version "
            "from range(3040)"
        )


def publish(home: HomeStore, tables=TABLES, *, keep: int = 7) -> dict[str, int]:
    return PublishedWarehouse(home=home).replace(tables, as_of_date=DAY, keep=keep)
