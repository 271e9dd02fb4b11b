"""How a text file writes its table: encoding, delimiter, headings; found in its first block."""

from dataclasses import dataclass, replace

from siyu.ingest.csv_lines import VALUE_MARK, quoted_rows
from siyu.ingest.headings import ROWS_SEARCHED, Header, Row, find_header
from siyu.ingest.refusals import ExportRefusedError, HeadingsMissingError
from siyu.ingest.sources import Source
from siyu.ingest.text_blocks import TextBlock
from siyu.ingest.wrappings import BLANKS

DELIMITERS = (",", "\t", ";", "|")
FIRST_LINES = 200
ROWS_THAT_AGREE = 2


@dataclass(frozen=True)
class CsvForm:
    """How a text file writes its table.

    Attributes:
        encoding: Of its bytes.
        delimiter: Between cells.
        has_value_marks: Whether a backtick stands before every value and nothing is quoted.
        last_cells_filled: Whether the first rows have a last cell, so that a short row shows.
        header: Its headings.
    """

    encoding: str
    delimiter: str
    has_value_marks: bool
    last_cells_filled: bool
    header: Header


def find_form(block: TextBlock, encoding: str, source: Source) -> tuple[CsvForm, TextBlock]:
    """Delimiter and headings from the first block of a file, and what stands below them.

    Raises:
        ExportRefusedError: No row holds the required headings.
    """
    coded = "utf-8" if encoding == "utf-16" else encoding
    text = block.as_utf8(coded).decode()
    refused: list[HeadingsMissingError] = []
    for delimiter in DELIMITERS:
        rows = first_rows(text, delimiter)
        try:
            header = find_header(rows, source)
        except HeadingsMissingError as error:
            refused.append(error)
            continue
        rest = block.after_line(_last_line(rows, header))
        marked = rest.data.startswith(VALUE_MARK.encode())
        header = _as_wide_as_rows(header, rows)
        return CsvForm(coded, delimiter, marked, _end_filled(rows, header), header), rest
    raise max(refused, key=lambda error: error.line is not None)


def _as_wide_as_rows(header: Header, rows: list[Row]) -> Header:
    """The headings as wide as the rows of a writer that ends only one of them with a delimiter.

    All rows must agree: one surplus cell in one row is a shift, also when its last cell is empty.
    """
    below = [row.cells for row in rows[header.rows_above :] if row.cells]
    widths = {len(cells) for cells in below}
    width = widths.pop() if len(widths) == 1 and len(below) >= ROWS_THAT_AGREE else header.width
    rows_end_empty = all(not "".join(cells[header.width :]).strip(BLANKS) for cells in below)
    headings_end_empty = not "".join(header.headings[width:])
    if width == header.width or not rows_end_empty or not headings_end_empty:
        return header
    return replace(header, headings=(*header.headings, *[""] * width)[:width])


def _end_filled(rows: list[Row], header: Header) -> bool:
    below = rows[header.rows_above :]
    return bool(below) and all(len(r.cells) == header.width and r.cells[-1] for r in below)


def first_rows(text: str, delimiter: str, *, most: int = ROWS_SEARCHED + 1) -> list[Row]:
    """The first rows of a text, the headings among them."""
    lines = [f"{line}\n" for line in text.split("\n", FIRST_LINES)[:FIRST_LINES]]
    rows: list[Row] = []
    try:
        for row in quoted_rows(lines, 1, delimiter, []):
            rows.append(row)
            if len(rows) == most:
                break
    except ExportRefusedError:
        # a quote that opens here may close below; the rows before it are enough for the headings
        pass
    return rows


def _last_line(rows: list[Row], header: Header) -> int:
    """Last line of the headings; a heading may hold a newline."""
    if header.rows_above < len(rows):
        return rows[header.rows_above].line - 1
    return rows[-1].line + sum(cell.count("\n") for cell in rows[-1].cells)
