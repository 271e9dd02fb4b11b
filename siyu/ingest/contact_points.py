"""Addresses a message can be sent to, out of what exports show; phone rules are in siyu.phone."""

from collections.abc import Iterator

import orjson
import polars as pl

from siyu.ingest.wrappings import narrow
from siyu.phone import usable_numbers

# none begins like a formula: addresses go into files that people open in a spreadsheet
EMAIL = r"^[^@\s*,;:<>\"=+-][^@\s*,;:<>\"]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+$"


def read_emails(shown: pl.Series) -> pl.Series:
    """Lower-case addresses; masked ones, free text and what begins like a formula become null.

    Examples:
        >>> read_emails(pl.Series(["Xiaotong.Wang@Example.com", "lij***@example.com"])).to_list()
        ['xiaotong.wang@example.com', None]
    """
    lowered = narrow(shown).str.to_lowercase()
    return lowered.set((~lowered.str.contains(EMAIL)).fill_null(True), None)


def read_phone_lists(shown: pl.Series, separator: str) -> pl.Series:
    """Usable numbers of each cell as a JSON array, each number once, in the order shown.

    Args:
        shown: JSON arrays, or texts whose parts stand between separators.
        separator: The declared separator, '' for JSON arrays.

    Examples:
        >>> read_phone_lists(pl.Series(["+86 199-0000-1002,19900001002", "无"]), ",").to_list()
        ['["19900001002"]', '[]']
    """
    parts = [_parts(cell, separator) for cell in shown.to_list()]
    flat = pl.Series([part for cell in parts for part in cell], dtype=pl.String)
    numbers = iter(usable_numbers(flat).to_list())
    usable = [_distinct(next(numbers) for _ in cell) for cell in parts]
    texts = pl.Series(shown.name, [orjson.dumps(found).decode() for found in usable], pl.String)
    return texts.set(shown.is_null(), None)


def _distinct(numbers: Iterator[str | None]) -> list[str]:
    return list(dict.fromkeys(number for number in numbers if number))


def _parts(cell: str | None, separator: str) -> list[str]:
    if cell is None:
        return []
    if separator:
        return cell.replace("，", separator).split(separator)
    try:
        found = orjson.loads(cell)
    except orjson.JSONDecodeError:
        return [cell]
    return [str(part) for part in found] if isinstance(found, list) else [str(found)]
