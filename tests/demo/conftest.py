"""One small brand for all tests of the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from siyu.demo import DemoSettings, DemoSummary, write_demo
from siyu.home import Home

CUSTOMERS, DAYS, SEED, END_DATE = 900, 330, 11, date(2026, 10, 31)


@dataclass(frozen=True)
class Brand:
    """A written demo."""

    root: Path
    summary: DemoSummary

    def truth(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.root / "truth" / f"{table}.parquet")

    def files(self, source: str, status: str = "landed") -> list[Path]:
        expected = self.truth("expected_files").filter(
            (pl.col("source") == source) & (pl.col("status") == status)
        )
        return [self.root / "raw" / source / file for file in expected["file"]]


def _write_small(root: Path, settings: DemoSettings | None = None, **changes: int) -> DemoSummary:
    numbers = {"customers": CUSTOMERS, "days": DAYS, "seed": SEED} | changes
    return write_demo(Home(root), end_date=END_DATE, settings=settings or DemoSettings(), **numbers)


@pytest.fixture(scope="session")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    root = tmp_path_factory.mktemp("brand")
    return Brand(root, _write_small(root))


@pytest.fixture(scope="session")
def write_small() -> Callable[..., DemoSummary]:
    return _write_small
