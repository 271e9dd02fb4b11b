"""Records of text become typed rows; a row with a cell that cannot be read is rejected."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import orjson
import polars as pl

from siyu.ingest import amounts, moments
from siyu.ingest.columns import LANDED_TYPES, SHOWN_TYPES, Column
from siyu.ingest.contact_points import read_emails, read_phone_lists
from siyu.ingest.plain_cells import read_plain, says_nothing
from siyu.ingest.records import EXTRA, LINE
from siyu.ingest.refusals import (
    REJECTED_SCHEMA,
    ROUNDED_BY_EXCEL,
    ROUNDED_NUMBER,
    WHOLE_MOBILE,
    rounded_ids,
)
from siyu.ingest.sources import Source
from siyu.ingest.wrappings import narrow, strip_cells, unwrap_ids
from siyu.phone import usable_numbers

# in the other types the readers take the marks off where a cell is not plain
UNWRAPPED_FIRST = frozenset({"id", "phone", "email"})
WORDS = {
    **dict.fromkeys(["是", "true", "1", "yes", "y", "t", "有"], True),
    **dict.fromkeys(["否", "false", "0", "no", "n", "f", "无"], False),
}

HASHED = "_content_hash"
CELL_END = "\x1f"
NO_CELL = "\x00"
HASH_BYTES = 16

READERS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "money_yuan": amounts.read_money,
    "money_yuan_loose": amounts.read_money,
    "money_fen": amounts.read_fen,
    "decimal": amounts.read_decimal,
    "int": amounts.read_integers,
    "ts_cn": moments.read_local_times,
    "ts_iso": moments.read_utc_times,
    "ts_any": moments.read_any_times,
    "ts_ctime": moments.read_ctimes,
    "date": moments.read_days,
    **{unit: partial(moments.read_epochs, unit=unit) for unit in moments.MICROSECONDS},
}
EXPECTED = {
    "money_yuan": "an amount in yuan with at most two decimals",
    "money_yuan_loose": "an amount in yuan with at most two decimals",
    "money_fen": "a whole number of fen",
    "decimal": "a number",
    "int": "a whole number",
    "bool": "yes or no (是/否)",
    "date": "a date such as 2026-06-18",
    "ts_s": "unix time in seconds",
    "ts_ms": "unix time in milliseconds",
    "ts_us": "unix time in microseconds",
}
A_TIME = "a time such as 2026-06-18 20:00:00, from 2000 to 2099"


@dataclass(frozen=True)
class TypedBlock:
    """Typed rows of a block of records.

    Attributes:
        rows: Declared columns in their landed types, ``_line_number``, ``_content_hash``,
            ``_extra``.
        rejected: ``REJECTED_SCHEMA``; the first wrong cell of each rejected row.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame


def cast_records(records: pl.DataFrame, source: Source) -> TypedBlock:
    """Cast a block of records by the declared types.

    Raises:
        ExportRefusedError: An id was turned into a number by a spreadsheet.
    """
    plain = read_plain(records, source)
    texts, typed = dict(plain.texts), _with_shown(plain.texts, plain.typed, source)
    for column in plain.odd:
        if column.name not in records.columns:
            cells = pl.Series(column.name, [None] * records.height, dtype=pl.String)
            texts[column.name] = cells
            typed |= {name: cells.cast(kind) for name, kind in column.landed().items()}
            continue
        cells = _clean(records[column.name], column, source)
        _refuse_rounded(cells, records[LINE], column)
        texts[column.name] = cells
        typed |= _cast(cells, column)
    problems = [
        _problems(texts[column.name], typed[column.name], column) for column in source.columns
    ]
    hashes = _hash([texts[column.name].rename(column.name) for column in source.columns])
    rows = pl.DataFrame({**typed, LINE: records[LINE], HASHED: hashes, EXTRA: records[EXTRA]})
    return _without_rejected(rows, problems)


def _with_shown(
    texts: dict[str, pl.Series], typed: dict[str, pl.Series], source: Source
) -> dict[str, pl.Series]:
    shown = {
        f"{column.name}_shown": texts[column.name]
        for column in source.columns
        if column.kind in SHOWN_TYPES and column.name in texts
    }
    return {**typed, **shown}


def _clean(cells: pl.Series, column: Column, source: Source) -> pl.Series:
    stripped = strip_cells(cells, says_nothing=says_nothing(column, source))
    return unwrap_ids(stripped) if column.kind in UNWRAPPED_FIRST else stripped


def _refuse_rounded(cells: pl.Series, lines: pl.Series, column: Column) -> None:
    if column.kind not in ROUNDED_BY_EXCEL:
        return
    if not (cells.str.contains(".", literal=True) | cells.str.contains("E+", literal=True)).any():
        return
    rounded = cells.str.contains(ROUNDED_NUMBER).fill_null(False)
    if column.kind == "phone":
        rounded = rounded & ~cells.str.contains(WHOLE_MOBILE).fill_null(False)
    if rounded.any():
        at = rounded.arg_max() or 0
        raise rounded_ids(column.headings[0], line=lines[at], found=cells[at])


