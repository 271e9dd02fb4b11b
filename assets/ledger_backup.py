"""The ledger in one file, and back: with raw exports it is all a lost home needs."""

import io
import shutil
import tarfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from assets.ledger import Ledger
from assets.stores import HomeStore
from siyu.errors import SiyuError
from siyu.files import PRIVATE_FILE, PRIVATE_FOLDER, replace_file, sync_folder, take_place
from siyu.ledger_form import ENTRY_NAME, HASH_SHOWN, read_format
from siyu.nights import NightRecordError, decode_night

MANIFEST = "manifest.json"
NIGHTS = "nights/[0-9]*.json"
DECIDED = ("overrides.csv", "identity_rules.csv", "suppression/*.csv", "erasures/*.json", NIGHTS)
ATTEMPTS = 5
# what reading something else, or half of a backup, may end in
NO_BACKUP = (OSError, EOFError, tarfile.TarError, zlib.error, KeyError, TypeError, ValueError)

Files = dict[str, bytes]


class BackupError(SiyuError):
    """No backup was written, or the file is no whole backup."""


class RestoreRefusedError(SiyuError):
    """The home's ledger knows more than the backup; nothing was changed."""


def back_up(home: HomeStore, to: Path) -> int:
    """Write the ledger of a home into one file, also while a night is running.

    Nothing in the ledger is changed in place, so reading it twice with the same listing is a
    moment of it. The file holds the home's secret: mode 0600.

    Args:
        home: The home.
        to: The file to write, a gzipped tar; replaced when it exists.

    Returns:
        Number of files in it.

    Raises:
        BackupError: There is no ledger, or it did not stay still.
        LedgerDamagedError: The ledger is damaged; a backup of it would hide that.
    """
    Ledger(home=home).check()
    files = _read_still(home.paths.ledger)
    if not files:
        raise BackupError(f"{home.paths.ledger} holds no ledger yet; run a night first.")
    manifest = {
        "format": Ledger(home=home).format(),
        "made_at": home.now().isoformat(),
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    if not to.parent.is_dir():
        raise BackupError(f"{to.parent} is no folder; make it first.")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {MANIFEST: orjson.dumps(manifest), **files}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), PRIVATE_FILE
            archive.addfile(member, io.BytesIO(content))
    replace_file(to, packed.getvalue())
    return len(files)


def restore(home: HomeStore, file: Path) -> int:
    """Put the ledger of a backup in the place of a home's ledger.

    Args:
        home: The home; it may be empty or its ledger damaged.
        file: What `back_up` wrote.

    Returns:
        Number of files restored.

    Raises:
        BackupError: The file is no whole backup.
        RestoreRefusedError: The home's ledger holds something the backup does not.
        LedgerFormatError: A newer Siyu made the backup.
        HomeBusyError: A run is at work on the home.
    """
    manifest, files = _unpack(file)
    with home.held():
        ledger = home.paths.ledger
        _refuse_newer(ledger, manifest, files)
        fresh = ledger.with_name(".ledger.restoring")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=PRIVATE_FOLDER)
        for name, content in files.items():
            place = fresh / name
            place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            replace_file(place, content)
        # what the last night remembered of identities belongs to the ledger that goes; away with
        # it first, so that a restore that is killed leaves no memory of another ledger
        shutil.rmtree(home.paths.exchange / "identity_input", ignore_errors=True)
        take_place(fresh, ledger)
        sync_folder(ledger.parent)
        shutil.rmtree(fresh, ignore_errors=True)
        Ledger(home=home).check()
    return len(files)


def _read_still(ledger: Path) -> Files:
    for _ in range(ATTEMPTS):
        before = _listing(ledger)
        try:
            files = {name: (ledger / name).read_bytes() for name in before}
        except FileNotFoundError:
            continue
        if _listing(ledger) == before:
            return files
    raise BackupError(f"{ledger} changed while it was read, {ATTEMPTS} times; try again.")


def _listing(ledger: Path) -> dict[str, tuple[int, int, int]]:
    return {
        path.relative_to(ledger).as_posix(): (status.st_ino, status.st_size, status.st_mtime_ns)
        for path in sorted(ledger.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
        for status in [path.stat()]
    }


def _unpack(file: Path) -> tuple[dict[str, Any], Files]:
    try:
        with tarfile.open(file, mode="r:gz") as archive:
            files = {
                member.name: (archive.extractfile(member) or io.BytesIO()).read()
                for member in archive
                if member.isfile()
            }
        manifest = orjson.loads(files.pop(MANIFEST))
        expected, form = dict(manifest["files"]), orjson.dumps({"format": manifest["format"]})
        datetime.fromisoformat(manifest["made_at"])
    except NO_BACKUP as error:
        raise BackupError(f"{file} is no backup of a ledger ({type(error).__name__}).") from None
    read_format(form, is_new=False)
    found = {name: sha256(content).hexdigest() for name, content in files.items()}
    differing = sorted(
        name for name in found.keys() | expected if found.get(name) != expected.get(name)
    )
    if differing or any(_leaves_the_ledger(name) for name in files):
        raise BackupError(
            f"{file} is damaged at {', '.join(differing) or 'its names'}; take an older backup."
        )
    return manifest, files


def _leaves_the_ledger(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _refuse_newer(ledger: Path, manifest: Mapping[str, Any], files: Files) -> None:
    """Refuse when the home's ledger holds entries, or later files, that would be lost."""
    if _is_fresh(ledger):
        return
    unknown = sorted(_entries(ledger).items() - _backed_up(files).items())
    made_at = datetime.fromisoformat(manifest["made_at"] + "+00:00").timestamp()
    later = sorted(
        name
        for pattern in DECIDED
        for path in ledger.glob(pattern)
        for name in [path.relative_to(ledger).as_posix()]
        if path.stat().st_mtime > made_at
        and path.read_bytes() != files.get(name)
        and not (name in files and _is_damaged_night(path))
    )
    lost = [f"entry {sequence}" for sequence, _ in unknown[:3]] + later
    if lost:
        raise RestoreRefusedError(
            f"{ledger} holds what the backup does not ({', '.join(lost)}). Nothing was changed. "
            "Take a newer backup, or move the folder away first if you want to lose it."
        )


def _is_damaged_night(path: Path) -> bool:
    """Whether a file is a record of a night nobody can read; the backup's is the same, whole."""
    if not path.match(NIGHTS):
        return False
    try:
        decode_night(path.read_bytes(), file=path.name)
    except NightRecordError:
        return True
    return False


def _is_fresh(ledger: Path) -> bool:
    """Whether a ledger holds nothing a person or a night decided."""
    lists = [*ledger.glob("overrides.csv"), *ledger.glob("suppression/*.csv")]
    return not (
        any(ledger.glob("identity/*.parquet"))
        or any(ledger.glob("erasures/*.json"))
        or any(b"\n" in path.read_bytes().strip() for path in lists)
    )


def _entries(ledger: Path) -> dict[int, str]:
    """Number → digest of the entries of a home; a damaged one counts as what its name says."""
    return _digests({path.name: path.read_bytes() for path in ledger.glob("identity/*.parquet")})


def _backed_up(files: Files) -> dict[int, str]:
    return _digests(
        {
            PurePosixPath(name).name: content
            for name, content in files.items()
            if name.startswith("identity/")
        }
    )


def _digests(entries: Mapping[str, bytes]) -> dict[int, str]:
    return {
        int(read["sequence"]): read["digest"] or sha256(content).hexdigest()[:HASH_SHOWN]
        for name, content in entries.items()
        if (read := ENTRY_NAME.fullmatch(name))
    }
