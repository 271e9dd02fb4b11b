"""Old Excel workbooks (``.xls``, BIFF), which many back offices still write, into rows of text.

They hold at most 65,536 rows a sheet, so a whole one is read into memory. xlsx is read elsewhere.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from siyu.ingest.contents import MEGABYTE
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError
from siyu.ingest.rows import Row
from siyu.ingest.sheet_cells import FIRST_DAY, FIRST_DAY_1904, moment_text, number_text

MAX_BYTES = 256 * MEGABYTE
# kinds of cells as xlrd numbers them
TEXT, NUMBER, MOMENT, TRUTH = 1, 2, 3, 4
FIRST_DAYS = (FIRST_DAY, FIRST_DAY_1904)


def old_workbook_tables(opened: Callable[[], BinaryIO]) -> Iterator[Iterator[Row]]:
    """Rows of each sheet of an old workbook.

    Raises:
        ExportRefusedError: The workbook is damaged, locked by a password, too large, or without a
            sheet.
    """
    with opened() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ExportRefusedError(
            f"an old Excel workbook of more than {MAX_BYTES // MEGABYTE} MB", "export it as xlsx"
        )
    sheets = _sheets(data)
    if not sheets:
        raise ExportRefusedError("the workbook has no sheet", DOWNLOAD_AGAIN)
    for sheet in sheets:
        yield (Row(line, cells) for line, cells in enumerate(sheet, 1))


def _sheets(data: bytes) -> list[list[list[str]]]:
    # loaded here: most nights land no such file
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True)
        return [
            [[_text(cell, book.datemode) for cell in sheet.row(at)] for at in range(sheet.nrows)]
            for sheet in book.sheets()
        ]
    except xlrd.XLRDError as refused:
        if "encrypted" in str(refused):
            raise ExportRefusedError(
                "the workbook is locked by a password", "take the password off and put it back"
            ) from refused
        raise _damaged() from refused
    except Exception as broken:  # whatever a damaged record makes of numbers, texts and places
        raise _damaged() from broken


def _damaged() -> ExportRefusedError:
    return ExportRefusedError("the old Excel workbook is cut or damaged", DOWNLOAD_AGAIN)


def _text(cell: Any, datemode: int) -> str:
    """A cell as an export would show it; a number beyond 15 digits shows that it was rounded."""
    if cell.ctype == NUMBER:
        return number_text(repr(cell.value))
    if cell.ctype == MOMENT:
        return moment_text(cell.value, FIRST_DAYS[datemode])
    if cell.ctype == TRUTH:
        return "true" if cell.value else "false"
    # an error cell holds the number of the error
    return cell.value if cell.ctype == TEXT else ""