def _cast(cells: pl.Series, column: Column) -> dict[str, pl.Series]:
    name, kind = column.name, column.kind
    if kind == "phone":
        return {name: usable_numbers(cells), f"{name}_shown": cells}
    if kind == "email":
        return {name: read_emails(cells), f"{name}_shown": cells}
    if kind == "phones":
        return {name: read_phone_lists(cells, column.separator), f"{name}_shown": cells}
    if kind == "bool":
        words = narrow(cells).str.to_lowercase()
        return {name: words.replace_strict(WORDS, default=None, return_dtype=pl.Boolean)}
    if kind == "list":
        return {name: _split(cells, column.separator)}
    if kind in READERS:
        return {name: READERS[kind](cells).cast(LANDED_TYPES[kind])}
    return {name: cells}


def _split(cells: pl.Series, separator: str) -> pl.Series:
    def split(cell: str) -> str:
        parts = [part.strip() for part in cell.split(separator)]
        return orjson.dumps([part for part in parts if part]).decode()

    return _map_distinct(cells, split)


def _map_distinct(cells: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    distinct = cells.drop_nulls().unique()
    changed = {cell: change(cell) for cell in distinct.to_list()}
    return cells.replace_strict(changed, default=None, return_dtype=pl.String)


def _problems(cells: pl.Series, typed: pl.Series, column: Column) -> pl.DataFrame:
    """Rows of a column that cannot land: row number, column, what was found, why."""
    lost = typed.null_count() - cells.null_count()
    is_negative = bool(column.never and (typed < 0).any())
    if not (lost or is_negative or (column.required == "value" and cells.null_count())):
        return pl.DataFrame()
    unreadable = cells.is_not_null() & typed.is_null()
    if column.kind in SHOWN_TYPES:
        # what cannot be used is kept as shown
        unreadable = unreadable & False
    wrong = unreadable | cells.is_null() if column.required == "value" else unreadable
    negative = (typed < 0).fill_null(False) if is_negative else wrong & False
    wrong |= negative
    if not wrong.any():
        return pl.DataFrame()
    expected = EXPECTED.get(column.kind, A_TIME)
    heading = column.headings[0]
    return (
        pl.DataFrame({"cell": cells, "wrong": wrong, "negative": negative})
        .with_row_index("row")
        .filter("wrong")
        .select(
            "row",
            pl.lit(column.name).alias("column"),
            pl.col("cell").fill_null("").alias("found"),
            pl.when(pl.col("cell").is_null())
            .then(pl.lit(f"{heading} is empty, each row must state it"))
            .when("negative")
            .then(pl.lit(f"{heading} is below zero, which it never is in this export"))
            .otherwise(pl.lit(f"{heading} is not {expected}"))
            .alias("reason"),
            pl.lit("correct the cell where the export comes from and export it again").alias(
                "what_to_do"
            ),
        )
    )


def _without_rejected(rows: pl.DataFrame, problems: list[pl.DataFrame]) -> TypedBlock:
    found = [problem for problem in problems if problem.height]
    if not found:
        return TypedBlock(rows, pl.DataFrame(schema=REJECTED_SCHEMA))
    first = pl.concat(found).unique("row", keep="first", maintain_order=True).sort("row")
    lines = rows[LINE].gather(first["row"]).alias("line")
    kept = rows.with_row_index("row").join(first, on="row", how="anti").drop("row")
    rejected = first.with_columns(lines).select(REJECTED_SCHEMA.names())
    return TypedBlock(kept, rejected.cast(REJECTED_SCHEMA))


def _hash(texts: list[pl.Series]) -> pl.Series:
    """128 bits over the cells as text: the same on every machine and after every update."""
    # where all cells are empty there are literals only, which a selection would give once
    joined = pl.DataFrame(texts).with_columns(pl.concat_str(_parts(texts)).alias(HASHED))[HASHED]
    digests = [
        hashlib.blake2b(row, digest_size=HASH_BYTES).digest()
        for row in joined.cast(pl.Binary).to_list()
    ]
    return pl.Series(HASHED, digests, dtype=pl.Binary).bin.encode("hex")


def _parts(texts: list[pl.Series]) -> list[pl.Expr]:
    """Cells with their ends; what is the same in every row is one part."""
    parts: list[pl.Expr] = []
    same = ""
    for text in texts:
        if text.null_count() == text.len():
            same += NO_CELL
        else:
            cell = pl.col(text.name)
            parts += [pl.lit(same), cell.fill_null(NO_CELL) if text.null_count() else cell]
            same = ""
        same += CELL_END
    return [*parts, pl.lit(same.removesuffix(CELL_END))]
