"""Lines of CSV text into rows, one by one: slow, strict about quotes, exact about lines."""

import csv
from collections.abc import Iterator

from siyu.ingest.refusals import RejectedRow
from siyu.ingest.rows import Row
from siyu.ingest.tables import SHORT_OR_LONG
from siyu.ingest.text_blocks import LONGEST_RECORD, unclosed_quote

# WeChat Pay and some banks put this before every value instead of quoting commas
VALUE_MARK = "`"

csv.field_size_limit(LONGEST_RECORD)


def quoted_rows(
    lines: list[str], first_line: int, delimiter: str, broken: list[RejectedRow]
) -> Iterator[Row]:
    """Rows by the rules of CSV; a row with broken quotes is rejected, the next line starts anew.

    Raises:
        ExportRefusedError: A quote never closes.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = first_line + reader.line_num
        try:
            yield Row(line, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise unclosed_quote(line) from error
            last = first_line + reader.line_num - 1
            broken.append(RejectedRow(line, "", "", _what_broke(error, line, last), SHORT_OR_LONG))


def _what_broke(error: csv.Error, line: int, last: int) -> str:
    if "new-line character" in str(error):
        return "a carriage return stands alone in the row, two rows may be one line"
    if last > line:
        return f"a quote opens here and is broken in line {last}, the lines between are one row"
    return "the quotes of the row are broken"


def marked_rows(lines: list[str], first_line: int, delimiter: str) -> Iterator[Row]:
    """Rows whose values start with a backtick; headings and totals have none."""
    for number, ended in enumerate(lines):
        line = ended.rstrip("\r\n")
        separator = delimiter
        if line.startswith(VALUE_MARK):
            separator += VALUE_MARK
        yield Row(first_line + number, line.removeprefix(VALUE_MARK).split(separator))
