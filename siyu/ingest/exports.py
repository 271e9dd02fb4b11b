"""The export files that lie in ``raw/``: which are read, which are passed over, which cannot be."""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siyu.business_day import SHANGHAI_OFFSET
from siyu.home import Home

UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".download", ".filepart")
EXCEL_LOCK = "~$"
A_LINK = "this is a link; put the export itself in place"

# a time in the name: 20260620, 202606200900 or 20260620090000
NAME_TIME = re.compile(r"(?<!\d)(\d{14}|\d{12}|\d{8})(?!\d)")
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
    """

    source: str
    file: str
    path: Path
    problem: str = ""

    @property
    def name(self) -> str:
        """``<source>/<file>``."""
        return f"{self.source}/{self.file}"


def find_exports(home: Home, source_names: Collection[str]) -> list[ExportFile]:
    """Every file in ``raw/`` that is not hidden or still being downloaded, sorted by name."""
    return sorted(_walk(home.raw, source_names), key=lambda export: (export.source, export.file))


def exported_at(file: str) -> datetime | None:
    """Moment in a file's name, naive UTC; None when the name holds none.

    Examples:
        >>> exported_at("2026/fxg_export_202606200900.csv"), exported_at("orders_1781870400000.csv")
        (datetime.datetime(2026, 6, 20, 1, 0), None)
    """
    for found in NAME_TIME.finditer(file.rpartition("/")[2]):
        digits = found.group(1)
        try:
            local = datetime.strptime(digits, NAME_TIME_FORMATS[len(digits)])  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= local.year <= LAST_YEAR:
            return local - SHANGHAI_OFFSET
    return None


def _walk(raw: Path, source_names: Collection[str]) -> Iterator[ExportFile]:
    for path in _entries(raw):
        if path.is_dir() and not path.is_symlink():
            problem = "" if path.name in source_names else _no_source(path.name, source_names)
            yield from _files(path, path, problem)
        elif path.is_symlink():
            yield ExportFile("", _readable(path.name), path, A_LINK)
        else:
            problem = "the file lies beside the sources' folders; move it into raw/<source>/"
            yield ExportFile("", _readable(path.name), path, problem)


def _files(folder: Path, top: Path, problem: str) -> Iterator[ExportFile]:
    for path in _entries(folder):
        file = path.relative_to(top).as_posix()
        name = _readable(file)
        if path.is_symlink():
            yield ExportFile(_readable(top.name), name, path, problem or A_LINK)
        elif path.is_dir():
            yield from _files(path, top, problem)
        elif path.is_file():
            unreadable = "" if name == file else "the file's name is no text; rename it"
            yield ExportFile(_readable(top.name), name, path, problem or unreadable)


def _readable(name: str) -> str:
    """A name as text, also when its bytes are none (an archive unpacked with a wrong code page)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _entries(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in entries if not _is_passed_over(path.name)]


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", EXCEL_LOCK)) or name.lower().endswith(UNFINISHED)


def _no_source(folder: str, source_names: Collection[str]) -> str:
    name = _readable(folder)
    nearest = difflib.get_close_matches(name, source_names, n=1, cutoff=0.0)
    hint = f"the nearest is {nearest[0]}" if nearest else "none is declared"
    return f"there is no source named {name}, {hint}; rename the folder or declare the source"
