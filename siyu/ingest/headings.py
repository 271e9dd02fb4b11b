"""Which heading of a table is which declared column, although headings drift over the years.

Brackets change width and come and go, blanks stick to the ends, merged headings have two rows.
Where a heading cannot be placed without a doubt it stays unplaced and lands in ``_extra``.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from siyu.ingest.columns import Column
from siyu.ingest.refusals import (
    DOWNLOAD_AGAIN,
    ROUNDED_BY_EXCEL,
    ROUNDED_NUMBER,
    WHOLE_MOBILE,
    ExportRefusedError,
    HeadingsMissingError,
    rounded_ids,
)
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import BLANKS

# title lines, a date range and two merged rows stand above the rows of a till report
ROWS_SEARCHED = 12
# a spreadsheet has no more
MOST_COLUMNS = 16_384
BRACKETS = r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】"
# what stands in brackets may be the unit: an amount in fen is not the amount in yuan
UNITS = frozenset({"元", "分", "角", "万元", "千元", "yuan", "fen", "cny", "rmb", "usd", "美元"})
SAME_UNIT = {"yuan": "元", "cny": "元", "rmb": "元", "fen": "分", "usd": "美元"}
PARENT_SEPARATOR = "/"
# characters of a text worth remembering
SHORT = 60


@dataclass(frozen=True)
class Row:
    """Cells of one row of a table.

    Attributes:
        line: 1-based line, or sheet row, where it starts.
        cells: Its cells, '' where empty.
    """

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Header:
    """The heading row of a table and where each declared column stands.

    Attributes:
        headings: Headings as found, in order.
        placed: Column name → position.
        line: Line of the heading row (the lower one of two).
        rows_above: Rows before the first data row, the heading rows included.
    """

    headings: tuple[str, ...]
    placed: dict[str, int]
    line: int
    rows_above: int

    @property
    def width(self) -> int:
        """Number of cells a row must have."""
        return len(self.headings)

    def unplaced(self) -> list[int]:
        """Positions of headings that are no declared column, without empty ones."""
        used = set(self.placed.values())
        return [at for at, name in enumerate(self.headings) if name and at not in used]


def find_header(rows: Sequence[Row], source: Source) -> Header:
    """The row (or two merged rows) that holds every required heading.

    Raises:
        ExportRefusedError: No row holds them all; lists what was found and the nearest matches.
    """
    _refuse_width(rows)
    best = nearest_header(rows, source)
    if best is not None and best.placed and not _missing(best, source):
        _refuse_repeated(best, source)
        _refuse_damaged(best, source)
        return best
    if best is not None:
        refuse_rounded_ids(best, rows, source)
    raise _missing_heading(best, source)


def _refuse_width(rows: Sequence[Row]) -> None:
    for row in rows:
        if len(row.cells) > MOST_COLUMNS:
            raise ExportRefusedError(
                f"the row has more than {MOST_COLUMNS} cells", DOWNLOAD_AGAIN, line=row.line
            )


def nearest_header(rows: Sequence[Row], source: Source) -> Header | None:
    """The row that is most likely the headings, whatever is missing in it; None without rows."""
    return max(
        _candidates(rows, source),
        key=lambda header: (not _missing(header, source), len(header.placed)),
        default=None,
    )


def _candidates(rows: Sequence[Row], source: Source) -> Iterator[Header]:
    for at in range(min(len(rows), ROWS_SEARCHED)):
        yield from _readings(rows, at, source)


def refuse_rounded_ids(header: Header, rows: Sequence[Row], source: Source) -> None:
    """A file cut down and re-saved in a spreadsheet is refused for the graver reason.

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


def normalise_heading(heading: str) -> str:
    """A heading without what drifts: width, case, blanks, marks of required fields.

    Examples:
        >>> normalise_heading("收货地址 "), normalise_heading("用户应付金额（元）")
        ('收货地址', '用户应付金额(元)')
    """
    # each row that may be the headings is compared with each alias: the same texts, many times
    return _normalise_short(heading) if len(heading) <= SHORT else _normalise(heading)


def _normalise(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).strip(BLANKS + "*'\"`")
    return re.sub(r"\s+", " ", text).replace("( ", "(").replace(" (", "(").casefold()


_normalise_short = lru_cache(maxsize=10_000)(_normalise)


def _readings(rows: Sequence[Row], at: int, source: Source) -> list[Header]:
    single = _place(rows[at].cells, source, line=rows[at].line, rows_above=at + 1)
    if at + 1 >= len(rows) or _is_title(rows[at].cells):
        return [single]
    below = rows[at + 1]
    joined = join_merged(rows[at].cells, below.cells)
    return [single, _place(joined, source, line=below.line, rows_above=at + 2)]


def _is_title(cells: list[str]) -> bool:
    """Whether a row is one text above a table, which belongs to none of its headings."""
    filled = [at for at, cell in enumerate(cells) if cell.strip(BLANKS)]
    return filled == [0]


