"""The published versions that are kept: found by number, day or name.

A version is a hard link beside the published file, so keeping it costs the parts of the disk that
the next version no longer shares. The files are readable, never written.
"""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from assets.duckdb_files import connected
from siyu.errors import SiyuError
from siyu.files import PRIVATE_FOLDER, sync_folder
from siyu.home import Home

NAMES = ("current", "previous")
NAME = re.compile(r"siyu-\d{6,}\.duckdb")


class UnknownVersionError(SiyuError):
    """No kept version has this number, day or name; the message lists those there are."""


@dataclass(frozen=True)
class Version:
    """One published version.

    Attributes:
        number: Counts publications of the home, from 1.
        as_of_date: As-of date of the run that published it.
        published_at: When, naive UTC.
        path: The file.
    """

    number: int
    as_of_date: date
    published_at: datetime
    path: Path


def read_version(path: Path) -> Version | None:
    """The version a published file says it is; None when it says nothing or cannot be read."""
    try:
        with connected(path, read_only=True) as connection:
            found = connection.execute(
                "select version, as_of_date, published_at from publication.version"
            ).fetchone()
    except duckdb.Error:
        return None
    if found is None:
        return None
    number, as_of_date, published_at = found
    return Version(number, as_of_date, published_at, path)


def list_versions(home: Home) -> list[Version]:
    """Every kept version, oldest first."""
    return [version for file in _files(home) if (version := read_version(file))]


def find_version(home: Home, name: str) -> Version:
    """Find a version.

    Args:
        home: The home.
        name: A number, an as-of date (the last version of that day), `current` or `previous`.

    Raises:
        UnknownVersionError: None is called so.
    """
    versions = list_versions(home)
    wanted: list[Version | None] = [
        version for version in versions if name in (str(version.number), str(version.as_of_date))
    ]
    if name in NAMES:
        wanted = [*versions[-1:]] if name == "current" else [*versions[-2:-1]]
    if wanted and wanted[-1] is not None:
        return wanted[-1]
    known = ", ".join(f"{version.number} ({version.as_of_date})" for version in versions)
    raise UnknownVersionError(
        f"No kept version is called {name!r}. Kept in {home.versions}: {known or 'none yet'}; "
        "name one by number, as-of date, `current` or `previous`."
    )


def next_number(home: Home) -> int:
    """Number of the next version: one above every version that is kept."""
    numbers = (int(file.stem.removeprefix("siyu-")) for file in _files(home))
    return max(numbers, default=0) + 1


def _files(home: Home) -> list[Path]:
    """The files of kept versions, oldest first; what else lies there is somebody else's."""
    return sorted(file for file in home.versions.glob("siyu-*.duckdb") if NAME.fullmatch(file.name))


def keep_version(home: Home) -> None:
    """Give the published file its place among the kept versions, if it has none yet."""
    version = read_version(home.published_database)
    if version is None:
        return
    home.versions.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    kept = home.versions / f"siyu-{version.number:06d}.duckdb"
    if kept.exists() and kept.samefile(home.published_database):
        return
    partial = home.versions / ".version.partial"
    partial.unlink(missing_ok=True)
    try:
        os.link(home.published_database, partial)
    except OSError:  # a file system without hard links
        shutil.copy2(home.published_database, partial)
    partial.replace(kept)
    sync_folder(home.versions)


def drop_old_versions(home: Home, *, keep: int) -> None:
    """Remove all but the newest versions; a reader that has one open keeps it."""
    files = _files(home)
    for file in files[: max(len(files) - keep, 0)]:
        file.unlink()
