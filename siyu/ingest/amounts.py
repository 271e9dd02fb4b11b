"""Money and numbers out of text, exact: nothing passes through a float, nothing is guessed.

A text that is no such number becomes null; the caller rejects its row.
"""

import polars as pl

from siyu.ingest.columns import DECIMAL, MONEY
from siyu.ingest.wrappings import narrow, unwrap_ids

# [0-9] throughout: \d also fits digits of other scripts, which no cast understands
YUAN = "元"
PLAIN_MONEY = r"^-?[0-9]{1,15}(?:\.[0-9]{1,2})?$"
# the sign may stand on either side of ¥; thousands are grouped wholly or not at all
SHOWN_NUMBER = (
    r"^([+-]?)(?:¥|(?:RMB|CNY)\s*)?\s*([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]+)?)"
    r"\s*(?:元|yuan|RMB|CNY)?$"
)
MINUS = r"^[\x{2212}\x{2013}]"
MORE_THAN_CENTS = r"\.[0-9]{2}0*[1-9]"
PLAIN_INTEGER = r"^-?[0-9]{1,18}$"
SHOWN_INTEGER = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.0+)?$"


def read_money(cells: pl.Series) -> pl.Series:
    """Yuan, Decimal(18,2); ``¥1,299.00``, ``199.00元`` and full-width digits are understood.

    More than two decimals that are not zero are no amount of money: null.

    Examples:
        >>> read_money(pl.Series(["1,299", "¥169.00", "-8", "1.005", "1.19000"])).to_list()
        [Decimal('1299.00'), Decimal('169.00'), Decimal('-8.00'), None, Decimal('1.19')]
    """
    bare = cells.str.strip_suffix(YUAN)
    if bare.str.contains(PLAIN_MONEY).all():
        return bare.cast(MONEY)
    numbers = _shown_numbers(cells)
    too_fine = numbers.str.contains(MORE_THAN_CENTS).fill_null(False)
    return numbers.set(too_fine, None).cast(MONEY, strict=False)


def read_fen(cells: pl.Series) -> pl.Series:
    """Fen as yuan, Decimal(18,2).

    Examples:
        >>> read_fen(pl.Series(["19900", "5", "-916", "9.5"])).to_list()
        [Decimal('199.00'), Decimal('0.05'), Decimal('-9.16'), None]
    """
    fen = _whole_numbers(cells).str.replace(r"^(-?)([0-9])$", "${1}00${2}")
    fen = fen.str.replace(r"^(-?)([0-9][0-9])$", "${1}0${2}")
    return fen.str.replace(r"([0-9][0-9])$", ".${1}").cast(MONEY, strict=False)


def read_decimal(cells: pl.Series) -> pl.Series:
    """Numbers that are no money, Decimal(18,6): points, rates, fees; rounded half to even.

    Examples:
        >>> read_decimal(pl.Series(["-0.30000", "3.3333333333", "1,200.5"])).to_list()
        [Decimal('-0.300000'), Decimal('3.333333'), Decimal('1200.500000')]
    """
    return _shown_numbers(cells).cast(DECIMAL, strict=False)


def read_integers(cells: pl.Series) -> pl.Series:
    """Whole numbers, Int64.

    Examples:
        >>> read_integers(pl.Series(["12", "1,299", "2.0", "2.5"])).to_list()
        [12, 1299, 2, None]
    """
    if cells.str.contains(PLAIN_INTEGER).all():
        return cells.cast(pl.Int64)
    return _whole_numbers(cells).cast(pl.Int64, strict=False)


def _shown_numbers(cells: pl.Series) -> pl.Series:
    texts = narrow(unwrap_ids(cells)).str.replace(MINUS, "-")
    signs = texts.str.extract(SHOWN_NUMBER, 1), texts.str.extract(SHOWN_NUMBER, 2)
    digits = texts.str.extract(SHOWN_NUMBER, 3).str.replace_all(",", "")
    twice = (signs[0] != "") & (signs[1] != "")
    numbers = (signs[0] + signs[1]).str.replace(r"\+", "") + digits
    return numbers.set(twice.fill_null(False), None)


def _whole_numbers(cells: pl.Series) -> pl.Series:
    texts = narrow(unwrap_ids(cells))
    whole = texts.str.contains(SHOWN_INTEGER)
    numbers = texts.str.replace(r"^\+", "").str.replace(r"\.0+$", "").str.replace_all(",", "")
    return numbers.set((~whole).fill_null(True), None)
