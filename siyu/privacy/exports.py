"""Raw exports and what landed from them, without the erased.

A rewritten export lands under its new hash as of the moment the old one did, so that rows of
other people keep their file, line and order in time. Killed at any moment, doing it again ends in
the same state: the export itself is replaced last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from siyu.files import replace_file
from siyu.home import Home
from siyu.ingest.admitting import StagedExport, admit_export, refuse_export
from siyu.ingest.contents import HEAD_BYTES
from siyu.ingest.exports import ExportFile
from siyu.ingest.quarantine import REJECTED, forget_refused, refused_path, write_rejected
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.rewritten import note_rewritten
from siyu.ingest.seen_files import SeenFiles, hash_file
from siyu.ingest.sidecars import (
    SHA_SHOWN,
    landed_path,
    read_note,
    sidecar_path,
    write_landed,
)
from siyu.ingest.sources import Source
from siyu.ingest.staging import stage_export
from siyu.privacy.archive_edit import is_unsearchable
from siyu.privacy.file_edit import edit_file, write_edited
from siyu.privacy.reading import Count, Rule
from siyu.privacy.table_edit import judge_cells
from siyu.privacy.tombstones import Tombstones

ERASING = ".erasing"


@dataclass(frozen=True)
class Found:
    """What of a person is, or was, in one file.

    Attributes:
        file: Path below the home.
        records: Whole records.
        parts: Cells of other people's records.
        is_searched: Whether all of it could be looked at.
    """

    file: str
    records: int
    parts: int
    is_searched: bool = True


def raw_files(home: Home) -> Iterator[ExportFile]:
    """Every file in ``raw/``, hidden and unfinished ones too; links are not followed."""
    for path in sorted(home.raw.rglob("*")):
        # a link is refused when exports are read, what it points at lies outside
        if path.is_symlink() or not path.is_file():
            continue
        source, _, file = path.relative_to(home.raw).as_posix().partition("/")
        yield ExportFile(source, file, path)


def new_raw_files(home: Home) -> list[ExportFile]:
    """Files in ``raw/`` that no run has met as they are."""
    seen = SeenFiles(home)
    return [export for export in raw_files(home) if not seen.knows(export)]


def find_in_export(
    home: Home, export: ExportFile, sources: Mapping[str, Source], stones: Tombstones
) -> Found | None:
    """What of the erased is in a raw file; None when nothing is, as far as one can look."""
    return _found(home, export.path, edit_file(export.path, _rule(export, sources, stones)))


def remove_from_export(
    home: Home, export: ExportFile, sources: Mapping[str, Source], stones: Tombstones
) -> Found | None:
    """Take the erased out of a raw file and of what landed from it."""
    path, rule = export.path, _rule(export, sources, stones)
    if path.name.endswith(ERASING):
        path.unlink()  # what an interrupted erasure left
        return None
    if not edit_file(path, rule):
        return None
    partial = path.with_name(f".{path.name}{ERASING}")
    count = write_edited(path, rule, partial)
    before = hash_file(path)
    if count.is_empty:
        partial.unlink()
        _forget(home, export.source, before)
        path.unlink()
        return _found(home, path, count)
    after = hash_file(partial)
    note_rewritten(home, after)
    if export.source in sources:
        _land_again(home, sources[export.source], partial, before, after)
        _forget(home, export.source, before)
    replace_file(path, partial, mode=path.stat().st_mode & 0o777)
    return _found(home, path, count)


def remove_from_landed(
    home: Home, sources: Mapping[str, Source], stones: Tombstones
) -> list[Found]:
    """Take the erased out of landed tables whose export is gone or cannot be edited."""
    return [
        found for path in _orphans(home, sources) if (found := _clean(home, path, sources, stones))
    ]


def keep_out_of_staged(
    home: Home, staged: StagedExport, sources: Mapping[str, Source], stones: Tombstones
) -> StagedExport:
    """Take the erased out of what is about to land from an export that cannot be edited."""
    raw = home.raw / staged.source / staged.file
    if not stones or not raw.is_file() or not _stays_whole(raw):
        return staged
    before = pl.read_parquet(staged.path)
    rows, count = _without(before, Rule(stones, sources[staged.source]))
    if not count:
        return staged
    rows.write_parquet(staged.path, compression="zstd")
    return replace(
        staged,
        rows_read=staged.rows_read - count.records,
        rows_landed=staged.rows_landed - count.records,
        totals_difference=None,
    )


def find_in_landed(home: Home, sources: Mapping[str, Source], stones: Tombstones) -> list[Found]:
    """What of the erased is in such tables."""
    found = []
    for path in _orphans(home, sources):
        _, count = _without(pl.read_parquet(path), Rule(stones, sources[path.parent.name]))
        found.append(_found(home, path, count))
    return [one for one in found if one is not None]


def _rule(export: ExportFile, sources: Mapping[str, Source], stones: Tombstones) -> Rule:
    return Rule(stones, sources.get(export.source))


def _found(home: Home, path: Path, count: Count) -> Found | None:
    if not count and count.is_searched:
        return None
    file = path.relative_to(home.root).as_posix()
    return Found(file, count.records, count.parts, count.is_searched)


def _land_again(home: Home, source: Source, edited: Path, before: str, after: str) -> None:
    landed = read_note(sidecar_path(home, source.name, before))
    if landed is None:
        return  # never landed, or done before an interruption: the next night reads it
    staged = home.landing / source.name / f".staged-{after[:SHA_SHOWN]}.parquet"
    export = ExportFile(source.name, landed.file, edited)
    try:
        rows = stage_export(export, source, partial=staged, loaded_at=landed.loaded)
    except ExportRefusedError as refused:
        staged.unlink(missing_ok=True)
        refuse_export(home, landed.file, source, after, refused, rows_read=refused.rows_read)
        return
    write_rejected(home, source.name, landed.file, after, rows.rejected)
    admit_export(
        home,
        source,
        StagedExport(
            source=source.name,
            file=landed.file,
            sha256=after,
            path=staged,
            rows_read=rows.rows_landed + rows.rejected.height,
            rows_landed=rows.rows_landed,
            rows_rejected=rows.rejected.height,
            totals_difference=landed.totals_difference,
            loaded_at=landed.loaded,
        ),
    )


def _forget(home: Home, source: str, sha256: str) -> None:
    """What was made of an export that is no more."""
    sidecar_path(home, source, sha256).unlink(missing_ok=True)
    landed_path(home, source, sha256).unlink(missing_ok=True)
    refused = refused_path(home, source, sha256)
    refused.with_name(f"{sha256[:SHA_SHOWN]}{REJECTED}").unlink(missing_ok=True)
    forget_refused(home, source, sha256)


def _orphans(home: Home, sources: Mapping[str, Source]) -> Iterator[Path]:
    seen = SeenFiles(home)
    present = {
        (one.source, seen.see(one).sha256[:SHA_SHOWN])
        for one in raw_files(home)
        if not _stays_whole(one.path)
    }
    for path in sorted(home.landing.glob("*/[0-9a-f]*.parquet")):
        if path.parent.name in sources and (path.parent.name, path.stem) not in present:
            yield path


def _stays_whole(path: Path) -> bool:
    """Whether an export lands but cannot be edited: an old workbook."""
    with path.open("rb") as stream:
        return is_unsearchable(stream.read(HEAD_BYTES))


def _clean(
    home: Home, path: Path, sources: Mapping[str, Source], stones: Tombstones
) -> Found | None:
    rows, count = _without(pl.read_parquet(path), Rule(stones, sources[path.parent.name]))
    if not count:
        return None
    partial = path.with_name(f".{path.name}.partial")
    rows.write_parquet(partial, compression="zstd")
    landed = read_note(path.with_suffix(".json"))
    if landed is not None:
        size = partial.stat().st_size
        note = replace(
            landed, size=size, rows_landed=rows.height, parquet_sha256=hash_file(partial)
        )
        write_landed(home, note)
    replace_file(path, partial)
    return _found(home, path, count)


def find_rows(rows: pl.DataFrame, source: Source, stones: Tombstones) -> pl.DataFrame:
    """Landed rows that are about the person."""
    gone, _ = _judge(rows, Rule(stones, source))
    return rows[gone]


def _without(rows: pl.DataFrame, rule: Rule) -> tuple[pl.DataFrame, Count]:
    """Landed rows without the erased; other people's rows lose the cells that mention them."""
    gone, blanks = _judge(rows, rule)
    count = Count(len(gone), sum(map(len, blanks.values())))
    changed = rows.with_columns(
        pl.when(~pl.int_range(pl.len()).is_in(places)).then(name).alias(name)
        for name, places in blanks.items()
    )
    return changed.filter(~pl.int_range(pl.len()).is_in(gone)), count


def _judge(rows: pl.DataFrame, rule: Rule) -> tuple[list[int], dict[str, list[int]]]:
    """Numbers of the rows that are theirs, and column → rows whose cell mentions them."""
    gone: list[int] = []
    blanks: dict[str, list[int]] = {}
    names = [name for name, kind in rows.schema.items() if kind == pl.String]
    texts = [text for name in names for text in rows[name].drop_nulls().unique()]
    if not rule.may_concern("\n".join(texts)):
        return gone, blanks
    columns = [None if name.startswith("_") else name.removesuffix("_shown") for name in names]
    for at, row in enumerate(rows.select(names).iter_rows()):
        is_theirs, mentions = judge_cells([cell or "" for cell in row], columns, rule)
        if is_theirs:
            gone.append(at)
        for place in mentions:
            blanks.setdefault(names[place], []).append(at)
    return gone, blanks
