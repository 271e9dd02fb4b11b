"""Lines of export files put together column by column, never row by row.

What a column says belongs to the export's own module.
"""

import re
from collections.abc import Mapping, Sequence

import polars as pl

from siyu.demo.streams import Ints

Cell = str | pl.Series
Cells = dict[str, Cell]
_PLACE = re.compile(r"«(\w+)»")


def filled(template: str, cells: Mapping[str, Cell], *, rows: int) -> pl.Series:
    """One text per row: the template with each ``«name»`` replaced by that column's value.

    Examples:
        >>> filled('{"id":«id»}', {"id": pl.Series(["7", "8"])}, rows=2).to_list()
        ['{"id":7}', '{"id":8}']
    """
    parts = _PLACE.split(template)
    return _concatenated(
        [part if place % 2 == 0 else cells[part] for place, part in enumerate(parts)], rows
    )


def csv_rows(
    headings: Sequence[str],
    cells: Mapping[str, Cell],
    *,
    rows: int,
    quote: str = "",
    line_end: str = "\n",
) -> pl.Series:
    """One line per row, its cells under the headings; a heading without a cell stays empty.

    Args:
        headings: The file's headings in order.
        cells: Heading → text of the cells, already escaped.
        rows: Number of rows.
        quote: Put round every cell.
        line_end: What ends a line.
    """
    parts: list[Cell] = []
    for number, heading in enumerate(headings):
        parts += [f"{quote},{quote}" if number else quote, cells.get(heading, "")]
    return _concatenated([*parts, quote + line_end], rows)


def escaped_csv(texts: pl.Series) -> pl.Series:
    """Cells quoted where their text needs it."""
    needs_quotes = texts.str.contains('[,"\n\r]')
    quoted = '"' + texts.str.replace_all('"', '""', literal=True) + '"'
    return pl.select(pl.when(needs_quotes).then(quoted).otherwise(texts)).to_series()


def escaped_json(texts: pl.Series) -> pl.Series:
    """Text as it stands between the quotes of a JSON string."""
    return (
        texts.str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all('"', '\\"', literal=True)
        .str.replace_all("\n", "\\n", literal=True)
    )


def escaped_xml(texts: pl.Series) -> pl.Series:
    """Text as it stands inside an XML element."""
    return (
        texts.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


def yuan(fen: Ints) -> pl.Series:
    """Fen as yuan with two decimals.

    Examples:
        >>> import numpy as np
        >>> yuan(np.array([19900, -805, 7])).to_list()
        ['199.00', '-8.05', '0.07']
    """
    amount = pl.Series("fen", fen)
    size = amount.abs()
    sign = pl.select(pl.when(amount < 0).then(pl.lit("-")).otherwise(pl.lit(""))).to_series()
    cents = (size % 100).cast(pl.String).str.zfill(2)
    return pl.select(
        pl.concat_str(sign, (size // 100).cast(pl.String), pl.lit("."), cents)
    ).to_series()


def short_yuan(fen: Ints) -> pl.Series:
    """Fen as yuan without needless decimals: ``199``, ``17.8``, ``169.15``."""
    return yuan(fen).str.replace(r"\.?0+$", "")


def grouped(lines: pl.Series, key: Ints, *, between: str = ",") -> pl.DataFrame:
    """Texts of one key joined in their order; one row per key, sorted: ``key``, ``text``."""
    return (
        pl.DataFrame({"key": pl.Series(key), "text": lines})
        .group_by("key", maintain_order=True)
        .agg(pl.col("text").str.join(between))
        .sort("key")
    )


def content_of(lines: pl.Series) -> memoryview:
    """The UTF-8 bytes of all texts one after another, without copying them one by one."""
    texts = lines.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    if len(texts) == 0:
        return memoryview(b"")
    offsets = memoryview(texts.buffers()[1]).cast("q")
    first, last = offsets[texts.offset], offsets[texts.offset + len(texts)]
    return memoryview(texts.buffers()[2])[first:last]


def _concatenated(parts: Sequence[Cell], rows: int) -> pl.Series:
    pieces: list[pl.Expr] = []
    constant = ""
    for part in parts:
        if isinstance(part, str):
            constant += part
            continue
        if constant:
            pieces.append(pl.lit(constant))
            constant = ""
        pieces.append(pl.lit(part))
    if constant:
        pieces.append(pl.lit(constant))
    if all(isinstance(part, str) for part in parts):
        return pl.Series("line", ["".join(map(str, parts))] * rows, dtype=pl.String)
    return pl.select(pl.concat_str(pieces).alias("line")).to_series()


def chosen(condition: pl.Series, then: Cell, otherwise: Cell) -> pl.Series:
    """One text where the condition holds, the other elsewhere."""
    return pl.select(
        pl.when(pl.lit(condition)).then(pl.lit(then)).otherwise(pl.lit(otherwise))
    ).to_series()
