"""Derived tables somebody damaged: named when they stop a night, made anew where they can be."""

import polars as pl
import pytest

from assets.dbt_build import DbtBuildError, _with_damaged
from assets.stores import HomeStore, ParquetStore, make_home

ROWS = pl.DataFrame({"as_of_date": ["2026-10-31"]})


@pytest.fixture
def exchange(tmp_path) -> ParquetStore:
    home = HomeStore(root=str(tmp_path))
    make_home(home.paths)
    return ParquetStore(home=home, folder="exchange")


@pytest.mark.parametrize("damage", [b"", b"junkjunkjunkjunk", b"PAR1 cut before its end"])
def test_a_damaged_day_is_named_with_what_to_do(exchange, damage):
    for day in ("2026-10-30", "2026-10-31"):
        exchange.write_part("customer_tiers", day, ROWS)
    found = DbtBuildError("dbt failed on customer_tiers")
    assert _with_damaged(found, exchange.home.paths) is found
    (exchange.path / "customer_tiers" / "2026-10-30.parquet").write_bytes(damage)
    told = str(_with_damaged(found, exchange.home.paths))
    assert told.startswith("Damaged: exchange/customer_tiers/2026-10-30.parquet; delete it")
    assert told.endswith(str(found))


def test_a_file_where_a_folder_of_days_should_be_is_replaced(exchange):
    (exchange.path / "customer_rfm").write_text("x")
    exchange.write_part("customer_rfm", "2026-10-31", ROWS)
    assert exchange.read_part("customer_rfm", "2026-10-31").equals(ROWS)
