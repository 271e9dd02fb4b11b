"""Landing: every export file in ``raw/`` becomes one immutable Parquet in ``landing/``, once.

Staging reads what is new, admitting puts it in its place; a border check stands between the two.
Killed at any moment, the next run ends in the same state: a Parquet counts only when the sidecar
that is written after it names its size.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson
import polars as pl
import pyarrow.parquet as pq

from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.home import Home
from siyu.ingest.admitting import StagedExport, admit_export, refuse_export
from siyu.ingest.export_files import NotRead, list_export_files
from siyu.ingest.exports import ExportFile, find_exports
from siyu.ingest.jobs import ExportNotReadError, ReadingJob, read_side_by_side, rows_of
from siyu.ingest.landed_files import LandedFiles
from siyu.ingest.quarantine import (
    read_refused,
    refused_path,
    write_rejected,
)
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.rewritten import rewritten_files
from siyu.ingest.seen_files import SeenFile, SeenFiles, hash_file
from siyu.ingest.sidecars import SHA_SHOWN, LandedExport
from siyu.ingest.sources import Source
from siyu.ingest.staging import ExportChangedError, StagedRows
from siyu.ingest.typed_rows import empty_table
from siyu.ingest.workers import Workers

SCHEMA_FILE = "_schema.parquet"
LEFT_OVER = (".staged-*", ".*.partial")
NOT_READ = "_not_read.json"
ROWS_LOST = (
    "its landed rows are missing or damaged and the file is no more in raw/; put it there again"
)
FIX_AND_EXPORT = "correct it where it comes from and export it again"


def stage_exports(
    home: Home, sources: dict[str, Source], *, loaded_at: datetime
) -> list[StagedExport]:
    """Read every export file that is new, changed, or was read by an older declaration.

    Files that cannot be read are kept in ``quarantine/`` with the reason, other files go on.

    Args:
        home: The home; ``raw/`` may be missing.
        sources: Declared sources by name.
        loaded_at: Start of the run, naive UTC. Under a clock set back it is moved behind the
            newest export landed: which of two exports is newer must not turn round.

    Returns:
        What was staged, by source and file.
    """
    _prepare(home, sources)
    seen, landed = SeenFiles(home), LandedFiles(home)
    landed.sweep()
    loaded_at = landed.not_before_newest(loaded_at)
    fingerprints = {name: source.fingerprint() for name, source in sources.items()}
    not_read: list[NotRead] = []
    staged: list[StagedExport] = []
    met: set[tuple[str, str]] = set()
    jobs: list[ReadingJob] = []
    for export in find_exports(home, sources):
        try:
            known = _see(export, seen)
        except ExportNotReadError as problem:
            not_read.append(NotRead(export.source, export.file, str(problem)))
            continue
        if (export.source, known.sha256) not in met:
            met.add((export.source, known.sha256))
            run = _Run(home, sources[export.source], fingerprints[export.source], landed)
            jobs += _wanted(run, export, known, loaded_at)
    with Workers() as workers:
        for job, outcome in read_side_by_side(jobs, workers):
            try:
                staged += _stage(home, job, outcome)
            except (ExportNotReadError, ExportChangedError) as problem:
                met.discard((job.source.name, job.sha256))
                reason = str(problem)
                if isinstance(problem, ExportChangedError):
                    seen.forget(job.export)
                    reason = problem.reason
                not_read.append(NotRead(job.source.name, job.export.file, reason))
    not_read += _lost(landed, met, sources)
    seen.save()
    landed.save()
    _keep_not_read(home, not_read)
    return staged


def admit_exports(
    home: Home, sources: dict[str, Source], staged: list[StagedExport], refusals: dict[str, str]
) -> pl.DataFrame:
    """Put staged exports in their place, keep the refused ones in quarantine.

    Args:
        home: The home.
        sources: Declared sources by name.
        staged: What ``stage_exports`` gave.
        refusals: Name (``<source>/<file>``) of a staged export → why the border refuses it.

    Returns:
        ``export_files``: one row per export file ever seen.
    """
    for export in staged:
        source = sources[export.source]
        if export.name in refusals:
            problem = refusals[export.name]
            refused = ExportRefusedError(problem, FIX_AND_EXPORT)
            refuse_export(
                home, export.file, source, export.sha256, refused, rows_read=export.rows_read
            )
            export.path.unlink(missing_ok=True)
        else:
            admit_export(home, source, export)
    seen = SeenFiles(home).items()
    known = [(name, file, sha256) for name, file, sha256 in seen if name in sources]
    landed = LandedFiles(home)
    landed.save()
    return list_export_files(landed.whole(), known, _not_read(home), quarantine=home.quarantine)


def _prepare(home: Home, sources: dict[str, Source]) -> None:
    home.landing.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    for source in sources.values():
        folder = home.landing / source.name
        folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
        for pattern in LEFT_OVER:
            for left in folder.glob(pattern):
                left.unlink()
        _write_schema(folder / SCHEMA_FILE, source)


def _write_schema(path: Path, source: Source) -> None:
    """A table without rows, so that whoever reads the folder always finds the columns."""
    empty = empty_table(source)
    try:
        if pq.read_schema(path).equals(empty.schema):
            return
    except (OSError, ValueError):
        pass
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(empty, partial)
    replace_file(path, partial)


@dataclass(frozen=True)
class _Run:
    home: Home
    source: Source
    fingerprint: str
    landed: LandedFiles


def _see(export: ExportFile, seen: SeenFiles) -> SeenFile:
    """An export with its hash.

    Raises:
        ExportNotReadError: It cannot even be tried.
    """
    if export.problem:
        raise ExportNotReadError(export.problem)
    try:
        return seen.see(export)
    except OSError as error:
        raise ExportNotReadError(
            f"the file cannot be read ({error.strerror}); give the run access to it"
        ) from error


def _wanted(run: _Run, export: ExportFile, seen: SeenFile, loaded_at: datetime) -> list[ReadingJob]:
    """The job to read an export; none when the present declaration landed or refused it."""
    home, source, sha256 = run.home, run.source, seen.sha256
    landed = run.landed.get(source.name, sha256)
    if landed is not None and landed.fingerprint == run.fingerprint:
        return []
    refused = read_refused(refused_path(home, source.name, sha256))
    if refused is not None and refused.fingerprint == run.fingerprint:
        return []
    export = replace(export, state=seen.state)
    was = run.landed.was(source.name, sha256)
    if was is not None:
        # read again, by a newer declaration or because the Parquet was damaged: which of two
        # exports is newer must not change
        export = _same_export(home, export, was)
        loaded_at = was.loaded
    path = home.landing / source.name / f".staged-{sha256[:SHA_SHOWN]}.parquet"
    return [ReadingJob(source, export, sha256, path, loaded_at)]


def _stage(home: Home, job: ReadingJob, outcome: Callable[[], StagedRows]) -> list[StagedExport]:
    """Take the rows of a job, or keep the file as refused."""
    export, source, sha256 = job.export, job.source, job.sha256
    try:
        rows = rows_of(job, outcome)
    except ExportChangedError:
        raise
    except ExportRefusedError as error:
        refuse_export(home, export.file, source, sha256, error, rows_read=error.rows_read)
        return []
    write_rejected(home, source.name, export.file, sha256, rows.rejected)
    if sha256 in rewritten_files(home):
        rows = replace(rows, totals_difference=None)
    return [_staged(export, sha256, job.path, rows, job.loaded_at)]


def _staged(
    export: ExportFile, sha256: str, path: Path, rows: StagedRows, loaded_at: datetime
) -> StagedExport:
    return StagedExport(
        source=export.source,
        file=export.file,
        sha256=sha256,
        path=path,
        rows_read=rows.rows_landed + rows.rejected.height,
        rows_landed=rows.rows_landed,
        rows_rejected=rows.rejected.height,
        totals_difference=rows.totals_difference,
        loaded_at=loaded_at,
    )


def _same_export(home: Home, export: ExportFile, was: LandedExport) -> ExportFile:
    """The export under the name it landed by, while that file is still there and the same."""
    path = home.raw / was.source / was.file
    if path == export.path or not path.is_file():
        return export
    if path.stat().st_size != export.path.stat().st_size or hash_file(path) != was.sha256:
        return export
    return ExportFile(was.source, was.file, path)


def _lost(
    landed: LandedFiles, met: set[tuple[str, str]], sources: dict[str, Source]
) -> Iterator[NotRead]:
    """Exports whose rows are gone from ``landing/`` and that no file of ``raw/`` brings back."""
    for one in landed.damaged():
        if one.source in sources and (one.source, one.sha256) not in met:
            yield NotRead(one.source, one.file, ROWS_LOST)


def _keep_not_read(home: Home, not_read: list[NotRead]) -> None:
    path, content = home.landing / NOT_READ, orjson.dumps([asdict(one) for one in not_read])
    if not path.exists() or path.read_bytes() != content:
        replace_file(path, content)


def _not_read(home: Home) -> list[NotRead]:
    try:
        return [NotRead(**one) for one in orjson.loads((home.landing / NOT_READ).read_bytes())]
    except (OSError, ValueError, TypeError):
        return []
