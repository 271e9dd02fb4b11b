"""The ledger: checked at the start, never misread, upgraded, backed up and restored."""

import io
import os
import shutil
import stat
import tarfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from assets.ledger import Ledger
from assets.ledger_backup import BackupError, RestoreRefusedError, back_up, restore
from assets.stores import HomeStore, make_home
from siyu.identity.ledger import LEDGER_SCHEMA
from siyu.ledger_form import LedgerDamagedError, LedgerFormatError
from siyu.nights import Night
from tests.night.conftest import run_siyu

NIGHT = Night(date(2026, 10, 3), datetime(2026, 10, 4), None, 3)  # noqa: DTZ001  naive UTC


def entry(sequence: int) -> pl.DataFrame:
    row = {
        "format_version": 1,
        "sequence": sequence,
        "run_date": date(2026, 10, sequence),
        "kind": "assigned",
        "node_key": sequence * 11,
        "customer_number": sequence,
    }
    return pl.DataFrame([row], schema=LEDGER_SCHEMA)


def begin(root: Path, entries: int = 3) -> HomeStore:
    home = HomeStore(root=str(root))
    make_home(home.paths)
    ledger = Ledger(home=home)
    ledger.begin(["do_not_contact"])
    for sequence in range(1, entries + 1):
        ledger.append(entry(sequence))
    return home


@pytest.fixture
def home(tmp_path: Path) -> HomeStore:
    return begin(tmp_path / "home")


def contents(home: HomeStore) -> dict[str, bytes]:
    ledger = home.paths.ledger
    files = (path for path in ledger.rglob("*") if path.is_file())
    return {path.relative_to(ledger).as_posix(): path.read_bytes() for path in files}


def files_of(home: HomeStore) -> list[Path]:
    return sorted((home.paths.ledger / "identity").glob("*.parquet"))


def test_entries_come_back_in_their_order(home):
    ledger = Ledger(home=home)
    ledger.check()
    assert ledger.entries()["node_key"].to_list() == [11, 22, 33]


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("damage", ["bit", "cut", "empty", "gone"])
def test_a_damaged_entry_is_named_at_the_start(home, number, damage):
    file = files_of(home)[number]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes({"bit": bytes(content), "cut": bytes(content[:-9]), "empty": b""}[damage])
    for reading in (Ledger(home=home).check, Ledger(home=home).entries):
        with pytest.raises(LedgerDamagedError, match=r"ledger/identity.*siyu restore FILE"):
            reading()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(
            (name, b"\x00{nonsense,,\n1\n")
            for name in ("format.json", "head.json", "hmac.key", "overrides.csv")
        ),
        ("head.json", b"[1]"),
        ("head.json", b"{}"),
        ("head.json", None),
        ("overrides.csv", None),
    ],
)
def test_damage_and_loss_of_the_other_files_is_named_too(home, name, content):
    file = home.paths.ledger / name
    file.write_bytes(content) if content is not None else file.unlink()
    with pytest.raises(LedgerDamagedError, match=f"ledger/{name}.*siyu restore FILE"):
        Ledger(home=home).check()


def test_the_key_of_another_ledger_is_refused(home, tmp_path):
    other = begin(tmp_path / "other", entries=0)
    shutil.copy2(other.paths.ledger / "hmac.key", home.paths.ledger / "hmac.key")
    with pytest.raises(LedgerDamagedError, match=r"hmac\.key is the key of another ledger"):
        Ledger(home=home).check()


def test_a_ledger_that_is_gone_is_no_new_home(home):
    shutil.rmtree(home.paths.ledger)
    Ledger(home=home).check()  # nothing was ever published from it
    home.paths.published_database.touch()
    with pytest.raises(LedgerDamagedError, match=r"ledger/ is gone.*siyu restore FILE"):
        Ledger(home=home).check()


def test_a_lost_secret_is_never_made_anew(home):
    (home.paths.ledger / "hmac.key").unlink()
    with pytest.raises(LedgerDamagedError, match=r"hmac\.key is missing"):
        Ledger(home=home).check()


def test_a_run_killed_between_entry_and_head_goes_on(home):
    head = (home.paths.ledger / "head.json").read_bytes()
    ledger = Ledger(home=home)
    ledger.append(entry(4))
    (home.paths.ledger / "head.json").write_bytes(head)
    ledger.check()
    ledger.append(entry(5))
    assert ledger.entries()["sequence"].to_list() == [1, 2, 3, 4, 5]


def downgrade(home: HomeStore) -> None:
    for file in files_of(home):
        file.rename(file.with_name(f"{file.name[:8]}.parquet"))
    for name in ("head.json", "format.json"):
        (home.paths.ledger / name).unlink()


