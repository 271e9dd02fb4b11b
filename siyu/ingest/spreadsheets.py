"""Workbooks and HTML tables into rows of a table."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import BinaryIO

from siyu.ingest.encodings import detect_encoding
from siyu.ingest.header import ROWS_SEARCHED, find_header
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError, HeadingsMissingError
from siyu.ingest.rows import Header, Row
from siyu.ingest.sources import Source
from siyu.ingest.tables import RowSorter, batches, name_columns
from siyu.ingest.text_blocks import MEGABYTE, UTF8_MARK
from siyu.ingest.wrappings import BLANKS

# a page is parsed whole; the platforms split larger ones
MAX_PAGE_BYTES = 64 * MEGABYTE


def read_workbook(tables: Iterator[Iterator[Row]], source: Source) -> Iterator[RecordBlock]:
    """Records of every sheet that has the headings.

    Args:
        tables: Rows of each sheet, read as they are asked for.
        source: The source it is read as.

    Raises:
        ExportRefusedError: The workbook is damaged, or no sheet has the required headings.
    """
    missing: list[HeadingsMissingError] = []
    fitting = 0
    for rows in tables:
        try:
            yield from read_rows(rows, source)
            fitting += 1
        except HeadingsMissingError as error:
            missing.append(error)
    if not fitting:
        raise max(missing, key=lambda error: error.line is not None)


def read_rows(rows: Iterator[Row], source: Source) -> Iterator[RecordBlock]:
    """Records of the rows of one table.

    Raises:
        ExportRefusedError: No row holds the required headings.
    """
    first: list[Row] = []
    for row in rows:
        first.append(row)
        if len(first) > ROWS_SEARCHED:
            break
    header = find_header(first, source)
    sorter = RowSorter(header, source)
    waiting = [_fitted(row, header) for row in first[header.rows_above :]]
    for batch in batches(_chain(waiting, rows, header), width=header.width):
        block = sorter.block(batch)
        yield name_columns(block, header, source)
        if block.ended:
            return


def _chain(first: list[Row], rows: Iterator[Row], header: Header) -> Iterator[Row]:
    yield from first
    for row in rows:
        yield _fitted(row, header)


def _fitted(row: Row, header: Header) -> Row:
    """Sheets leave out empty cells at the end of a row, or add some that are only formatted."""
    if len(row.cells) <= header.width:
        return Row(row.line, row.cells + [""] * (header.width - len(row.cells)))
    width = max([header.width, *(at for at, cell in enumerate(row.cells, 1) if cell.strip(BLANKS))])
    return Row(row.line, (row.cells + [""] * width)[:width])


def read_html(opened: Callable[[], BinaryIO], source: Source) -> Iterator[RecordBlock]:
    """Records of the first table of a page that has the headings (``.xls`` that are HTML).

    Raises:
        ExportRefusedError: The page is cut, or no table has the required headings.
    """
    missing: list[HeadingsMissingError] = []
    for rows in page_tables(opened):
        try:
            yield from read_rows(iter(rows), source)
            return
        except HeadingsMissingError as error:
            missing.append(error)
    if missing:
        raise max(missing, key=lambda error: error.line is not None)
    raise ExportRefusedError("the file is a web page without a table", "export it as csv or xlsx")


def page_tables(opened: Callable[[], BinaryIO]) -> list[list[Row]]:
    """Rows of each table of a page.

    Raises:
        ExportRefusedError: The page is cut.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    with opened() as stream:
        data = stream.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise ExportRefusedError(
            f"a web page of more than {MAX_PAGE_BYTES // MEGABYTE} MB", "export it as csv or xlsx"
        )
    text = data.removeprefix(UTF8_MARK).decode(encoding, "replace")
    if not re.search(r"</(table|html)>\s*$|</html>", text, re.IGNORECASE):
        raise ExportRefusedError("the page is cut", DOWNLOAD_AGAIN)
    page = _Tables()
    page.feed(text)
    return page.tables


class _Tables(HTMLParser):
    """Rows of the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append(Row(len(self.tables[-1]) + 1, []))
        elif tag in {"td", "th"}:
            self._end_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = int(span) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self.tables and self.tables[-1]:
            cells = self.tables[-1][-1].cells
            cells.extend(["".join(self._cell), *[""] * (min(self._span, 100) - 1)])
        self._cell = None
