"""Taking cells out of what exports wrap around them, so that Excel shows them as text.

What the text means is decided in amounts, moments and casting. Exports are mostly plain, so each
step looks first whether there is anything to do: measured at 20 to 60 ns a cell and pass, a
column costs more in looking than in reading.
"""

from collections.abc import Collection

import polars as pl

# spaces of all widths, marks of no width, byte order marks
BLANKS = (
    " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
)
FORMULA_START, FORMULA_END = '="', '"'
# Taobao puts ' before phones, WeChat Pay ` before everything, waybills are said to start with No:
PREFIX = r"^(?:['`]+|(?i:No)[:：])+"


def strip_cells(cells: pl.Series, *, says_nothing: Collection[str] = ()) -> pl.Series:
    r"""Cells without blanks around them; empty cells and those that say nothing become null.

    Examples:
        >>> strip_cells(pl.Series([" a ", "", "\u200b", "-", '="1"']), says_nothing=["-"]).to_list()
        ['a', None, None, None, '1']
    """
    stripped = cells.str.strip_chars()
    if not is_ascii(stripped):
        stripped = stripped.str.strip_chars(BLANKS)
    if stripped.str.starts_with(FORMULA_START).any():
        stripped = _formula_text(stripped)
    empty = stripped.is_in(["", *says_nothing]) if says_nothing else stripped == ""
    return stripped.set(empty, None) if empty.any() else stripped


def unwrap_ids(cells: pl.Series) -> pl.Series:
    """Ids, phones and numbers without the marks put before them.

    Examples:
        >>> unwrap_ids(pl.Series(["'19900001001", "No:SF1", "`42", "'", "E-1"])).to_list()
        ['19900001001', 'SF1', '42', None, 'E-1']
    """
    if not cells.str.contains(PREFIX).any():
        return cells
    return strip_cells(cells.str.replace(PREFIX, ""))


def narrow(cells: pl.Series) -> pl.Series:
    """Full-width digits, letters and punctuation in their narrow form.

    Examples:
        >>> narrow(pl.Series(["１，２９９．００", "￥5"])).to_list()
        ['1,299.00', '¥5']
    """
    return cells if is_ascii(cells) else cells.str.normalize("NFKC")


def is_ascii(cells: pl.Series) -> bool:
    """Whether no cell holds anything beyond ASCII."""
    return bool((cells.str.len_bytes() == cells.str.len_chars()).all())


def _formula_text(cells: pl.Series) -> pl.Series:
    cell = pl.col("cell")
    is_formula = cell.str.starts_with(FORMULA_START) & cell.str.ends_with(FORMULA_END)
    inside = cell.str.strip_prefix(FORMULA_START).str.strip_suffix(FORMULA_END)
    return (
        cells.to_frame("cell")
        .select(pl.when(is_formula).then(inside.str.strip_chars(BLANKS)).otherwise(cell))
        .to_series()
        .rename(cells.name)
    )
