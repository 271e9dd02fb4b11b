"""Smoke: a small brand is written."""

from datetime import date
from pathlib import Path

from siyu.demo import DemoSettings, write_demo
from siyu.home import Home


def test_small_brand_is_written(tmp_path: Path) -> None:
    summary = write_demo(
        Home(tmp_path),
        customers=120,
        days=60,
        seed=3,
        end_date=date(2026, 10, 31),
        settings=DemoSettings(),
    )
    assert summary.orders > 20
