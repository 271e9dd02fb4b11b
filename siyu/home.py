"""Where everything of one brand lies on disk: names of folders and files, nothing else."""

from dataclasses import dataclass
from pathlib import Path

# homes inside a home that a run makes for itself and throws away: of a past day, of a rehearsal
PAST_HOME, REHEARSAL_HOME = ".past", ".rehearsal"


@dataclass(frozen=True)
class Home:
    """The home folder of one brand (``--home``).

    Attributes:
        root: The folder itself; it need not exist yet.
    """

    root: Path

    @property
    def raw(self) -> Path:
        """Channel exports as downloaded, ``raw/<source>/**``; only pulls add to it."""
        return self.root / "raw"

    @property
    def pulls(self) -> Path:
        """How far each pull has come; without it everything is asked for again."""
        return self.root / "pulls"

    @property
    def landing(self) -> Path:
        """One immutable Parquet per export file, ``landing/<source>/``."""
        return self.root / "landing"

    @property
    def exchange(self) -> Path:
        """Parquet tables handed between dbt and Python, and the only answers of past days.

        All of it is derived; answers of past days come back only day by day, by a backfill.
        """
        return self.root / "exchange"

    @property
    def ledger(self) -> Path:
        """The only state: id registry, overrides, suppression lists, the home's secret."""
        return self.root / "ledger"

    @property
    def quarantine(self) -> Path:
        """Refused files and rejected rows with file, line, column and what to do."""
        return self.root / "quarantine"

    @property
    def warehouse(self) -> Path:
        """``build.duckdb`` (private) and ``siyu.duckdb`` (published)."""
        return self.root / "warehouse"

    @property
    def versions(self) -> Path:
        """The published versions that are kept, ``siyu-<number>.duckdb``."""
        return self.warehouse / "versions"

    @property
    def audiences(self) -> Path:
        """Audience files, ``audiences/<audience>/<as_of_date>/``."""
        return self.root / "audiences"

    @property
    def reports(self) -> Path:
        """Logs and reports of runs."""
        return self.root / "reports"

    @property
    def build_database(self) -> Path:
        """The warehouse dbt builds; nobody but the nightly job opens it."""
        return self.warehouse / "build.duckdb"

    @property
    def published_database(self) -> Path:
        """The warehouse analysts read; replaced whole, never written in place."""
        return self.warehouse / "siyu.duckdb"
