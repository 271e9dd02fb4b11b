"""Cells that look whole and are not: a file cut in a cell, ids that Excel rounded."""

import re

import polars as pl

from siyu.ingest.refusals import DOWNLOAD_AGAIN, EXPORT_AGAIN, ExportRefusedError, RejectedRow
from siyu.ingest.rows import Header
from siyu.ingest.sources import Source
from siyu.ingest.tables import TableBlock

TEXT_KINDS = frozenset({"text", "json", "list"})
CUT = "the file ends within this row, it may be cut"

# Excel keeps 15 digits of a number and writes zeros for the rest
DIGITS_KEPT = 15
ROUNDED = rf"^[1-9][0-9]{{{DIGITS_KEPT - 1}}}0+$"
LONG = rf"^[0-9]{{{DIGITS_KEPT + 1},}}$"
# one id in ten ends in 0; that all of this many do by chance is out of the question
CERTAIN_FROM = 6


def reject_cut_row(
    block: TableBlock, header: Header, source: Source, *, ends_in_quote: bool
) -> None:
    """Reject the last row of a file without a last newline when its last cell looks cut.

    A cell of text may end anywhere and a quoted one is whole; an amount, a time or an id of
    another form than those above it is doubtful.
    """
    column = next(
        (c for c in source.columns if header.placed.get(c.name) == header.width - 1), None
    )
    if column is None or column.kind in TEXT_KINDS or ends_in_quote or block.lines.len() < 2:
        return
    *above, last = block.cells[str(header.width - 1)].to_list()
    if _form(last) not in {_form(cell) for cell in above}:
        line = block.lines[-1]
        block.rejected.append(RejectedRow(line, column.name, last or "", CUT, DOWNLOAD_AGAIN))
        block.cells, block.lines = block.cells.head(-1), block.lines.head(-1)


def _form(cell: str | None) -> str:
    """A cell with its whole number shortened: what is behind the point keeps its length."""
    return re.sub(r"^-?[0-9]+(?=\.|$)", "0", cell or "").translate(DIGITS_ALIKE)


DIGITS_ALIKE = str.maketrans("123456789", "000000000")


def refuse_zeroed_ids(rows: pl.DataFrame, source: Source) -> None:
    """Refuse a file whose long ids all have zeros where Excel stops keeping digits.

    Raises:
        ExportRefusedError: An id of the key is such a column.
    """
    for column in source.columns:
        if column.kind != "id" or column.name not in source.key:
            continue
        ids = rows[column.name].drop_nulls().unique()
        long_ids = ids.filter(ids.str.contains(LONG))
        if long_ids.len() >= CERTAIN_FROM and long_ids.str.contains(ROUNDED).all():
            raise ExportRefusedError(
                f"every {column.headings[0]} ends in zeros after {DIGITS_KEPT} digits, the file"
                " was re-saved by Excel",
                EXPORT_AGAIN,
                column=column.headings[0],
            )
