"""Undeclared cells of a table as one JSON object per row, so that nothing of an export is lost."""

from collections.abc import Callable
from functools import partial

import orjson
import polars as pl

from siyu.ingest.records import EXTRA

EMPTY = ""
OTHER_CONTROL = r"[\x00-\x1f]"
# what JSON writes differently; tabs and newlines are looked for where the text holds some
ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
EVERYTHING = frozenset({*ESCAPED, OTHER_CONTROL})


def extra_json(
    cells: list[tuple[str, pl.Series]], *, height: int, may_hold: frozenset[str] = EVERYTHING
) -> pl.Series:
    r"""A JSON object per row out of columns of text, cells that are empty left out.

    Args:
        cells: Heading and cells of each column.
        height: Number of rows.
        may_hold: Of ``EVERYTHING`` what may occur in cells; looking for it costs as much as the
            rest.

    Examples:
        >>> extra_json([("备注", pl.Series(['"hi"', ""]))], height=2).to_list()
        ['{"备注":"\\"hi\\""}', None]
    """
    columns = pl.DataFrame({str(at): column for at, (_, column) in enumerate(cells)})
    names = {str(at): name for at, (name, _) in enumerate(cells)}
    filled = _which(columns, lambda cell: (cell.str.len_bytes() > 0).any())
    texts = pl.col(filled).fill_null("")
    trimmed = columns.select(texts.str.strip_chars() if "\t" in may_hold else texts)
    looks = {look: set(_which(trimmed, test)) for look, test in _looks(may_hold).items()}
    parts: list[pl.Expr] = []
    for at in filled:
        escaped = [look for look, found in looks.items() if look != EMPTY and at in found]
        parts += _member(names[at], pl.col(at), escaped, may_be_empty=at in looks[EMPTY])
    if not parts:
        return pl.Series(EXTRA, [None] * height, dtype=pl.String)
    # each member starts with a comma: the first comma goes
    joined = trimmed.select(pl.concat_str(parts)).to_series().str.slice(1)
    objects = joined.to_frame("it").select(pl.concat_str(pl.lit("{"), "it", pl.lit("}")))
    return objects.to_series().set(joined == "", None).rename(EXTRA)


def _which(columns: pl.DataFrame, test: Callable[[pl.Expr], pl.Expr]) -> list[str]:
    """Names of the columns for which a test holds, looked at in one pass."""
    if not columns.width or not columns.height:
        return []
    held = columns.select(test(pl.col(name)).alias(name) for name in columns.columns).row(0)
    return [name for name, holds in zip(columns.columns, held, strict=True) if holds]


def _looks(may_hold: frozenset[str]) -> dict[str, Callable[[pl.Expr], pl.Expr]]:
    """What to look for in a column before it is written."""
    looks: dict[str, Callable[[pl.Expr], pl.Expr]] = {EMPTY: lambda cell: (cell == "").any()}
    looks |= {plain: partial(_contains, text=plain) for plain in ESCAPED if plain in may_hold}
    if OTHER_CONTROL in may_hold:
        looks[OTHER_CONTROL] = lambda cell: cell.str.contains(OTHER_CONTROL).any()
    return looks


def _contains(cell: pl.Expr, text: str) -> pl.Expr:
    return cell.str.contains(text, literal=True).any()


def _member(name: str, cell: pl.Expr, escaped: list[str], *, may_be_empty: bool) -> list[pl.Expr]:
    """Parts of ``,"name":"cell"``, nothing where the cell is empty."""
    written = cell
    for plain in escaped:
        if plain == OTHER_CONTROL:
            written = written.str.replace_all(OTHER_CONTROL, " ")
        else:
            written = written.str.replace_all(plain, ESCAPED[plain], literal=True)
    parts = [pl.lit(f',{orjson.dumps(name).decode()}:"'), written, pl.lit('"')]
    if not may_be_empty:
        return parts
    return [pl.when(cell != "").then(pl.concat_str(parts)).otherwise(pl.lit(""))]
