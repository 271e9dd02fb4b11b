"""Quality of identity on the demo brand, by its truth: fails when it leaves its stated band."""

import sys
from pathlib import Path

import polars as pl

from siyu.home import Home

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from identity import DEMO_BANDS, SMALL_SAMPLE, measure_partition
from identity_demo import read_demo


def exchanged(home: Home, table: str) -> pl.DataFrame:
    return pl.read_parquet(home.exchange / f"{table}.parquet")


def assert_within_band(home: Home, preset: str) -> None:
    found = measure_partition(
        read_demo(home.root),
        exchanged(home, "identity_records"),
        exchanged(home, "identity_households"),
    )
    assert found.is_within(DEMO_BANDS[preset], margin=SMALL_SAMPLE), found
    assert found.b_cubed.precision >= DEMO_BANDS[preset].precision - SMALL_SAMPLE, found


def test_precision_and_recall_of_the_demo_brand_stay_within_their_band(brand):
    assert_within_band(brand, "standard")


def test_no_customer_of_the_brand_holds_two_unionids(brand):
    """Phones of families, shops and former holders stand beside many; none of them merges two."""
    held = exchanged(brand, "identity_nodes").filter(namespace="wechat_unionid")
    beside = exchanged(brand, "identity_links").filter(
        pl.col("right_namespace") == "phone", pl.col("left_namespace") == "wechat_unionid"
    )
    several = beside.group_by("right_identifier_hash").agg(
        people=pl.col("left_identifier_hash").n_unique()
    )
    assert several.filter(pl.col("people") > 1).height > 0  # or the test says nothing
    assert held["customer_id"].drop_nulls().is_unique().all()
