"""Where assets read from and write to: the home and the Parquet tables in it.

The folders are configured in `pipelines.resources`; the published DuckDB is in `assets.published`.
"""

import filecmp
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import polars as pl
from filelock import FileLock, Timeout

from siyu.errors import SiyuError
from siyu.files import PRIVATE_FOLDER, PRIVATE_UMASK, replace_file
from siyu.home import Home
from siyu.privacy.retention import day_of_name

ROW_GROUP = 262_144  # rows
PARQUET = b"PAR1"


class HomeBusyError(SiyuError):
    """Another run is at work on this home."""


class HomeStore(dg.ConfigurableResource):
    """The brand's home.

    Attributes:
        root: The home folder.
        wait_seconds: How long a run waits for another run on the home to end.
    """

    root: str
    wait_seconds: float = 0

    @property
    def paths(self) -> Home:
        """The folders of the home."""
        return Home(Path(self.root).resolve())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the home for writing; the operating system frees it when the process dies.

        Raises:
            HomeBusyError: Another process holds it, and did so for as long as this one waits.
        """
        os.umask(PRIVATE_UMASK)  # dbt and DuckDB make files too
        make_home(self.paths)
        lock = FileLock(self.paths.root / ".lock", is_singleton=True)
        try:
            lock.acquire(timeout=self.wait_seconds)
        except Timeout as error:
            raise HomeBusyError(
                f"Another run is at work on {self.paths.root}"
                f"{self._waited()}; wait for it to end and run again."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _waited(self) -> str:
        return f" (waited {self.wait_seconds:,.0f} s)" if self.wait_seconds else ""

    def now(self) -> datetime:
        """The present moment, UTC, naive as in every table."""
        return datetime.now(UTC).replace(tzinfo=None)


def make_home(home: Home) -> None:
    """Create the folders of a home; all but ``raw/`` are private."""
    home.raw.mkdir(parents=True, exist_ok=True)
    for folder in (
        home.landing,
        home.exchange,
        home.ledger,
        home.quarantine,
        home.warehouse,
        home.audiences,
        home.reports,
    ):
        folder.mkdir(exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)


class ParquetStore(dg.ConfigurableResource):
    """Named Parquet tables in one folder of the home, each replaced whole.

    Attributes:
        home: The home, held while a run uses the store.
        folder: Name of the folder in it.
    """

    home: HomeStore
    folder: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ParquetStore"]:  # noqa: ARG002
        """Hold the home for the run."""
        with self.home.held():
            yield self

    def read(self, table: str) -> pl.DataFrame:
        """Read a table, all its parts when it is a folder of parts."""
        return pl.read_parquet(self.files(table))

    def scan(self, table: str) -> pl.LazyFrame:
        """A table left on disk, read in pieces by whoever collects it."""
        return pl.scan_parquet(self.files(table))

    def files(self, table: str) -> list[Path]:
        """The files a table consists of, in order of their names.

        Args:
            table: Its name; with a ``*`` all tables of such names, which are of one form.
        """
        if "*" in table:
            return sorted(self.path.glob(f"{table}.parquet"))
        parts = sorted((self.path / table).glob("*.parquet"))
        return parts or [self.path / f"{table}.parquet"]

    def told(self, table: str) -> dg.MaterializeResult:
        """What `write` would say of a table that stays as it is."""
        return _describe(self.path / f"{table}.parquet")

    def read_part(self, table: str, part: str) -> pl.DataFrame:
        """Read one part of a table."""
        return pl.read_parquet(self.path / table / f"{part}.parquet")

    def read_newest_days(self, table: str, count: int) -> dict[date, pl.DataFrame]:
        """Read the newest parts of a table by day; there may be fewer."""
        parts = {day: file for file in self.files(table) if (day := day_of_name(file.stem))}
        return {day: pl.read_parquet(parts[day]) for day in sorted(parts)[-count:]}

    def write(self, table: str, rows: pl.DataFrame | pl.LazyFrame) -> dg.MaterializeResult:
        """Replace a table; a reader sees the old one or the new one."""
        return _replace_table(self.path / f"{table}.parquet", rows)

    def write_part(self, table: str, part: str, rows: pl.DataFrame) -> dg.MaterializeResult:
        """Replace one part of a table, such as the rows of one as-of date."""
        folder = self.path / table
        _replace_table(folder / "_schema.parquet", rows.clear())
        return _replace_table(folder / f"{part}.parquet", rows)

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.home.paths.root / self.folder


def is_whole_parquet(path: Path) -> bool:
    """Whether a file begins and ends as a Parquet does."""
    if not path.is_file() or path.stat().st_size < 3 * len(PARQUET):
        return False
    with path.open("rb") as file:
        begins = file.read(len(PARQUET)) == PARQUET
        file.seek(-len(PARQUET), os.SEEK_END)
        return begins and file.read() == PARQUET


def _replace_table(path: Path, rows: pl.DataFrame | pl.LazyFrame) -> dg.MaterializeResult:
    if path.parent.is_file():  # where a folder of parts should be
        path.parent.unlink()
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    # as small as at the default level, in half the time; the same rows make the same file
    rows.lazy().sink_parquet(partial, compression_level=1, row_group_size=ROW_GROUP)
    if path.exists() and filecmp.cmp(path, partial, shallow=False):
        partial.unlink()  # a table that stays as it is starts no work after it
    else:
        replace_file(path, partial)
    return _describe(path)


def _describe(path: Path) -> dg.MaterializeResult:
    rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    return dg.MaterializeResult(metadata={"dagster/row_count": rows, "bytes": path.stat().st_size})
