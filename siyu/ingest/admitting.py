"""Putting one staged export in its place, or in quarantine."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siyu.files import replace_file
from siyu.home import Home
from siyu.ingest.quarantine import RefusedExport, forget_refused, write_refused
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.seen_files import hash_file
from siyu.ingest.sidecars import LandedExport, landed_path, sidecar_path, write_landed
from siyu.ingest.sources import Source


@dataclass(frozen=True)
class StagedExport:
    """An export file that was read and waits to be admitted.

    Attributes:
        source: Name of the source.
        file: Path below ``raw/<source>/``.
        sha256: Of the file.
        path: The staged Parquet.
        rows_read: Data rows in the file.
        rows_landed: Rows in the Parquet.
        rows_rejected: Rows in quarantine.
        totals_difference: How the rows differ from the totals the export states, else null.
        loaded_at: Start of the run that read this content first.
    """

    source: str
    file: str
    sha256: str
    path: Path
    rows_read: int
    rows_landed: int
    rows_rejected: int
    totals_difference: str | None
    loaded_at: datetime

    @property
    def name(self) -> str:
        """``<source>/<file>``, by which a border check refuses it."""
        return f"{self.source}/{self.file}"


def refuse_export(
    home: Home,
    file: str,
    source: Source,
    sha256: str,
    refused: ExportRefusedError,
    *,
    rows_read: int,
) -> None:
    """Keep in quarantine why a file was refused; what it landed before counts no more."""
    write_refused(
        home,
        RefusedExport(
            source=source.name,
            file=file,
            sha256=sha256,
            fingerprint=source.fingerprint(),
            problem=refused.problem,
            what_to_do=refused.what_to_do,
            reason=refused.reason,
            line=refused.line,
            column=refused.column,
            found=refused.found,
            rows_read=rows_read,
        ),
    )
    # landed under an older declaration: what is refused now counts no more
    sidecar_path(home, source.name, sha256).unlink(missing_ok=True)
    landed_path(home, source.name, sha256).unlink(missing_ok=True)


def admit_export(home: Home, source: Source, export: StagedExport) -> None:
    """Put a staged export in its place; the sidecar that makes it count is written last."""
    size, parquet_sha256 = export.path.stat().st_size, hash_file(export.path)
    sidecar_path(home, source.name, export.sha256).unlink(missing_ok=True)
    replace_file(landed_path(home, source.name, export.sha256), export.path)
    write_landed(
        home,
        LandedExport(
            source=source.name,
            file=export.file,
            sha256=export.sha256,
            fingerprint=source.fingerprint(),
            size=size,
            rows_read=export.rows_read,
            rows_landed=export.rows_landed,
            rows_rejected=export.rows_rejected,
            totals_difference=export.totals_difference,
            loaded_at=export.loaded_at.isoformat(),
            parquet_sha256=parquet_sha256,
        ),
    )
    forget_refused(home, source.name, export.sha256)