@pytest.mark.parametrize("done", [0, 2])
def test_a_ledger_without_version_is_read_and_upgraded_also_after_a_kill(home, done):
    now = contents(home)
    files = files_of(home)
    downgrade(home)
    for file in files[:done]:  # a killed upgrade had come so far
        file.with_name(f"{file.name[:8]}.parquet").rename(file)
    ledger = Ledger(home=home)
    assert ledger.format() == 1
    assert ledger.entries()["sequence"].to_list() == [1, 2, 3]
    ledger.upgrade()
    assert contents(home) == now
    ledger.check()


def test_a_ledger_of_a_newer_siyu_is_refused_and_left_alone(home):
    (home.paths.ledger / "format.json").write_text('{"format": 99}')
    before = contents(home)
    ledger = Ledger(home=home)
    for step in (ledger.check, ledger.upgrade, ledger.entries):
        with pytest.raises(LedgerFormatError, match="format 99, this Siyu knows formats up to"):
            step()
    assert contents(home) == before


def test_a_backup_restores_a_lost_home_byte_for_byte(home, tmp_path):
    (home.paths.ledger / "suppression" / "do_not_contact.csv").write_text("namespace\nphone\n")
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = contents(home)
    shutil.rmtree(home.paths.root)
    restore(home, backup)
    assert contents(home) == before
    for path in home.paths.ledger.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_damaged_ledger_is_restored_and_entries_since_are_never_lost(home, tmp_path):
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    before = contents(home)
    files_of(home)[1].write_bytes(b"")
    restore(home, backup)
    assert contents(home) == before
    Ledger(home=home).append(entry(4))
    after = contents(home)
    with pytest.raises(RestoreRefusedError, match="entry 4"):
        restore(home, backup)
    assert contents(home) == after


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("suppression/do_not_contact.csv", b"namespace\nphone\n"),
        ("identity_rules.csv", b"rules,who,at,why\n5f,anna,2026-10-04,shop phones\n"),
        ("nights/000002.json", NIGHT.encode()),
        ("nights/000001.json", replace(NIGHT, as_of_date=date(2026, 10, 5)).encode()),
    ],
)
def test_what_was_decided_or_answered_since_the_backup_is_not_lost(home, tmp_path, name, content):
    write(home, "nights/000001.json", NIGHT.encode())
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    write(home, name, content)
    with pytest.raises(RestoreRefusedError, match=name):
        restore(home, backup)


def test_a_damaged_record_of_a_night_is_restored(home, tmp_path):
    write(home, "nights/000001.json", NIGHT.encode())
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    before = contents(home)
    write(home, "nights/000001.json", b"")
    restore(home, backup)
    assert contents(home) == before


def write(home: HomeStore, name: str, content: bytes) -> None:
    """Write a file of the ledger long after every backup."""
    path = home.paths.ledger / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (2**31, 2**31))


def test_a_home_that_began_anew_after_the_loss_takes_the_backup(home, tmp_path):
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    anew = begin(tmp_path / "anew", entries=0)
    restore(anew, backup)
    assert contents(anew) == contents(home)


def test_the_ledger_of_another_home_is_not_overwritten(home, tmp_path):
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    other = begin(tmp_path / "other", entries=1)
    Ledger(home=other).append(entry(2).with_columns(node_key=pl.lit(5, pl.Int64)))
    with pytest.raises(RestoreRefusedError, match="Nothing was changed"):
        restore(other, backup)


@pytest.mark.parametrize("damage", ["bit", "cut", "nothing"])
def test_a_damaged_backup_is_refused(home, tmp_path, damage):
    backup = tmp_path / "ledger.tar.gz"
    back_up(home, backup)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes({"bit": bytes(content), "cut": bytes(content[:-40]), "nothing": b""}[damage])
    before = contents(home)
    with pytest.raises(BackupError):
        restore(home, backup)
    assert contents(home) == before


def test_a_damaged_ledger_is_not_backed_up(home, tmp_path):
    files_of(home)[0].write_bytes(b"")
    with pytest.raises(LedgerDamagedError):
        back_up(home, tmp_path / "ledger.tar.gz")
    assert not (tmp_path / "ledger.tar.gz").exists()


def test_a_backup_is_made_while_a_night_holds_the_home(home, tmp_path):
    with home.held():
        done = run_siyu("backup", "--home", home.root, "--to", str(tmp_path / "ledger.tar.gz"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b'{"files": {}, "format": 2}', b'{"files": 1, "format": 2}']
)
def test_an_archive_that_is_no_backup_is_refused(home, tmp_path, manifest):
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, mode="w:gz") as archive:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        archive.addfile(member, io.BytesIO(manifest))
    before = contents(home)
    with pytest.raises(BackupError, match="no backup of a ledger"):
        restore(home, other)
    assert contents(home) == before
