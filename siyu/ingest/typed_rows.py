"""Pieces of an export as typed rows with their lineage, ready to be written."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pyarrow as pa

from siyu.ingest.casting import cast_records
from siyu.ingest.exports import exported_at
from siyu.ingest.pieces import Piece
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import rejected_frame
from siyu.ingest.sources import Source


@dataclass(frozen=True)
class Reading:
    """What the pieces of one export file have in common.

    Attributes:
        source: How it is read.
        file: Path below ``raw/<source>/``.
        loaded_at: Start of the run.
    """

    source: Source
    file: str
    loaded_at: datetime


@dataclass(frozen=True)
class TypedPiece:
    """Typed rows of a piece.

    Attributes:
        part: Which table or document of the file it belongs to.
        rows: Landed rows.
        rejected: ``REJECTED_SCHEMA``.
        totals: Cells of the rows below the data that hold totals.
        placed: Column → position in those rows.
        ended: Whether what follows is no data any more.
    """

    part: int
    rows: pa.Table
    rejected: pl.DataFrame
    totals: list[list[str]]
    placed: dict[str, int]
    ended: bool


def type_piece(piece: Piece, reading: Reading) -> TypedPiece:
    """Read and cast a piece.

    Raises:
        ExportRefusedError: The file cannot be trusted as a whole.
    """
    return type_block(piece.read(), reading, part=piece.part)


def type_block(block: RecordBlock, reading: Reading, *, part: int) -> TypedPiece:
    """Cast the records of a piece.

    Raises:
        ExportRefusedError: An id was turned into a number by a spreadsheet.
    """
    typed = cast_records(block.records, reading.source)
    return TypedPiece(
        part=part,
        rows=as_landed(_with_lineage(typed.rows, reading)),
        rejected=pl.concat([rejected_frame(block.rejected), typed.rejected]),
        totals=block.totals,
        placed=block.header.placed if block.header else {},
        ended=block.ended,
    )


def _with_lineage(rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    schema = reading.source.landing_schema()
    return rows.with_columns(
        pl.lit(reading.file).alias("_source_file"),
        pl.lit(reading.loaded_at, dtype=pl.Datetime("us")).alias("_loaded_at"),
        pl.lit(exported_at(reading.file), dtype=pl.Datetime("us")).alias("_exported_at"),
    ).select(pl.col(name).cast(kind) for name, kind in schema.items())


def empty_table(source: Source) -> pa.Table:
    """The landed table of a source without rows."""
    return as_landed(pl.DataFrame(schema=source.landing_schema()))


def as_landed(rows: pl.DataFrame) -> pa.Table:
    """Rows in the Arrow types that every reader of Parquet knows."""
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())
