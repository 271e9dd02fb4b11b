"""One export file into a staged Parquet: read, cast, checked against its own totals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.ingest.casting import TypedBlock, cast_records
from siyu.ingest.exports import ExportFile, exported_at
from siyu.ingest.readers import read_export
from siyu.ingest.refusals import (
    CORRECT_CELL,
    DOWNLOAD_AGAIN,
    REJECTED_SCHEMA,
    ExportRefusedError,
    rejected_frame,
)
from siyu.ingest.sources import Source
from siyu.ingest.totals import TotalsCheck


@dataclass(frozen=True)
class StagedRows:
    """What came out of one export file.

    Attributes:
        rows_landed: Rows in the staged Parquet.
        rejected: ``REJECTED_SCHEMA``, by line.
        totals_difference: How the rows differ from the totals the export states, else null.
    """

    rows_landed: int
    rejected: pl.DataFrame
    totals_difference: str | None


def stage_export(
    export: ExportFile, source: Source, *, partial: Path, loaded_at: datetime
) -> StagedRows:
    """Write the typed rows of an export file to a Parquet.

    Raises:
        ExportRefusedError: The file cannot be trusted as a whole, or no row of it can be read.
    """
    before = export.path.stat()
    check = TotalsCheck(source)
    rejected: list[pl.DataFrame] = []
    landed = 0
    with _writer(partial, source) as writer:
        for rows, refused in _typed(export, source, check):
            rejected.append(refused)
            if rows.height:
                landed += rows.height
                writer.write_table(_as_arrow(_with_lineage(rows, export, source, loaded_at)))
    after = export.path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ExportChangedError
    all_rejected = pl.concat([pl.DataFrame(schema=REJECTED_SCHEMA), *rejected]).sort("line")
    if all_rejected.height and not landed:
        raise _nothing_landed(all_rejected)
    return StagedRows(landed, all_rejected, check.difference())


class ExportChangedError(ExportRefusedError):
    """A file that is still being written; the next run reads it."""

    def __init__(self) -> None:
        """Refuse the file for this run."""
        super().__init__(
            "the file changed while it was read", "it is read in the next run, once it is whole"
        )


def _typed(
    export: ExportFile, source: Source, check: TotalsCheck
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    for block in read_export(export.path, source):
        typed: TypedBlock = cast_records(block.records, source)
        check.add(typed.rows, block.totals, block.placed)
        yield typed.rows, pl.concat([rejected_frame(block.rejected), typed.rejected])


def _with_lineage(
    rows: pl.DataFrame, export: ExportFile, source: Source, loaded_at: datetime
) -> pl.DataFrame:
    schema = source.landing_schema()
    return rows.with_columns(
        pl.lit(export.file).alias("_source_file"),
        pl.lit(loaded_at, dtype=pl.Datetime("us")).alias("_loaded_at"),
        pl.lit(exported_at(export.file), dtype=pl.Datetime("us")).alias("_exported_at"),
    ).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _writer(path: Path, source: Source) -> pq.ParquetWriter:
    # nearly every cell of an export is its own: dictionaries cost time and save nothing
    schema = empty_table(source).schema
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False)


def empty_table(source: Source) -> pa.Table:
    """The landed table of a source without rows."""
    return _as_arrow(pl.DataFrame(schema=source.landing_schema()))


def _as_arrow(rows: pl.DataFrame) -> pa.Table:
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def _nothing_landed(rejected: pl.DataFrame) -> ExportRefusedError:
    reason = rejected["reason"][0]
    return ExportRefusedError(
        f"all {rejected.height} rows were rejected, the first because {reason}",
        CORRECT_CELL if rejected["what_to_do"][0] != DOWNLOAD_AGAIN else DOWNLOAD_AGAIN,
        line=rejected["line"][0],
        column=rejected["column"][0] or None,
        found=rejected["found"][0],
        rows_read=rejected.height,
    )
