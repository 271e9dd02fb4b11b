"""Files of a folder elsewhere, each fetched once and again when it has changed.

Which protocol the folder speaks is the business of ``filesystems``.
"""

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Protocol

from siyu.ingest.exports import UNFINISHED, exported_at
from siyu.ingest.seen_files import hash_file
from siyu.pull.failures import PullInterruptedError, PullRefusedError
from siyu.pull.raw_folder import HASH_SHOWN, RawFolder, stamp_of
from siyu.pull.settings import S3Pull, SftpPull
from siyu.pull.state import PullState, RemoteVersion


class FileSystem(Protocol):
    """What is used of an fsspec file system."""

    def isdir(self, path: str) -> bool:
        """Whether a path is a folder."""

    def find(self, path: str, *, detail: bool) -> Any:
        """Files below a folder, path → details."""

    def info(self, path: str) -> dict[str, Any]:
        """Details of a file."""

    def get_file(self, rpath: str, lpath: str) -> None:
        """Fetch a file."""


@dataclass(frozen=True)
class RemoteFile:
    """A file elsewhere.

    Attributes:
        path: Its whole path there.
        name: Path below the pulled folder.
        size: Bytes.
        changed_at: Last change, naive UTC.
        tag: The server's mark of the content, '' when it gives none.
    """

    path: str
    name: str
    size: int
    changed_at: datetime
    tag: str

    def is_as(self, known: RemoteVersion | None) -> bool:
        """Whether it is the version fetched last."""
        return known is not None and (self.size, self.changed_at, self.tag) == (
            known.size,
            known.changed_at,
            known.tag,
        )


def pull_files(
    files: FileSystem,
    settings: S3Pull | SftpPull,
    folder: RawFolder,
    state: PullState,
    *,
    pulled_at: datetime,
) -> None:
    """Fetch what is new or changed; a file that is still being written waits for the next pull.

    Args:
        files: The file system.
        settings: Which files.
        folder: Where they go, under their own names; a changed one under its time and name.
        state: What was fetched before; brought up to date file by file.
        pulled_at: Start of the run, naive UTC.

    Raises:
        PullRefusedError: The folder is not there, or a name cannot be kept.
    """
    if isinstance(settings, SftpPull) and not files.isdir(settings.root):
        raise PullRefusedError(
            f"{settings.name}: there is no folder {settings.root} on {settings.host}; "
            "check folder, and that the user may read it"
        )
    quiet_since = pulled_at - timedelta(seconds=settings.quiet_seconds)
    for remote in list_files(files, settings):
        if remote.is_as(state.remote_files.get(remote.name)):
            folder.pulled.unchanged += 1
        elif settings.quiet_seconds and remote.changed_at > quiet_since:
            folder.pulled.waiting += 1
        else:
            _fetch(files, remote, folder, state)


def list_files(files: FileSystem, settings: S3Pull | SftpPull) -> Iterator[RemoteFile]:
    """The files a pull takes, by time of change and name; hidden and unfinished ones are left."""
    found = files.find(settings.root, detail=True)
    below = settings.root.rstrip("/") + "/"
    remote = [
        _remote_file(path, path.removeprefix(below), details)
        for path, details in found.items()
        if details.get("type") == "file" and path.startswith(below)
    ]
    taken = [file for file in remote if _is_taken(file.name, settings.files)]
    yield from sorted(taken, key=lambda file: (file.changed_at, file.name))


def _remote_file(path: str, name: str, details: dict[str, Any]) -> RemoteFile:
    changed = details.get("LastModified") or details.get("mtime")
    if not isinstance(changed, datetime):
        raise PullRefusedError(f"{name}: the server does not say when the file changed")
    return RemoteFile(
        path=path,
        name=name,
        size=int(details["size"]),
        changed_at=changed.astimezone(UTC).replace(tzinfo=None),
        tag=str(details.get("ETag") or ""),
    )


def _is_taken(name: str, patterns: tuple[str, ...]) -> bool:
    path = PurePosixPath(name)
    if name.endswith("/") or name.lower().endswith(UNFINISHED):
        return False
    if any(part.startswith((".", "~$")) for part in path.parts):
        return False
    return any(fnmatch.fnmatchcase(name, one) or path.match(one) for one in patterns)


def _fetch(files: FileSystem, remote: RemoteFile, folder: RawFolder, state: PullState) -> None:
    parts = remote.name.split("/")
    if any(part in ("", "..") or "\\" in part or not part.isprintable() for part in parts):
        raise PullRefusedError(f"{remote.name!r}: such a name cannot be kept; rename the file")
    partial = folder.partial(remote.name)
    try:
        files.get_file(remote.path, str(partial))
        now = files.info(remote.path)
    except FileNotFoundError:
        partial.unlink(missing_ok=True)  # it was taken away meanwhile
        return
    if partial.stat().st_size != remote.size:
        partial.unlink()
        raise PullInterruptedError(f"{remote.name}: the download ended early; pull again")
    if _remote_file(remote.path, remote.name, now) != remote:
        partial.unlink()  # it changed while it was fetched: the next pull takes it
        folder.pulled.waiting += 1
        return
    sha256 = hash_file(partial)
    known = state.remote_files.get(remote.name)
    names = [name for name in _local_names(remote, sha256) if (folder.path / name).is_file()]
    is_here = any(hash_file(folder.path / name) == sha256 for name in names)
    if is_here or (known is not None and known.sha256 == sha256):
        partial.unlink()
        folder.pulled.unchanged += 1
    else:
        folder.put(next(n for n in _local_names(remote, sha256) if n not in names), partial)
    state.remote_files[remote.name] = RemoteVersion(
        size=remote.size, changed_at=remote.changed_at, tag=remote.tag, sha256=sha256
    )


def _local_names(remote: RemoteFile, sha256: str) -> Iterator[str]:
    """Names a file may take; the first that no older version has is its own.

    The remote name, unless it holds no time by which newer rows would win; then with the time of
    the last change; then also with the start of its hash, for a time that was kept on purpose.
    """
    path = PurePosixPath(remote.name)
    stamp = stamp_of(remote.changed_at)
    if exported_at(remote.name) is not None:
        yield remote.name
    yield str(path.with_name(f"{stamp}_{path.name}"))
    yield str(path.with_name(f"{stamp}_{sha256[:HASH_SHOWN]}_{path.name}"))
