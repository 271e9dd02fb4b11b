"""CSV and TSV text into rows of a table: strict about quotes, exact about lines.

A block is parsed fast when it is regular; otherwise row by row, which finds the broken ones.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from siyu.ingest.csv_form import CsvForm, find_form
from siyu.ingest.csv_lines import VALUE_MARK, marked_rows, quoted_rows
from siyu.ingest.doubtful_cells import reject_cut_row
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.extra_cells import OTHER_CONTROL
from siyu.ingest.headings import Row
from siyu.ingest.pieces import Piece
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import RejectedRow
from siyu.ingest.sources import Source
from siyu.ingest.tables import RowSorter, TableBlock, name_columns
from siyu.ingest.text_blocks import NO_TEXT, TextBlock, text_blocks
from siyu.ingest.wrappings import BLANKS

# never part of a text export
UNUSED = "\x1f"
QUOTE = b'"'
FIRST_PRINTABLE = 32


def csv_pieces(opened: Callable[[], BinaryIO], source: Source) -> Iterator[Piece]:
    """A CSV or TSV file in pieces.

    Raises:
        ExportRefusedError: The text is damaged, or no row holds the required headings.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    with as_utf8_stream(opened(), encoding) as stream:
        blocks = text_blocks(stream)
        form, rows = find_form(next(blocks, NO_TEXT), encoding, source)
        yield Piece(partial(read_block, rows, form, source), stands_alone=True)
        for block in blocks:
            yield Piece(partial(read_block, block, form, source), stands_alone=True)


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
    if not form.has_value_marks and not _quotes_are_regular(text, form.delimiter):
        return None
    cells = _parse_all(text, form)
    if cells is None:
        return None
    lines = _line_numbers(text, cells, first_line)
    if lines is None:
        return None
    table = _sort_special(cells, lines, sorter)
    table.may_hold = _may_hold(text, cells.height)
    return table


def _quotes_are_regular(text: bytes, delimiter: str) -> bool:
    """Whether each quote stands at an end of a cell or is doubled.

    Fast parsers read ``"2606"18-2`` as 260618-2 without a word.
    """
    characters = np.frombuffer(text, dtype=np.uint8)
    quotes = np.flatnonzero(characters == ord(QUOTE))
    if quotes.size % 2:
        return False
    beside = np.zeros(256, dtype=bool)
    beside[[ord(delimiter), *b'\r\n"']] = True
    # what is before the first and behind the last character is an end, too
    before = beside[characters[quotes - 1]] | (quotes == 0)
    behind = beside[characters[(quotes + 1) % characters.size]] | (quotes == characters.size - 1)
    return bool((before | behind).all())


def _may_hold(text: bytes, height: int) -> frozenset[str]:
    """Of what JSON writes differently, what occurs within cells."""
    counted = {control: text.count(control.encode()) for control in "\n\r\t"}
    controls = int((np.frombuffer(text, dtype=np.uint8) < FIRST_PRINTABLE).sum())
    held = {'"'} | ({"\\"} if b"\\" in text else set())
    if controls > sum(counted.values()):
        held.add(OTHER_CONTROL)
    held |= {control for control in "\n\r" if counted[control] not in {0, height}}
    return frozenset(held | ({"\t"} if counted["\t"] else set()))


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


def _line_numbers(text: bytes, cells: pl.DataFrame, first_line: int) -> pl.Series | None:
    """Line of each record; None when lines and records do not add up."""
    lines_in_text = text.count(b"\n") + (not text.endswith(b"\n"))
    if lines_in_text == cells.height:
        return pl.int_range(first_line, first_line + cells.height, dtype=pl.Int64, eager=True)
    filled = cells.select(pl.all().str.len_bytes().max()).row(0, named=True)
    looked_at = [name for name, longest in filled.items() if longest]
    has_newline = pl.col(looked_at).str.contains("\n", literal=True).any()
    several = cells.select(has_newline).row(0, named=True) if looked_at else {}
    counted = [pl.col(name) for name, found in several.items() if found]
    inside = cells.select(
        pl.sum_horizontal(
            pl.lit(0), *(column.str.count_matches("\n", literal=True) for column in counted)
        )
        .cast(pl.Int64)
        .alias("inside")
    )["inside"]
    if inside.len() != cells.height:
        return None
    if lines_in_text != cells.height + inside.sum():
        return None
    return (1 + inside).cum_sum() - 1 - inside + first_line


def _sort_special(cells: pl.DataFrame, lines: pl.Series, sorter: RowSorter) -> TableBlock:
    """Take totals, blank rows and repeated headings out of regular rows."""
    first = cells["0"].str.strip_chars(BLANKS)
    special = first.is_in(["", *sorter.special_words()])
    if not special.any():
        return TableBlock(cells, lines)
    rows = [
        Row(line, list(row))
        for line, row in zip(lines.filter(special), cells.filter(special).iter_rows(), strict=True)
    ]
    sorted_rows = sorter.block(rows)
    kept = lines.is_in(sorted_rows.lines.implode()) | ~special
    return TableBlock(cells.filter(kept), lines.filter(kept), totals=sorted_rows.totals)
