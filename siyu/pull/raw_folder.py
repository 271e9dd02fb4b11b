"""The raw files of one pull, ``raw/<source>/<pull>/``: each is seen whole or not at all.

Names begin with the moment they speak for (14 digits, Asia/Shanghai), by which the newest version
of a row wins; answers and tables also carry the start of their content's hash.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siyu.business_day import SHANGHAI_OFFSET
from siyu.files import replace_file
from siyu.home import Home

HASH_SHOWN = 12
PARTIAL = ".{}.partial"
STATED = re.compile(r"^(?P<stamp>\d{14})_(?:.+_)?(?P<digest>[0-9a-f]{12})\.\w+$")


@dataclass(frozen=True)
class StatedFile:
    """A raw file that holds an answer or a table.

    Attributes:
        stamp: Moment it speaks for, 14 digits.
        digest: Start of the hash of what it says.
    """

    stamp: str
    digest: str


@dataclass
class Pulled:
    """What one run of a pull brought.

    Attributes:
        files: New files in ``raw/``.
        bytes: Their size.
        unchanged: Answers, tables or remote files that said nothing new.
        waiting: Remote files that were still being written.
        newest: ``<source>/<file>`` of the newest one.
    """

    files: int = 0
    bytes: int = 0
    unchanged: int = 0
    waiting: int = 0
    newest: str | None = None


class RawFolder:
    """One pull's folder below the folder of a source."""

    def __init__(self, home: Home, source: str, pull: str, pulled: Pulled) -> None:
        """Name the folder; nothing is made yet.

        Args:
            home: The home.
            source: Source the files are exports of.
            pull: Name of the pull.
            pulled: Where new files are counted.
        """
        self.path = home.raw / source / pull
        self.pulled = pulled
        self._top = home.raw

    def begin(self) -> None:
        """Remove what a killed run left half-written."""
        for left in self.path.rglob(PARTIAL.format("*")):
            left.unlink()

    def partial(self, name: str) -> Path:
        """Where a file is written before it takes its place; hidden from landing."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.with_name(PARTIAL.format(place.name))

    def put(self, name: str, partial: Path | None = None, content: bytes = b"") -> None:
        """Let a finished file, or some bytes, take their place, and count them."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, content if partial is None else partial)
        self.pulled.files += 1
        self.pulled.bytes += place.stat().st_size
        self.pulled.newest = place.relative_to(self._top).as_posix()

    def stated(self) -> list[StatedFile]:
        """The answers and tables in the folder, oldest first."""
        return sorted(self._stated(), key=lambda file: (file.stamp, file.digest))

    def _stated(self) -> Iterator[StatedFile]:
        for path in self.path.glob("*") if self.path.is_dir() else ():
            if found := STATED.match(path.name):
                yield StatedFile(found["stamp"], found["digest"])


def stamp_of(moment: datetime) -> str:
    """A moment (naive UTC) as it stands in names, in Asia/Shanghai.

    Examples:
        >>> stamp_of(datetime(2026, 6, 18, 16, 0, 5))
        '20260619000005'
    """
    return (moment + SHANGHAI_OFFSET).strftime("%Y%m%d%H%M%S")


def digest_of(content: bytes) -> str:
    """Start of the hash of a content, as it stands in names."""
    return hashlib.sha256(content).hexdigest()[:HASH_SHOWN]
