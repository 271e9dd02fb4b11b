"""Which heading of a table is which declared column, although headings drift over the years.

Brackets change width and come and go, blanks stick to the ends, merged headings have two rows.
Where a heading cannot be placed without a doubt it stays unplaced and lands in ``_extra``.
Not here: which row of a file holds the headings (`siyu.ingest.header`).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from siyu.ingest.columns import Column
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import BLANKS

BRACKETS = r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】"
# what stands in brackets may be the unit: an amount in fen is not the amount in yuan
UNITS = frozenset({"元", "分", "角", "万元", "千元", "yuan", "fen", "cny", "rmb", "usd", "美元"})
SAME_UNIT = {"yuan": "元", "cny": "元", "rmb": "元", "fen": "分", "usd": "美元"}
PARENT_SEPARATOR = "/"
# characters of a text worth remembering
SHORT = 60


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


def place_columns(headings: Sequence[str], source: Source) -> dict[str, int]:
    """Column name → position of its heading; without columns that fit none, or more than one."""
    names = [normalise_heading(heading) for heading in headings]
    placed: dict[str, int] = {}
    _place_exact(names, source, placed)
    _place_without_brackets(names, source, placed)
    _place_joined(names, source, placed)
    _place_lower_row(names, source, placed)
    _place_contained(names, source, placed)
    _place_beside(source, placed)
    return placed


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
