"""Where a table's headings stand: the row, or two merged rows, that names its columns."""

from collections.abc import Iterator, Sequence

from siyu.ingest.header_faults import (
    missing_headings,
    refuse_damaged,
    refuse_repeated,
    refuse_rounded_ids,
    refuse_width,
)
from siyu.ingest.headings import join_merged, place_columns
from siyu.ingest.rows import Header, Row
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import BLANKS

# title lines, a date range and two merged rows stand above the rows of a till report
ROWS_SEARCHED = 12


def find_header(rows: Sequence[Row], source: Source) -> Header:
    """The row (or two merged rows) that holds every required heading.

    Raises:
        ExportRefusedError: No row holds them all; lists what was found and the nearest matches.
    """
    refuse_width(rows)
    best = nearest_header(rows, source)
    if best is not None and best.placed and not best.missing(source):
        refuse_repeated(best, source)
        refuse_damaged(best, source)
        return best
    if best is not None:
        refuse_rounded_ids(best, rows, source)
    raise missing_headings(best, source, rows_searched=ROWS_SEARCHED)


def nearest_header(rows: Sequence[Row], source: Source) -> Header | None:
    """The row that is most likely the headings, whatever is missing in it; None without rows."""
    return max(
        _candidates(rows, source),
        key=lambda header: (not header.missing(source), len(header.placed)),
        default=None,
    )


def _candidates(rows: Sequence[Row], source: Source) -> Iterator[Header]:
    for at in range(min(len(rows), ROWS_SEARCHED)):
        yield from _readings(rows, at, source)


def _readings(rows: Sequence[Row], at: int, source: Source) -> list[Header]:
    single = _read(rows[at].cells, source, line=rows[at].line, rows_above=at + 1)
    if at + 1 >= len(rows) or _is_title(rows[at].cells):
        return [single]
    below = rows[at + 1]
    joined = join_merged(rows[at].cells, below.cells)
    return [single, _read(joined, source, line=below.line, rows_above=at + 2)]


def _is_title(cells: list[str]) -> bool:
    """Whether a row is one text above a table, which belongs to none of its headings."""
    filled = [at for at, cell in enumerate(cells) if cell.strip(BLANKS)]
    return filled == [0]


def _read(cells: Sequence[str], source: Source, *, line: int, rows_above: int) -> Header:
    headings = tuple(cell.strip(BLANKS) for cell in cells)
    placed = place_columns(headings, source)
    return Header(headings=headings, placed=placed, line=line, rows_above=rows_above)
