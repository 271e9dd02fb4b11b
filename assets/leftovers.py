"""Everything of a home that is no export, without the erased.

What the next night makes anew is deleted whole; what nobody can make again (published versions,
audiences that left, results of past days, lists people keep) is rewritten without them.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import polars as pl

from assets.built_models import discard_build
from assets.databases import is_duckdb, is_sqlite, remove_from_sqlite, remove_from_warehouse
from siyu.files import replace_file, replace_folder
from siyu.home import PAST_HOME, REHEARSAL_HOME, Home
from siyu.privacy.audience_edit import edit_audience
from siyu.privacy.erasure import Destination, Erasure
from siyu.privacy.exports import Found
from siyu.privacy.file_edit import edit_in_place
from siyu.privacy.list_edit import edit_list
from siyu.privacy.reading import Rule
from siyu.privacy.table_edit import judge_cells
from siyu.privacy.tombstones import Tombstones, join_tombstones, lay_tombstones

NOT_TOUCHED = frozenset({".lock"})
PARQUET = b"PAR1"


def find_elsewhere(
    home: Home, stones: Tombstones, customer_ids: list[str]
) -> tuple[list[Found], list[Destination]]:
    """What of a person is in audiences and in lists people keep, and who was sent them."""
    known = _with_customers(stones, customer_ids)
    found: list[Found] = []
    sent: list[Destination] = []
    for folder in _audience_folders(home):
        files = _read(folder)
        if edit_audience(files, known) is not None:
            found.append(Found(folder.relative_to(home.root).as_posix(), 1, 0))
            sent.append(Destination(folder.parent.name, folder.name, _channel(files)))
    for path in _lists(home):
        _, gone = edit_list(_text(path), known)
        if gone:
            found.append(Found(path.relative_to(home.root).as_posix(), gone, 0))
    return found, sent


def remove_elsewhere(home: Home, stones: Tombstones, erasure: Erasure) -> None:
    """Take a person out of everything but exports and landed tables."""
    known = _with_customers(stones, erasure.customer_ids)
    for folder in _audience_folders(home):
        edited = edit_audience(_read(folder), known)
        if edited is not None:
            replace_folder(folder, edited)
    for path in _lists(home):
        _remove_records(path, known)
    _drop_what_a_night_makes(home)
    for path in _other_files(home):
        _remove_from(path, known, erasure)


def _with_customers(stones: Tombstones, customer_ids: tuple[str, ...] | list[str]) -> Tombstones:
    known = lay_tombstones(stones.secret, [("customer_id", one) for one in customer_ids])
    return join_tombstones(stones.secret, [stones, known])


def _drop_what_a_night_makes(home: Home) -> None:
    """DuckDB keeps deleted rows in its file, and hand-offs are whole tables of everybody."""
    discard_build(home)
    for pattern in ("built.json", ".*"):
        for path in home.warehouse.glob(pattern):
            path.unlink()
    for path in home.exchange.iterdir() if home.exchange.exists() else ():
        if path.is_dir() and (path / "_schema.parquet").exists():
            continue  # results by day: only a backfill could make them again
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in (".dbt", PAST_HOME, REHEARSAL_HOME):  # the homes are of runs that were killed
        shutil.rmtree(home.root / name, ignore_errors=True)


def _remove_from(path: Path, stones: Tombstones, erasure: Erasure) -> None:
    with path.open("rb") as stream:
        head = stream.read(16)
    if head.startswith(PARQUET):
        _remove_rows(path, stones)
    elif is_duckdb(head):
        remove_from_warehouse(path, erasure.customer_ids, erasure.identifier_hashes)
    elif is_sqlite(head):
        remove_from_sqlite(path, stones)
    else:
        edit_in_place(path, Rule(stones))


def _remove_rows(path: Path, stones: Tombstones) -> None:
    rows = pl.read_parquet(path)
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    if not texts:
        return
    judged = [
        judge_cells([cell or "" for cell in row], texts, Rule(stones))
        for row in rows.select(texts).iter_rows()
    ]
    theirs = pl.Series([is_theirs for is_theirs, _ in judged], dtype=pl.Boolean)
    if theirs.any():
        partial = path.with_name(f".{path.name}.partial")
        rows.filter(~theirs).write_parquet(partial)
        replace_file(path, partial, mode=path.stat().st_mode & 0o777)


def _remove_records(path: Path, stones: Tombstones) -> None:
    edited, gone = edit_list(_text(path), stones)
    if gone:
        replace_file(path, edited.encode("utf-8", "surrogateescape"))


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _lists(home: Home) -> list[Path]:
    return sorted(path for path in home.ledger.rglob("*.csv") if path.is_file())


def _audience_folders(home: Home) -> list[Path]:
    return sorted(path for path in home.audiences.glob("*/*") if path.is_dir())


def _read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _channel(files: dict[str, bytes]) -> str:
    try:
        return str(orjson.loads(files["manifest.json"])["channel"])
    except (KeyError, ValueError):
        return "unknown"


def _other_files(home: Home) -> Iterator[Path]:
    """Files that are in no place with rules of its own."""
    ours = (home.raw, home.landing, home.audiences, home.ledger)
    for path in sorted(home.root.rglob("*")):
        is_ours = any(folder in path.parents for folder in ours) or path.name in NOT_TOUCHED
        if path.is_file() and not path.is_symlink() and not is_ours:
            yield path
