"""CSV and TSV text into rows of a table: strict about quotes, exact about lines.

A block is parsed fast when it is regular; otherwise row by row, which finds the broken ones.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from siyu.ingest.csv_form import CsvForm, find_form
from siyu.ingest.csv_lines import VALUE_MARK, marked_rows, quoted_rows
from siyu.ingest.csv_marks import CsvMarks
from siyu.ingest.doubtful_cells import reject_cut_row
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.pieces import Piece
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import ExportRefusedError, RejectedRow
from siyu.ingest.rows import Row
from siyu.ingest.sources import Source
from siyu.ingest.tables import RowSorter, TableBlock, name_columns
from siyu.ingest.text_blocks import NO_TEXT, TextBlock, text_blocks
from siyu.ingest.wrappings import BLANKS

# never part of a text export
UNUSED = "\x1f"
QUOTE = b'"'


def csv_pieces(opened: Callable[[], BinaryIO], source: Source) -> Iterator[Piece]:
    """A CSV or TSV file in pieces.

    Raises:
        ExportRefusedError: The text is damaged, or no row holds the required headings.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    with as_utf8_stream(opened(), encoding) as stream:
        blocks = text_blocks(stream)
        first = next(blocks, NO_TEXT)
        if b"\r" in first.data and b"\n" not in first.data:
            raise ExportRefusedError(
                "the lines end in a carriage return alone, as programs for the Mac once wrote them",
                "save it as CSV UTF-8",
            )
        form, rows = find_form(first, encoding, source)
        yield Piece(partial(read_block, rows, form, source), where="thread")
        for block in blocks:
            yield Piece(partial(read_block, block, form, source), where="thread")


def read_block(block: TextBlock, form: CsvForm, source: Source) -> RecordBlock:
    """Records of a block."""
    return name_columns(parse_block(block, form, source), form.header, source)


def parse_block(block: TextBlock, form: CsvForm, source: Source) -> TableBlock:
    """Data rows of a block.

    Raises:
        ExportRefusedError: A byte is no text, or a quote never closes.
    """
    text = block.as_utf8(form.encoding)
    sorter = RowSorter(form.header, source)
    table = _parse_regular(text, block.first_line, form, sorter)
    if table is None:
        table = _parse_row_by_row(text, block.first_line, form, sorter)
    if block.is_last and not table.ended and text and not text.endswith(b"\n"):
        ends_in_quote = text.endswith(QUOTE)
        reject_cut_row(table, form.header, source, ends_in_quote=ends_in_quote)
    return table


def _parse_row_by_row(text: bytes, first_line: int, form: CsvForm, sorter: RowSorter) -> TableBlock:
    broken: list[RejectedRow] = []
    lines = [f"{line}\n" for line in text.decode().removesuffix("\n").split("\n")]
    if form.has_value_marks:
        rows = marked_rows(lines, first_line, form.delimiter)
    else:
        rows = quoted_rows(lines, first_line, form.delimiter, broken)
    table = sorter.block(rows)
    table.rejected.extend(broken)
    return table


def _parse_regular(
    text: bytes, first_line: int, form: CsvForm, sorter: RowSorter
) -> TableBlock | None:
    """A block in which every record has its cells; None when row by row is the only way."""
    marks = CsvMarks(text, form.delimiter)
    if not form.has_value_marks and not marks.are_regular():
        return None
    cells = _parse_all(text, form)
    lines = None if cells is None else marks.line_numbers(cells.height, first_line)
    if cells is None or lines is None:
        return None
    table = _sort_special(cells, lines, sorter)
    table.may_hold = marks.may_hold(cells.height)
    return table


def _parse_all(text: bytes, form: CsvForm) -> pl.DataFrame | None:
    """All cells of a block by position; None when a row has too few or too many."""
    if form.has_value_marks:
        return _parse_strictly(_unmarked(text, form.delimiter), form, UNUSED)
    if not form.last_cells_filled:
        return _parse_strictly(text, form, form.delimiter)
    names = [str(at) for at in range(form.header.width)]
    try:
        cells = pl.read_csv(
            text,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=form.delimiter,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    # polars fills a short row up without a word: then its last cell is empty
    last = cells[names[-1]]
    if last.has_nulls() or (last == "").any():
        return _parse_strictly(text, form, form.delimiter)
    return cells


def _unmarked(text: bytes, delimiter: str) -> bytes:
    """Text without backticks, cells parted by a character that no cell holds."""
    mark = VALUE_MARK.encode()
    text = text.removeprefix(mark).replace(delimiter.encode() + mark, UNUSED.encode())
    return text.replace(b"\n" + mark, b"\n")


def _parse_strictly(text: bytes, form: CsvForm, delimiter: str) -> pl.DataFrame | None:
    """The same, twice as slow, for tables whose last cells may be empty."""
    names = [str(at) for at in range(form.header.width)]
    irregular: list[None] = []

    def note(_: arrow_csv.InvalidRow) -> str:
        irregular.append(None)
        return "skip"

    quotes = not form.has_value_marks
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(text) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quotes else False,
                newlines_in_values=quotes,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string())
            ),
        )
    except pa.ArrowInvalid:
        return None
    return None if irregular else pl.DataFrame(pl.from_arrow(table, rechunk=True))


def _sort_special(cells: pl.DataFrame, lines: pl.Series, sorter: RowSorter) -> TableBlock:
    """Take totals, blank rows and repeated headings out of regular rows."""
    first = cells["0"].str.strip_chars(BLANKS)
    special = first.is_in(["", *sorter.special_words()])
    if sorter.total_starts:
        special |= first.str.contains(sorter.total_pattern)
    if not special.any():
        return TableBlock(cells, lines)
    rows = [
        Row(line, list(row))
        for line, row in zip(lines.filter(special), cells.filter(special).iter_rows(), strict=True)
    ]
    sorted_rows = sorter.block(rows)
    kept = lines.is_in(sorted_rows.lines.implode()) | ~special
    return TableBlock(cells.filter(kept), lines.filter(kept), totals=sorted_rows.totals)
