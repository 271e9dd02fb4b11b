"""The note beside each landed Parquet; written last, so only what has one is whole."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from siyu.files import replace_file
from siyu.home import Home
from siyu.ingest.seen_files import hash_file

SHA_SHOWN = 16
REGISTER = "_landed.json"
NOTES = ".json"
ROWS = ".parquet"


@dataclass(frozen=True)
class LandedExport:
    """One landed export file.

    Attributes:
        source: Name of the source.
        file: Path below ``raw/<source>/`` it had when it landed.
        sha256: Of the file.
        fingerprint: Of the declaration it was read by.
        size: Bytes of the Parquet.
        parquet_sha256: Of the Parquet; '' in notes of the first version.
        rows_read: Data rows in the file.
        rows_landed: Rows in the Parquet.
        rows_rejected: Rows in quarantine.
        totals_difference: How the rows differ from the totals the export states, else null.
        loaded_at: Start of the run that landed it first, naive UTC, ISO 8601.
    """

    source: str
    file: str
    sha256: str
    fingerprint: str
    size: int
    rows_read: int
    rows_landed: int
    rows_rejected: int
    totals_difference: str | None
    loaded_at: str
    parquet_sha256: str = ""

    @property
    def loaded(self) -> datetime:
        """Start of the run that landed it first, naive UTC."""
        return datetime.fromisoformat(self.loaded_at)


def landed_path(home: Home, source: str, sha256: str) -> Path:
    """Where the rows of an export file land."""
    return home.landing / source / f"{sha256[:SHA_SHOWN]}.parquet"


def sidecar_path(home: Home, source: str, sha256: str) -> Path:
    """Where the note on an export file stands."""
    return landed_path(home, source, sha256).with_suffix(".json")


def write_landed(home: Home, landed: LandedExport) -> None:
    """Declare a landed Parquet whole."""
    content = orjson.dumps(asdict(landed), option=orjson.OPT_INDENT_2)
    replace_file(sidecar_path(home, landed.source, landed.sha256), content)


def read_note(sidecar: Path) -> LandedExport | None:
    """A note, whatever became of its Parquet; None when it cannot be read."""
    try:
        return LandedExport(**orjson.loads(sidecar.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def is_whole(landed: LandedExport, parquet: Path) -> bool:
    """Whether a Parquet is the one that was landed, by its content.

    Raises:
        OSError: It is not there.
    """
    if parquet.stat().st_size != landed.size:
        return False
    return landed.parquet_sha256 in {"", hash_file(parquet)}
