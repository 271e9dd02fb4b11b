"""The export files that lie in ``raw/``: which are read, which are passed over, which cannot be."""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siyu.business_day import SHANGHAI_OFFSET
from siyu.files import Entry, FileState, list_folder
from siyu.home import Home

UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".download", ".filepart")
EXCEL_LOCK = "~$"
A_LINK = "this is a link; put the export itself in place"
NO_FILE = "this is no file that can be read; put the export itself in place"
BESIDE_FOLDERS = "the file lies beside the sources' folders; move it into raw/<source>/"
# what a terminal obeys, breaks a line with, or shows right to left
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# a time in the name: 20260620, 202606200900, 20260620090000, 2026-06-20 or 2026_06_20
NAME_TIME = re.compile(r"(?<!\d)(?:\d{14}|\d{12}|\d{8}|\d{4}([-_])\d\d\1\d\d)(?!\d)")
NAME_TIME_FORMATS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}
FIRST_YEAR, LAST_YEAR = 2010, 2099


@dataclass(frozen=True)
class ExportFile:
    """One file in ``raw/``.

    Attributes:
        source: Name of its folder in ``raw/``, '' for a file beside the folders.
        file: Path below that folder, with ``/``.
        path: Where it lies.
        problem: Why it cannot be read at all, '' when it can be tried.
        state: Of the file when it was found; null when it is not to be read.
    """

    source: str
    file: str
    path: Path
    problem: str = ""
    state: FileState | None = None

    @property
    def name(self) -> str:
        """``<source>/<file>``."""
        return f"{self.source}/{self.file}"


def find_exports(home: Home, source_names: Collection[str]) -> list[ExportFile]:
    """Every file in ``raw/`` that is not hidden or still being downloaded, sorted by name."""
    return sorted(_walk(home.raw, source_names), key=lambda export: (export.source, export.file))


def exported_at(file: str) -> datetime | None:
    """Latest moment in a file's name, naive UTC; None when the name holds none.

    Of a range of days that is the day the export goes up to.

    Examples:
        >>> exported_at("2026/fxg_export_202606200900.csv"), exported_at("orders_1781870400000.csv")
        (datetime.datetime(2026, 6, 20, 1, 0), None)
    """
    return max(_moments(file.rpartition("/")[2]), default=None)


def _moments(name: str) -> Iterator[datetime]:
    for found in NAME_TIME.finditer(name):
        digits = re.sub(r"\D", "", found.group())
        try:
            local = datetime.strptime(digits, NAME_TIME_FORMATS[len(digits)])  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= local.year <= LAST_YEAR:
            yield local - SHANGHAI_OFFSET


def _walk(raw: Path, source_names: Collection[str]) -> Iterator[ExportFile]:
    for entry in _entries(raw):
        name, path = _readable(entry.name), raw / entry.name
        if entry.kind == "folder":
            problem = "" if entry.name in source_names else _no_source(entry.name, source_names)
            yield from _files(path, name, "", problem)
        else:
            yield ExportFile("", name, path, A_LINK if entry.kind == "link" else BESIDE_FOLDERS)


def _files(folder: Path, source: str, above: str, problem: str) -> Iterator[ExportFile]:
    try:
        entries = _entries(folder)
    except OSError as error:
        closed = f"the folder cannot be read ({error.strerror}); give the run access to it"
        yield ExportFile(source, above.rstrip("/") or ".", folder, problem or closed)
        return
    for entry in entries:
        file, path = above + _readable(entry.name), folder / entry.name
        if entry.kind == "link":
            yield ExportFile(source, file, path, problem or A_LINK)
        elif entry.kind == "folder":
            yield from _files(path, source, f"{file}/", problem or _odd_name(entry.name))
        elif entry.kind == "file":
            yield ExportFile(source, file, path, problem or _odd_name(entry.name), entry.state)
        else:
            yield ExportFile(source, file, path, problem or NO_FILE)


def _odd_name(name: str) -> str:
    """Why a file with such a name is not read, '' when the name is fine."""
    if _readable(name) != name:
        return "the file's name is no text; rename it"
    if CONTROLS.search(name):
        return "the file's name holds characters that cannot be shown; rename it"
    return ""


def _readable(name: str) -> str:
    """A name as text on one line, also when its bytes are none (a wrong code page)."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return CONTROLS.sub("\ufffd", text)


def _entries(folder: Path) -> list[Entry]:
    return [entry for entry in list_folder(folder) if not _is_passed_over(entry.name)]


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", EXCEL_LOCK)) or name.lower().endswith(UNFINISHED)


def _no_source(folder: str, source_names: Collection[str]) -> str:
    name = _readable(folder)
    nearest = difflib.get_close_matches(name, source_names, n=1, cutoff=0.0)
    hint = f"the nearest is {nearest[0]}" if nearest else "none is declared"
    return f"there is no source named {name}, {hint}; rename the folder or declare the source"
