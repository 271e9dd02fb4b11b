"""Tables of answers by as-of date: only the dates whose file changed are replaced."""

from datetime import date

import duckdb
import polars as pl
import pytest

from siyu.audience.build import MEMBERSHIP_SCHEMA
from tests.warehouse.conftest import land


def _members(day: str, *customers: str) -> pl.DataFrame:
    rows = {
        "audience": ["winback"] * len(customers),
        "as_of_date": [date.fromisoformat(day)] * len(customers),
        "customer_id": list(customers),
        "arm": ["treatment"] * len(customers),
    }
    return pl.DataFrame(rows).cast(MEMBERSHIP_SCHEMA).select(MEMBERSHIP_SCHEMA.names())


@pytest.fixture
def answers(tmp_path):
    """A home with two answered days, built."""
    warehouse = land(tmp_path / "home", {})
    folder = warehouse.home.exchange / "audience_members"
    _members("2026-01-01", "C1", "C2").write_parquet(folder / "2026-01-01.parquet")
    _members("2026-01-02", "C1").write_parquet(folder / "2026-01-02.parquet")
    warehouse.build("run", "--select", "audience_members")
    return warehouse, folder


def _rows(warehouse):
    return sorted(
        (str(day), customer)
        for customer, day in warehouse.rows(
            "select customer_id, as_of_date from marts.audience_members"
        )
    )


def test_new_changed_and_lost_dates_are_followed(answers):
    warehouse, folder = answers
    _members("2026-01-01", "C1", "C3", "C4").write_parquet(folder / "2026-01-01.parquet")
    (folder / "2026-01-02.parquet").unlink()
    _members("2026-01-03", "C9").write_parquet(folder / "2026-01-03.parquet")
    warehouse.build("run", "--select", "audience_members")
    assert _rows(warehouse) == [
        ("2026-01-01", "C1"),
        ("2026-01-01", "C3"),
        ("2026-01-01", "C4"),
        ("2026-01-03", "C9"),
    ]


def test_a_date_whose_file_stayed_is_left_alone(answers):
    warehouse, folder = answers
    with duckdb.connect(str(warehouse.home.build_database)) as connection:
        connection.execute(
            "update marts.audience_members set customer_id = 'mark' "
            "where as_of_date = date '2026-01-02'"
        )
    _members("2026-01-01", "C5").write_parquet(folder / "2026-01-01.parquet")
    warehouse.build("run", "--select", "audience_members")
    assert _rows(warehouse) == [("2026-01-01", "C5"), ("2026-01-02", "mark")]
