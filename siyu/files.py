"""Files that are seen whole or not at all, also after a power cut.

The only module of the domain that imports ``os``: ``fsync`` and file modes exist nowhere else.
"""

import ctypes
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PRIVATE_UMASK = 0o077

# numbers of the Linux call renameat2(2)
AT_FDCWD = -100
RENAME_EXCHANGE = 2


@dataclass(frozen=True, order=True)
class FileState:
    """What tells that a file is still the one that was read, without reading it again.

    Attributes:
        size: Bytes.
        modified: Time of its last change, nanoseconds; a program may set it back.
        changed: Time its content, name or mode last changed, nanoseconds; nobody can set it.
        inode: Number of the file; another one when it was replaced.
    """

    size: int
    modified: int
    changed: int
    inode: int


@dataclass(frozen=True)
class Entry:
    """One name in a folder.

    Attributes:
        name: The name, bytes that are no text as surrogates.
        kind: What stands there; a link is a link, wherever it leads.
        state: Of the file; null for what is no file.
    """

    name: str
    kind: Literal["file", "folder", "link", "other"]
    state: FileState | None


def file_state(path: Path) -> FileState:
    """State of a file now.

    Raises:
        OSError: It is not there.
    """
    return _state(path.stat())


def list_folder(folder: Path) -> list[Entry]:
    """What stands in a folder, sorted by name; a folder that is not there holds nothing.

    One look at each file: on a quiet night thousands of exports cost nothing else.

    Raises:
        OSError: It cannot be read; what is in it is unknown, not nothing.
    """
    try:
        with os.scandir(folder) as entries:
            found = [_entry(entry) for entry in entries]
    except FileNotFoundError:
        return []
    return sorted((one for one in found if one is not None), key=lambda entry: entry.name)


def _entry(entry: "os.DirEntry[str]") -> Entry | None:
    if entry.is_symlink():
        return Entry(entry.name, "link", None)
    if entry.is_dir(follow_symlinks=False):
        return Entry(entry.name, "folder", None)
    if not entry.is_file(follow_symlinks=False):
        return Entry(entry.name, "other", None)
    try:
        return Entry(entry.name, "file", _state(entry.stat(follow_symlinks=False)))
    except FileNotFoundError:
        return None


def _state(found: os.stat_result) -> FileState:
    return FileState(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def replace_file(path: Path, content: bytes | Path, *, mode: int = PRIVATE_FILE) -> None:
    """Put new content at a path: readers see the old file or the new one, never a part.

    Args:
        path: Where the content is to stand; its folder must exist.
        content: The bytes, or a finished file in the same folder that takes the path's place.
        mode: Permission bits of the new file.
    """
    partial = content if isinstance(content, Path) else path.with_name(f".{path.name}.partial")
    with partial.open("r+b" if isinstance(content, Path) else "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(mode)
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Put a whole new set of files at a folder: readers see the old set or the new one.

    The same content as before is not written again, so times of files stay. What an earlier
    killed run left beside the folder is removed.

    Args:
        folder: Where the files are to stand; folders above it are made when missing.
        files: File name → content; a name is plain, without folders.

    Returns:
        Whether anything was written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    if holds_exactly(folder, files):
        return False
    partial.mkdir(mode=PRIVATE_FOLDER)
    for name, content in files.items():
        replace_file(partial / name, content)
    take_place(partial, folder)
    sync_folder(folder.parent)
    shutil.rmtree(partial, ignore_errors=True)
    return True


def holds_exactly(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a folder holds these files with this content, and nothing else."""
    if not folder.is_dir() or {entry.name for entry in folder.iterdir()} != set(files):
        return False
    return all((folder / name).read_bytes() == content for name, content in files.items())


def take_place(partial: Path, folder: Path) -> None:
    """Put a folder at a path, at once; what stood there is at ``partial`` then, or gone."""
    if not folder.exists():
        partial.rename(folder)
        return
    # a rename cannot replace a folder that holds files; Linux can exchange two names in one step
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = os.fsencode(partial), os.fsencode(folder)
    if exchange and exchange(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE) == 0:
        return
    retired = folder.with_name(f".{folder.name}.retired")
    shutil.rmtree(retired, ignore_errors=True)
    folder.rename(retired)
    partial.rename(folder)
    shutil.rmtree(retired, ignore_errors=True)