def join_merged(parents: list[str], children: list[str]) -> list[str]:
    """``会员 | '' `` over ``卡号 | 姓名`` becomes ``会员/卡号 | 会员/姓名``."""
    width = max(len(parents), len(children))
    upper = [cell.strip(BLANKS) for cell in parents] + [""] * (width - len(parents))
    lower = [cell.strip(BLANKS) for cell in children] + [""] * (width - len(children))
    joined: list[str] = []
    parent = ""
    for above, child in zip(upper, lower, strict=True):
        parent = above or (parent if child else "")
        parts = [part for part in (parent, child) if part]
        joined.append(PARENT_SEPARATOR.join(dict.fromkeys(parts)))
    return joined


def _place(cells: Sequence[str], source: Source, *, line: int, rows_above: int) -> Header:
    headings = tuple(cell.strip(BLANKS) for cell in cells)
    names = [normalise_heading(heading) for heading in headings]
    placed: dict[str, int] = {}
    _place_exact(names, source, placed)
    _place_without_brackets(names, source, placed)
    _place_joined(names, source, placed)
    _place_lower_row(names, source, placed)
    _place_contained(names, source, placed)
    _place_beside(source, placed)
    return Header(headings=headings, placed=placed, line=line, rows_above=rows_above)


def _place_exact(names: list[str], source: Source, placed: dict[str, int]) -> None:
    for column in source.columns:
        for alias in column.headings:
            if (wanted := normalise_heading(alias)) in names:
                placed[column.name] = names.index(wanted)
                break


def _place_without_brackets(names: list[str], source: Source, placed: dict[str, int]) -> None:
    bare = [_without_brackets(name) for name in names]
    for column, alias in _open_aliases(source, placed):
        wanted = _without_brackets(normalise_heading(alias))
        found = [
            at
            for at, name in enumerate(bare)
            if name == wanted and at not in placed.values() and _same_unit(alias, names[at])
        ]
        if wanted and len(found) == 1 and column.name not in placed:
            placed[column.name] = found[0]


def _place_joined(names: list[str], source: Source, placed: dict[str, int]) -> None:
    """The merged headings ``会员/手机号`` of one report are ``会员手机号`` in another."""
    joined = [name.replace(PARENT_SEPARATOR, "") for name in names]
    for column, alias in _open_aliases(source, placed):
        wanted = normalise_heading(alias).replace(PARENT_SEPARATOR, "")
        if joined.count(wanted) == 1 and column.name not in placed:
            at = joined.index(wanted)
            if at not in placed.values():
                placed[column.name] = at


def _place_lower_row(names: list[str], source: Source, placed: dict[str, int]) -> None:
    lower = [name.rpartition(PARENT_SEPARATOR)[2] for name in names]
    for column, alias in _open_aliases(source, placed):
        wanted = normalise_heading(alias)
        if lower.count(wanted) == 1 and column.name not in placed:
            at = lower.index(wanted)
            if at not in placed.values():
                placed[column.name] = at


def _place_contained(names: list[str], source: Source, placed: dict[str, int]) -> None:
    for column, alias in _open_aliases(source, placed):
        if column.match != "contains" or column.name in placed:
            continue
        wanted = normalise_heading(alias)
        found = [at for at, name in enumerate(names) if wanted in name]
        if len(found) == 1 and found[0] not in placed.values():
            placed[column.name] = found[0]


def _place_beside(source: Source, placed: dict[str, int]) -> None:
    """A column read from the same heading as another (an id that may be a phone) stands with it."""
    for column in source.columns:
        for other in source.columns:
            if column.headings == other.headings and other.name in placed:
                placed.setdefault(column.name, placed[other.name])


def _open_aliases(source: Source, placed: dict[str, int]) -> list[tuple[Column, str]]:
    open_columns = [column for column in source.columns if column.name not in placed]
    return [(column, alias) for column in open_columns for alias in column.headings]


def _without_brackets(name: str) -> str:
    return re.sub(BRACKETS, "", name).strip()


def _same_unit(alias: str, name: str) -> bool:
    units = [
        {SAME_UNIT.get(part, part) for part in re.findall(r"[^()\[\]【】]+", text) if part in UNITS}
        for text in (normalise_heading(alias), name)
    ]
    return units[0] == units[1] or (not all(units) and units[0] | units[1] == {"元"})


def _missing(header: Header, source: Source) -> list[Column]:
    return [c for c in source.columns if c.required and c.name not in header.placed]


def _refuse_repeated(header: Header, source: Source) -> None:
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


def _refuse_damaged(header: Header, source: Source) -> None:
    """An amount whose heading differs by one character would land as: no amount."""
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


def _differ_by_one(one: str, other: str) -> bool:
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) > 1 and sum(a != b for a, b in pairs) == 1


def _missing_heading(best: Header | None, source: Source) -> HeadingsMissingError:
    required = [column for column in source.columns if column.required]
    wanted = " or ".join((required or source.columns)[0].headings)
    if best is None or not best.placed:
        # no row looks like headings, so its cells may be people's data: they are not repeated here
        return HeadingsMissingError(
            f"no heading row found in the first {ROWS_SEARCHED} rows; {wanted} must be there",
            f"check that this is the export {source.title.en} ({source.title.zh})",
        )
    missing = _missing(best, source)
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
