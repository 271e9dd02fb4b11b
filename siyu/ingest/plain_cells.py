"""Columns whose cells are all plain, read together in few passes; what is odd goes the long way.

Most columns of most exports are plain: numbers without ¥, times of one form, ids without
wrappings. One pattern per column decides; amounts, moments and wrappings read the others.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from siyu.business_day import SHANGHAI_OFFSET
from siyu.ingest.columns import MOMENT, MONEY, Column
from siyu.ingest.moments import MICROSECONDS, PLAIN_FORMAT, ZERO_DATES
from siyu.ingest.refusals import ROUNDED_BY_EXCEL
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import BLANKS, FORMULA_START

# in these types a lone mark may be a text; in the others such a cell says: nothing
TEXTS = frozenset({"text", "json", "list", "phones", "email"})
NOTHING = ("-", "--", "'", "`")
# what programs write into an id or a phone that is not there
NOBODY = (
    *("null", "NULL", "Null", "None", "none", "undefined", "NaN", "nan", "N/A", "n/a"),
    *("(null)", "\\N", "无", "空", "(空)"),
)


@dataclass(frozen=True)
class PlainForm:
    """The plain form of one declared type.

    Attributes:
        pattern: Regular expression of a cell.
        read: What the cell becomes.
    """

    pattern: str
    read: Callable[[pl.Expr], pl.Expr]


def _same(cell: pl.Expr) -> pl.Expr:
    return cell


def _money(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_suffix("元").cast(MONEY, strict=False)


def _whole(cell: pl.Expr) -> pl.Expr:
    return cell.cast(pl.Int64, strict=False)


def _local_time(cell: pl.Expr) -> pl.Expr:
    moment = cell.str.to_datetime(PLAIN_FORMAT, time_unit="us", strict=False)
    return moment - pl.lit(SHANGHAI_OFFSET)


def _epoch(cell: pl.Expr, unit: str) -> pl.Expr:
    return (cell.cast(pl.Int64, strict=False) * MICROSECONDS[unit]).cast(MOMENT)


MONEY_FORM = PlainForm(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?元?", _money)
PLAIN_FORMS: dict[str, PlainForm] = {
    "id": PlainForm(r"[0-9A-Za-z_-]*", _same),
    "phone": PlainForm(r"1[3-9][0-9]{9}", _same),
    "money_yuan": MONEY_FORM,
    "money_yuan_loose": MONEY_FORM,
    "int": PlainForm(r"-?[0-9]{1,18}", _whole),
    "ts_cn": PlainForm(
        r"20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-5][0-9]:[0-5][0-9]", _local_time
    ),
    # until 2033
    "ts_s": PlainForm(r"1[0-9]{9}", lambda cell: _epoch(cell, "ts_s")),
    "ts_ms": PlainForm(r"1[0-9]{12}", lambda cell: _epoch(cell, "ts_ms")),
    "ts_us": PlainForm(r"1[0-9]{15}", lambda cell: _epoch(cell, "ts_us")),
}


def says_nothing(column: Column, source: Source) -> list[str]:
    """Cells of a column that become null."""
    words = {*source.no_value, *column.no_value}
    if column.kind not in TEXTS:
        words.update(NOTHING)
    if column.kind in ROUNDED_BY_EXCEL:
        words.update(NOBODY)
    if column.kind == "date" or column.kind.startswith("ts_"):
        words.update(ZERO_DATES)
    return sorted(words)


@dataclass(frozen=True)
class PlainColumns:
    """The plain columns of a block.

    Attributes:
        texts: Column → cell as text, null where it says nothing.
        typed: Column → cell in its landed type.
        odd: The other columns, in order.
    """

    texts: dict[str, pl.Series]
    typed: dict[str, pl.Series]
    odd: list[Column]


def read_plain(records: pl.DataFrame, source: Source) -> PlainColumns:
    """Read all columns that are plain throughout a block."""
    present = [column for column in source.columns if column.name in records.columns]
    texts_stripped = records.with_columns(
        pl.col(column.name).str.strip_chars() for column in present if column.kind == "text"
    )
    looks = _look(texts_stripped, present, source)
    # a blank around a cell is no plain form, but soon taken off
    again = [c for c in present if c.kind in PLAIN_FORMS and not looks[c.name]]
    stripped = texts_stripped.with_columns(pl.col(c.name).str.strip_chars() for c in again)
    looks |= _look(stripped, again, source)
    plain = [column for column in present if looks[column.name]]
    read = stripped.select(
        it
        for column in plain
        for it in _read(column, source, looks[_ascii(column)], looks[_empty(column)])
    )
    names = set(read.columns)
    return PlainColumns(
        texts={column.name: read[column.name] for column in plain},
        typed={
            column.name: read[_typed(column) if _typed(column) in names else column.name]
            for column in plain
        },
        odd=[column for column in source.columns if not looks.get(column.name)],
    )


def _ascii(column: Column) -> str:
    return f"{column.name} is ascii"


def _empty(column: Column) -> str:
    return f"{column.name} may be empty"


def _typed(column: Column) -> str:
    return f"{column.name} typed"


def _look(records: pl.DataFrame, columns: list[Column], source: Source) -> dict[str, bool]:
    """Of each column whether it is plain, ASCII where that matters, and full."""
    if not columns:
        return {}
    seen = records.select(look for column in columns for look in _looks(column, source))
    return seen.row(0, named=True)


def _looks(column: Column, source: Source) -> Sequence[pl.Expr]:
    cell = pl.col(column.name)
    nothing = cell.is_in(["", *says_nothing(column, source)]).any().alias(_empty(column))
    always, never = pl.lit(True).alias(_ascii(column)), pl.lit(False).alias(column.name)
    if column.kind == "json":
        # JSON of a document was written here, there is nothing around it
        return [pl.lit(True).alias(column.name), always, nothing]
    if column.kind == "text":
        is_ascii = (cell.str.len_bytes() == cell.str.len_chars()).all()
        return [
            (~cell.str.starts_with(FORMULA_START)).all(),
            is_ascii.alias(_ascii(column)),
            nothing,
        ]
    if column.kind not in PLAIN_FORMS:
        return [never, always, nothing]
    words = "|".join(re.escape(word) for word in says_nothing(column, source))
    pattern = f"^(?:{PLAIN_FORMS[column.kind].pattern}|{words}|)$"
    return [cell.str.contains(pattern).all(), always, nothing]


def _read(column: Column, source: Source, is_ascii: bool, may_be_empty: bool) -> Sequence[pl.Expr]:
    text = pl.col(column.name)
    if not is_ascii:
        text = text.str.strip_chars(BLANKS)
    if may_be_empty or not is_ascii:
        nothing = text.is_in(["", *says_nothing(column, source)])
        text = pl.when(nothing).then(None).otherwise(text)
    form = PLAIN_FORMS.get(column.kind)
    typed = [form.read(text).alias(_typed(column))] if form and form.read is not _same else []
    return [text.alias(column.name), *typed]
