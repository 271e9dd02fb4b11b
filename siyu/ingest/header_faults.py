"""What is wrong with the headings of a table, and what to do: each refuses the file."""

import difflib
import re
from collections.abc import Sequence
from itertools import product

from siyu.ingest.columns import Column
from siyu.ingest.headings import normalise_heading
from siyu.ingest.refusals import (
    DOWNLOAD_AGAIN,
    ROUNDED_BY_EXCEL,
    ROUNDED_NUMBER,
    WHOLE_MOBILE,
    ExportRefusedError,
    HeadingsMissingError,
    rounded_ids,
)
from siyu.ingest.rows import Header, Row
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import BLANKS

# a spreadsheet has no more
MOST_COLUMNS = 16_384


def refuse_width(rows: Sequence[Row]) -> None:
    """Refuse a row with more cells than a spreadsheet can have.

    Raises:
        ExportRefusedError: Says at which line.
    """
    for row in rows:
        if len(row.cells) > MOST_COLUMNS:
            raise ExportRefusedError(
                f"the row has more than {MOST_COLUMNS} cells", DOWNLOAD_AGAIN, line=row.line
            )


def refuse_repeated(header: Header, source: Source) -> None:
    """Refuse a heading of a declared column that stands twice.

    Raises:
        ExportRefusedError: Names the heading.
    """
    names = [normalise_heading(heading) for heading in header.headings]
    for column in source.columns:
        at = header.placed.get(column.name)
        if at is not None and names.count(names[at]) > 1:
            raise ExportRefusedError(
                f"heading {header.headings[at]} stands twice",
                "remove one of the two columns from the export's settings and export again",
                line=header.line,
                column=header.headings[at],
            )


def refuse_damaged(header: Header, source: Source) -> None:
    """Refuse an amount whose heading differs by one character: it would land as no amount.

    Raises:
        ExportRefusedError: Names the heading and the one it nearly is.
    """
    unplaced = [header.headings[at] for at in header.unplaced()]
    for column in source.columns:
        if column.name in header.placed or not column.kind.startswith("money"):
            continue
        for alias, heading in product(column.headings, unplaced):
            if _differ_by_one(normalise_heading(alias), normalise_heading(heading)):
                raise ExportRefusedError(
                    f"heading {heading} is nearly {alias}",
                    f"{DOWNLOAD_AGAIN}, or name it under from: or ignore: of {source.name}.yml",
                    line=header.line,
                    column=heading,
                )


def refuse_rounded_ids(header: Header, rows: Sequence[Row], source: Source) -> None:
    """Refuse a file cut down and re-saved in a spreadsheet for the graver reason.

    Raises:
        ExportRefusedError: An id below the headings is a rounded number.
    """
    for column in source.columns:
        at = header.placed.get(column.name)
        if at is None or column.kind not in ROUNDED_BY_EXCEL:
            continue
        for row in rows[header.rows_above :]:
            if at < len(row.cells) and _is_rounded(row.cells[at].strip(BLANKS), column.kind):
                raise rounded_ids(header.headings[at], line=row.line, found=row.cells[at])


def _is_rounded(cell: str, kind: str) -> bool:
    whole = kind == "phone" and re.match(WHOLE_MOBILE, cell)
    return not whole and bool(re.match(ROUNDED_NUMBER, cell))


def missing_headings(
    best: Header | None, source: Source, *, rows_searched: int
) -> HeadingsMissingError:
    """The refusal of a file where no row holds all required headings; names what is near."""
    required = [column for column in source.columns if column.required]
    wanted = " or ".join((required or source.columns)[0].headings)
    if best is None or not best.placed:
        # no row looks like headings, so its cells may be people's data: they are not repeated here
        return HeadingsMissingError(
            f"no heading row found in the first {rows_searched} rows; {wanted} must be there",
            f"check that this is the export {source.title.en} ({source.title.zh})",
        )
    missing = best.missing(source)
    names = "; ".join(_describe_missing(column, best) for column in missing)
    found = ", ".join(heading for heading in best.headings if heading)
    return HeadingsMissingError(
        f"required headings are missing: {names}; headings found: {found}",
        f"export it with these columns, or name the heading in config/sources/{source.name}.yml",
        line=best.line,
        column=missing[0].headings[0],
    )


def _describe_missing(column: Column, header: Header) -> str:
    near: list[str] = []
    for alias in column.headings:
        near += difflib.get_close_matches(alias, header.headings, n=2, cutoff=0.5)
    nearest = f" (nearest: {', '.join(dict.fromkeys(near))})" if near else ""
    return f"{' or '.join(column.headings)}{nearest}"


def _differ_by_one(one: str, other: str) -> bool:
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) > 1 and sum(a != b for a, b in pairs) == 1
