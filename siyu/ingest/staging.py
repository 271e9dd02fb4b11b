"""One export file into a staged Parquet: read, cast, checked against its own totals."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.files import FileState, file_state
from siyu.ingest.doubtful_cells import refuse_zeroed_ids
from siyu.ingest.exports import ExportFile
from siyu.ingest.readers import export_pieces
from siyu.ingest.refusals import (
    CORRECT_CELL,
    DOWNLOAD_AGAIN,
    REJECTED_SCHEMA,
    ExportRefusedError,
)
from siyu.ingest.sources import Source
from siyu.ingest.text_blocks import MEGABYTE
from siyu.ingest.totals import TotalsCheck
from siyu.ingest.typed_rows import Reading, TypedPiece, empty_table, type_piece
from siyu.ingest.workers import Workers

# starting the processes takes as long as reading so much
SHARED_FROM = 64 * MEGABYTE


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
    export: ExportFile,
    source: Source,
    *,
    partial: Path,
    loaded_at: datetime,
    workers: Workers | None = None,
) -> StagedRows:
    """Write the typed rows of an export file to a Parquet.

    Args:
        export: The file.
        source: How it is read.
        partial: Where the rows go.
        loaded_at: Start of the run.
        workers: Processes that read the pieces of a large file; None: read here.

    Raises:
        ExportChangedError: The file is not the one that was hashed, or changed while it was read.
        ExportRefusedError: The file cannot be trusted as a whole, or no row of it can be read.
    """
    before = export.state or file_state(export.path)
    reading = Reading(source, export.file, loaded_at)
    pieces = export_pieces(export.path, source)
    is_small = workers is None or not is_large(before.size)
    here = (type_piece(piece, reading) for piece in pieces)
    typed = here if workers is None or is_small else workers.type_pieces(pieces, reading)
    try:
        staged = _write(partial, typed, source)
    except ExportRefusedError as refused:
        # half of a file that is still written looks damaged
        _refuse_changed(export, before, refused)
        raise
    _refuse_changed(export, before)
    if staged.rejected.height and not staged.rows_landed:
        raise _nothing_landed(staged.rejected)
    return staged


def is_large(size: int) -> bool:
    """Whether a file of so many bytes is worth reading in pieces side by side."""
    return size >= SHARED_FROM


def _write(partial: Path, typed: Iterator[TypedPiece], source: Source) -> StagedRows:
    checks: defaultdict[int, TotalsCheck] = defaultdict(lambda: TotalsCheck(source))
    rejected = [pl.DataFrame(schema=REJECTED_SCHEMA)]
    landed = 0
    ended: set[int] = set()
    schema = empty_table(source).schema
    with pq.ParquetWriter(partial, schema, **_how_to_write(schema)) as writer:
        for piece in typed:
            if piece.part in ended:
                continue
            if piece.ended:
                ended.add(piece.part)
            if not landed:
                # rounding touches every row: the first rows tell
                refuse_zeroed_ids(pl.DataFrame(pl.from_arrow(piece.rows)), source)
            rejected.append(piece.rejected)
            checks[piece.part].add(piece.rows, piece.totals, piece.placed)
            landed += piece.rows.num_rows
            if piece.rows.num_rows:
                writer.write_table(piece.rows)
    differences = [found for part in sorted(checks) if (found := checks[part].difference())]
    return StagedRows(landed, pl.concat(rejected).sort("line"), "; ".join(differences) or None)


def _how_to_write(schema: pa.Schema) -> dict[str, Any]:
    return {
        "compression": "zstd",
        # nearly every cell of an export is its own: dictionaries cost time and save nothing
        "use_dictionary": False,
        # nor do nights look for one text among others: bounds of texts are a third of the writing
        "write_statistics": [one.name for one in schema if not pa.types.is_large_string(one.type)],
    }


def _refuse_changed(
    export: ExportFile, before: FileState, cause: ExportRefusedError | None = None
) -> None:
    try:
        after = file_state(export.path)
    except FileNotFoundError as gone:
        raise ExportChangedError from gone
    if after != before:
        raise ExportChangedError from cause


class ExportChangedError(ExportRefusedError):
    """A file that is still being written; the next run reads it."""

    def __init__(self) -> None:
        """Refuse the file for this run."""
        super().__init__(
            "the file changed while it was read", "it is read in the next run, once it is whole"
        )


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
