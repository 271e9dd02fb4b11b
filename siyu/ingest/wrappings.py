"""Taking cells out of what exports wrap around them, so that Excel shows them as text.

What the text means is decided in amounts, moments and casting.
"""

from collections.abc import Collection

import polars as pl

# spaces of all widths, marks of no width, byte order marks
BLANKS = (
    " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
)
FORMULA_TEXT = r'^="(.*)"$'
# Taobao puts ' before phones, WeChat Pay ` before everything, waybills are said to start with No:
ID_PREFIX = r"^(?:['`]+|(?i:No)[:：])+"
WRAPPED = r"""^(?:[='`]|(?i:No)[:：])"""
WIDE = r"[\x{3000}\x{FF01}-\x{FF5E}\x{FFE5}]"


def strip_cells(cells: pl.Series, *, says_nothing: Collection[str] = ()) -> pl.Series:
    r"""Cells without blanks around them; empty cells and those that say nothing become null.

    Examples:
        >>> strip_cells(pl.Series([" a ", "", "\u200b", "-"]), says_nothing=["-"]).to_list()
        ['a', None, None, None]
    """
    stripped = cells.str.strip_chars(BLANKS)
    if stripped.str.starts_with('="').any():
        stripped = stripped.str.replace(FORMULA_TEXT, "${1}").str.strip_chars(BLANKS)
    empty = stripped.is_in(["", *says_nothing])
    return stripped.set(empty, None) if empty.any() else stripped


def unwrap_ids(cells: pl.Series) -> pl.Series:
    """Ids and phones without the marks put before them.

    Examples:
        >>> unwrap_ids(pl.Series(["'19900001001", "No:SF1", "`42", "'", "E-1"])).to_list()
        ['19900001001', 'SF1', '42', None, 'E-1']
    """
    if not cells.str.contains(WRAPPED).any():
        return cells
    return strip_cells(cells.str.replace(ID_PREFIX, ""))


def narrow(cells: pl.Series) -> pl.Series:
    """Full-width digits, letters and punctuation in their narrow form.

    Examples:
        >>> narrow(pl.Series(["１，２９９．００", "￥5"])).to_list()
        ['1,299.00', '¥5']
    """
    if (cells.str.len_bytes() == cells.str.len_chars()).all():
        return cells
    return cells.str.normalize("NFKC")
