"""Files that are seen whole or not at all, also after a power cut.

The only module of the domain that imports ``os``: ``fsync`` and file modes exist nowhere else.
"""

import ctypes
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

# numbers of the Linux call renameat2(2)
AT_FDCWD = -100
RENAME_EXCHANGE = 2


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
    _take_place(partial, folder)
    sync_folder(folder.parent)
    shutil.rmtree(partial, ignore_errors=True)
    return True


def holds_exactly(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a folder holds these files with this content, and nothing else."""
    if not folder.is_dir() or {entry.name for entry in folder.iterdir()} != set(files):
        return False
    return all((folder / name).read_bytes() == content for name, content in files.items())


def _take_place(partial: Path, folder: Path) -> None:
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
