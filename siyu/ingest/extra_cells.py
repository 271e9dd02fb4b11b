"""Undeclared cells of a table as one JSON object per row, so that nothing of an export is lost."""

import re
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
    if not filled:
        return pl.Series(EXTRA, [None] * height, dtype=pl.String)
    texts = pl.col(filled).fill_null("")
    trimmed = columns.select(texts.str.strip_chars() if "\t" in may_hold else texts)
    # the same in every row: written once
    same = {at: trimmed[at][0] for at in _which(trimmed, lambda cell: (cell == cell.first()).all())}
    differing = trimmed.select(at for at in filled if at not in same)
    looks = {look: set(_which(differing, test)) for look, test in _looks(may_hold).items()}
    members = _Members()
    for at in filled:
        name = f'"{orjson.dumps(names[at]).decode()[1:-1]}":"'
        if at in same:
            members.add_text(f"{name}{_escaped_text(same[at])}" if same[at] else "")
            continue
        escaped = [look for look, found in looks.items() if look != EMPTY and at in found]
        members.add(name, pl.col(at), _escaped(pl.col(at), escaped), at in looks[EMPTY])
    return members.written(trimmed)


class _Members:
    """Parts of ``{"name":"cell","name":"cell"}``; what is the same in every row is one part."""

    def __init__(self) -> None:
        self._parts: list[pl.Expr] = []
        self._text = "{"
        # a comma comes before every member, unless none came before it in any row
        self._is_first = True
        self._may_be_empty = False

    def add_text(self, member: str) -> None:
        """A member that every row has, without its last quote; nothing for ''."""
        if member:
            self._begin(member)
            self._text += '"'

    def add(self, name: str, cell: pl.Expr, written: pl.Expr, may_be_empty: bool) -> None:
        """A member that rows have whose cell is not empty."""
        if not may_be_empty:
            self._begin(name)
            self._parts += [pl.lit(self._text), written]
            self._text = '"'
            return
        member = pl.concat_str([pl.lit(f",{name}"), written, pl.lit('"')])
        self._parts += [pl.lit(self._text)] if self._text else []
        self._parts.append(pl.when(cell != "").then(member).otherwise(pl.lit("")))
        self._text = ""
        self._may_be_empty = self._may_be_empty or self._is_first

    def written(self, cells: pl.DataFrame) -> pl.Series:
        """An object per row, null where it has no member."""
        whole = pl.concat_str([*self._parts, pl.lit(self._text + "}")])
        # literals only would be one row of a selection
        objects = cells.with_columns(whole.alias(EXTRA))[EXTRA]
        if not self._may_be_empty and not self._is_first:
            return objects
        # rows without the first members start with the comma of the next
        objects = objects.str.replace("{,", "{", literal=True)
        return objects.set(objects == "{}", None)

    def _begin(self, text: str) -> None:
        self._text += text if self._is_first and not self._may_be_empty else f",{text}"
        self._is_first = False


def _escaped_text(text: str) -> str:
    for plain, escaped in ESCAPED.items():
        text = text.replace(plain, escaped)
    return re.sub(OTHER_CONTROL, " ", text)


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


def _escaped(cell: pl.Expr, looks: list[str]) -> pl.Expr:
    """A cell as JSON writes it, given what was found in its column."""
    for plain in looks:
        if plain == OTHER_CONTROL:
            cell = cell.str.replace_all(OTHER_CONTROL, " ")
        else:
            cell = cell.str.replace_all(plain, ESCAPED[plain], literal=True)
    return cell
