"""How a text file writes its table: encoding, delimiter, headings; found in its first block."""

from dataclasses import dataclass

from siyu.ingest.csv_lines import VALUE_MARK, quoted_rows
from siyu.ingest.header import ROWS_SEARCHED, find_header
from siyu.ingest.refusals import ExportRefusedError, HeadingsMissingError
from siyu.ingest.rows import Header, Row
from siyu.ingest.sources import Source
from siyu.ingest.text_blocks import TextBlock

DELIMITERS = (",", "\t", ";", "|")
FIRST_LINES = 200


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
        marked = _is_marked(rest.data, delimiter, header)
        return CsvForm(coded, delimiter, marked, _end_filled(rows, header), header), rest
    raise max(refused, key=lambda error: error.line is not None)


def _is_marked(data: bytes, delimiter: str, header: Header) -> bool:
    """Whether a backtick stands before the values; before ids alone it is part of the cell."""
    mark = VALUE_MARK.encode()
    end = data.find(b"\n")
    between = data.count(delimiter.encode() + mark, 0, end if end >= 0 else len(data))
    return data.startswith(mark) and 2 * (between + 1) > header.width


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
    """Last line of the headings; a heading may hold a newline.

    What stands below is read again, for it may be broken and no row here.
    """
    headings = rows[header.rows_above - 1]
    return headings.line + sum(cell.count("\n") for cell in headings.cells)
