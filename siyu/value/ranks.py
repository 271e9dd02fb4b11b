"""Percent ranks and scores within a population, decided on whole numbers.

Ties share a rank: customers with the same value always get the same score, which NTILE would
not give (on real data 21 % of its scores change when rows are shuffled).
"""

from decimal import Decimal
from fractions import Fraction

import polars as pl


def count_below(column: str) -> pl.Expr:
    """How many of the population have a strictly smaller value: the numerator of PR."""
    return pl.col(column).rank("min").cast(pl.Int64) - 1


def count_above(column: str) -> pl.Expr:
    """How many have a strictly larger value: PR's numerator where small is good."""
    return pl.col(column).rank("min", descending=True).cast(pl.Int64) - 1


def reaches_share(count: pl.Expr, share: Decimal) -> pl.Expr:
    """PR ≥ share, where PR = count ÷ (population − 1), and 0 in a population of one.

    Source:
        ``percent_rank`` of SQL:2003.
    """
    least = Fraction(share)
    return count * least.denominator >= least.numerator * _last_rank()


def score(count: pl.Expr, *, levels: int) -> pl.Expr:
    """Score 1 + min(levels − 1, ⌊levels · PR⌋), Int64.

    Examples:
        >>> amounts = pl.DataFrame({"amount": [10, 20, 20, 30]})
        >>> amounts.select(score(count_below("amount"), levels=5)).to_series().to_list()
        [1, 2, 2, 5]
    """
    return 1 + pl.min_horizontal(levels - 1, (count * levels) // _last_rank())


def _last_rank() -> pl.Expr:
    return pl.max_horizontal(pl.len().cast(pl.Int64) - 1, pl.lit(1, dtype=pl.Int64))
