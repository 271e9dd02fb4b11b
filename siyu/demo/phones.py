"""Invented mobile numbers: who uses which, and how they are shown, masked or mistyped.

All lie in 1990: the samples use 199000xxxxx, the demo 1990010… to 1990999….
"""

import numpy as np
import polars as pl

from siyu.demo.streams import Ints, chance, picked
from siyu.demo.tokens import numbers

_FIRST = 19_900_100_000
_HOW_MANY = 9_900_000
# no divisor in common with the range: neighbours get far numbers, and none is given twice
_STEP = 6_180_339
SHOP_FIRST = 19_900_098_001
STAFF_FIRST = 19_900_097_001
# placeholders cashiers type; nobody is behind them
JUNK = ("13800000000", "11111111111", "00000000000", "12345678901", "13800138000")
MOST_NUMBERS = _HOW_MANY


def phone_numbers(phones: Ints) -> pl.Series:
    """Bare 11 digits of each phone; a negative phone is none and stays empty."""
    index = np.asarray(phones).astype(np.int64)
    text = numbers(_FIRST + (np.maximum(index, 0) * _STEP) % _HOW_MANY)
    return pl.select(
        pl.when(pl.lit(pl.Series(index >= 0))).then(text).otherwise(pl.lit(""))
    ).to_series()


def masked(phones: pl.Series) -> pl.Series:
    """``199****1001`` for 19900001001."""
    return pl.select(
        pl.when(phones.str.len_bytes() == 11)
        .then(phones.str.slice(0, 3) + "****" + phones.str.slice(7, 4))
        .otherwise(phones)
    ).to_series()


def mistyped(phones: pl.Series, index: Ints, *, seed: int) -> pl.Series:
    """The numbers with one of their last seven digits wrong."""
    value = phones.cast(pl.Int64).to_numpy()
    place = 10 ** picked(index, salt="typo place", seed=seed, below=7)
    digit = value // place % 10
    wrong = (digit + 1 + picked(index, salt="typo digit", seed=seed, below=9)) % 10
    return numbers(value + (wrong - digit) * place)


def written_freely(phones: pl.Series, index: Ints, *, seed: int, share: float) -> pl.Series:
    """Some numbers as people write them: country code, dashes, spaces, full-width digits."""
    full_width = phones
    for digit in range(10):
        full_width = full_width.str.replace_all(str(digit), chr(0xFF10 + digit), literal=True)
    spaced = phones.str.slice(0, 3) + "{0}" + phones.str.slice(3, 4) + "{0}" + phones.str.slice(7)
    ways = [
        "+86 " + spaced.str.replace_all("{0}", "-", literal=True),
        spaced.str.replace_all("{0}", " ", literal=True),
        "+86" + phones,
        full_width,
    ]
    way = pl.Series(picked(index, salt="way of writing", seed=seed, below=len(ways)))
    free = pl.lit(ways[0])
    for number, text in enumerate(ways[1:], start=1):
        free = pl.when(pl.lit(way == number)).then(text).otherwise(free)
    is_free = pl.Series(chance(index, salt="writes freely", seed=seed, share=share))
    return pl.select(pl.when(pl.lit(is_free)).then(free).otherwise(phones)).to_series()


def shop_phones(count: int) -> list[str]:
    """The brand's own numbers that stand on customers' orders."""
    return [str(SHOP_FIRST + number) for number in range(count)]


def staff_phones(count: int) -> list[str]:
    """Guides' own numbers."""
    return [str(STAFF_FIRST + number) for number in range(count)]
