"""What was not landed, and why: ``quarantine/<source>/``, private, for people to act on."""

import csv
import io
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import polars as pl

from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.home import Home
from siyu.spreadsheet_cells import without_formula

REFUSED = ".refused.json"
REJECTED = ".rejected.csv"
SHA_SHOWN = 16
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class RefusedExport:
    """An export file that was refused as a whole.

    Attributes:
        source: Name of the source.
        file: Path below ``raw/<source>/``.
        sha256: Of the file.
        fingerprint: Of the declaration it was read by.
        problem: What is wrong.
        what_to_do: What a person does about it.
        reason: Both in one line, without personal data.
        line: Line, sheet row or record, null when it is the file as a whole.
        column: Heading, null when it is the row as a whole.
        found: What stands there.
        rows_read: Data rows read before it was refused.
    """

    source: str
    file: str
    sha256: str
    fingerprint: str
    problem: str
    what_to_do: str
    reason: str
    line: int | None
    column: str | None
    found: str | None
    rows_read: int = 0


def refused_path(home: Home, source: str, sha256: str) -> Path:
    """Where the refusal of a file stands."""
    return home.quarantine / source / f"{sha256[:SHA_SHOWN]}{REFUSED}"


def write_refused(home: Home, refused: RefusedExport) -> None:
    """Keep why a file was refused."""
    path = refused_path(home, refused.source, refused.sha256)
    _make_private(home, path.parent)
    replace_file(path, orjson.dumps(asdict(refused), option=orjson.OPT_INDENT_2))


def read_refused(path: Path) -> RefusedExport | None:
    """A refusal, None when the file is not whole."""
    try:
        return RefusedExport(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def forget_refused(home: Home, source: str, sha256: str) -> None:
    """A file that landed after all is refused no more."""
    refused_path(home, source, sha256).unlink(missing_ok=True)


def write_rejected(home: Home, source: str, file: str, sha256: str, rejected: pl.DataFrame) -> None:
    """Keep the rejected rows of a file as a CSV that opens in Excel; none: remove the old one."""
    path = home.quarantine / source / f"{sha256[:SHA_SHOWN]}{REJECTED}"
    if rejected.is_empty():
        path.unlink(missing_ok=True)
        return
    _make_private(home, path.parent)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["file", *rejected.columns])
    for row in rejected.iter_rows():
        cells = ["" if cell is None else str(cell) for cell in (file, *row)]
        writer.writerow([without_formula(cell) for cell in cells])
    replace_file(path, (BYTE_ORDER_MARK + text.getvalue()).encode())


def _make_private(home: Home, folder: Path) -> None:
    home.quarantine.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
