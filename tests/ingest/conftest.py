"""Homes whose exports are landed, and the declared sources they are read by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import Source, load_sources

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
LOADED_AT = datetime.fromisoformat("2026-06-20T18:00:00")


@dataclass
class Brand:
    """One home and what it lands."""

    home: Home
    sources: dict[str, Source]

    def put(self, source: str, file: str, content: bytes | str) -> Path:
        path = self.home.raw / source / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def put_sample(self, source: str, file: str) -> Path:
        return self.put(source, file, (SAMPLES / file).read_bytes())

    def land(self, *, loaded_at: datetime = LOADED_AT, refusals: dict | None = None):
        staged = stage_exports(self.home, self.sources, loaded_at=loaded_at)
        return admit_exports(self.home, self.sources, staged, refusals or {})

    def rows(self, source: str) -> pl.DataFrame:
        folder = self.home.landing / source
        return pl.concat(
            [pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))], how="diagonal"
        ).sort("_source_file", "_line_number")

    def land_one(self, source: str, content: bytes | str, file: str = "export.csv") -> pl.DataFrame:
        """Land one export and give its rows; it must not be refused."""
        self.put(source, file, content)
        status = self.land().filter(pl.col("file") == file)
        assert status["status"].to_list() == ["landed"], status["reason"].to_list()
        return self.rows(source).filter(pl.col("_source_file") == file)

    def refusal(self, source: str, content: bytes | str, file: str = "export.csv") -> str:
        """The reason why one export is refused."""
        self.put(source, file, content)
        status = self.land().filter(pl.col("file") == file)
        assert status["status"].to_list() == ["refused"]
        return status["reason"].item()

    def rejected(self, source: str) -> list[dict]:
        """Rejected rows of all exports of a source."""
        files = sorted((self.home.quarantine / source).glob("*.rejected.csv"))
        frames = [pl.read_csv(path, infer_schema=False) for path in files]
        return pl.concat(frames).to_dicts() if frames else []


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    return load_sources(ROOT / "config" / "sources")


@pytest.fixture
def brand(tmp_path: Path, sources: dict[str, Source]) -> Brand:
    return Brand(Home(tmp_path / "home"), sources)


@pytest.fixture
def csv_of() -> Callable[..., str]:
    """A CSV with these headings and rows."""

    def build(headings: list[str], *rows: list[str], end: str = "\r\n") -> str:
        return "".join(f"{','.join(cells)}{end}" for cells in (headings, *rows))

    return build
