"""The table ``export_files``: every export file ever seen, and what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from siyu.ingest.exports import exported_at
from siyu.ingest.quarantine import REFUSED, RefusedExport, read_refused
from siyu.ingest.sidecars import LandedExport

EXPORT_FILES_SCHEMA = pl.Schema(
    {
        "source": pl.String(),
        "file": pl.String(),
        "sha256": pl.String(),
        "status": pl.String(),
        "rows_read": pl.Int64(),
        "rows_landed": pl.Int64(),
        "rows_rejected": pl.Int64(),
        "reason": pl.String(),
        "exported_at": pl.Datetime("us"),
        "loaded_at": pl.Datetime("us"),
        "totals_difference": pl.String(),
    }
)


@dataclass(frozen=True)
class NotRead:
    """A file that could not even be tried in the last run.

    Attributes:
        source: Name of its folder in ``raw/``.
        file: Path below it.
        reason: Why, and what to do.
    """

    source: str
    file: str
    reason: str


def list_export_files(
    landed: Iterable[LandedExport],
    seen: Iterable[tuple[str, str, str]],
    not_read: Iterable[NotRead],
    *,
    quarantine: Path,
) -> pl.DataFrame:
    """One row per export file ever seen, sorted by source and file.

    Args:
        landed: What has landed and is whole.
        seen: Source, file and SHA-256 of every file met in ``raw/``.
        not_read: Files that could not be tried.
        quarantine: Folder of what was refused.

    Returns:
        ``EXPORT_FILES_SCHEMA``; status is ``landed``, ``refused`` or ``duplicate`` (the same
        content landed under another name); ``reason`` is null for landed files.
    """
    rows: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    whole = {(one.source, one.sha256): one for one in landed}
    refused = {(one.source, one.sha256): one for one in _refused(quarantine)}
    for export in whole.values():
        rows[export.source, export.file, export.sha256] = _landed_row(export)
    for refusal in refused.values():
        rows[refusal.source, refusal.file, refusal.sha256] = _refused_row(refusal, refusal.file)
    for source, file, sha256 in seen:
        if (source, file, sha256) in rows:
            continue
        if (source, sha256) in whole:
            rows[source, file, sha256] = _duplicate_row(whole[source, sha256], file)
        elif (source, sha256) in refused:
            rows[source, file, sha256] = _refused_row(refused[source, sha256], file)
    for missed in not_read:
        rows[missed.source, missed.file, None] = _row(
            missed.source, missed.file, None, "refused", reason=missed.reason
        )
    return pl.DataFrame(list(rows.values()), schema=EXPORT_FILES_SCHEMA).sort(
        "source", "file", "sha256", nulls_last=True
    )


def _refused(quarantine: Path) -> Iterator[RefusedExport]:
    for path in sorted(quarantine.glob(f"*/*{REFUSED}")):
        if (refused := read_refused(path)) is not None:
            yield refused


def _landed_row(export: LandedExport) -> dict[str, Any]:
    return {
        **_row(export.source, export.file, export.sha256, "landed", loaded_at=export.loaded),
        "rows_read": export.rows_read,
        "rows_landed": export.rows_landed,
        "rows_rejected": export.rows_rejected,
        "totals_difference": export.totals_difference,
    }


def _duplicate_row(export: LandedExport, file: str) -> dict[str, Any]:
    reason = f"the same content has landed as {export.file}"
    return _row(export.source, file, export.sha256, "duplicate", reason=reason)


def _refused_row(refused: RefusedExport, file: str) -> dict[str, Any]:
    row = _row(refused.source, file, refused.sha256, "refused", reason=refused.reason)
    return {**row, "rows_read": refused.rows_read, "rows_rejected": refused.rows_read}


def _row(
    source: str,
    file: str,
    sha256: str | None,
    status: str,
    *,
    reason: str | None = None,
    loaded_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "source": source,
        "file": file,
        "sha256": sha256,
        "status": status,
        "rows_read": 0,
        "rows_landed": 0,
        "rows_rejected": 0,
        "reason": reason,
        "exported_at": exported_at(file),
        "loaded_at": loaded_at,
        "totals_difference": None,
    }
