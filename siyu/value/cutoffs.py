"""Where near ends and high begins: r*, f* and m* of the RFM segments.

In the mode ``fixed`` r* and m* are measured once per quarter, on the window that ends before the
quarter's first day, so a customer does not change segment because others bought. Any day of the
quarter gives the same numbers again. A brand whose history before the quarter holds fewer gaps
than ``gaps_to_freeze`` is measured on the window up to the as-of date instead.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import exp, fsum, log

import polars as pl

from siyu.business_day import quarter_start
from siyu.value.gaps import measure_gaps, percentile, percentile_days
from siyu.value.purchases import (
    FEN_PER_YUAN,
    list_purchase_days,
    select_window,
    summarize_purchases,
)
from siyu.value.thresholds import TierThresholds


@dataclass(frozen=True)
class Cutoffs:
    """The numbers customers are compared with; exact, so that ties are ties.

    Attributes:
        recency: Near is at most this (days; in the mode score_mean at least this score).
        frequency: High is at least this (order days; in score_mean a score).
        monetary: High is at least this (fen; in score_mean a score).
        measured_to: Last business day of the facts they come from.
    """

    recency: Fraction
    frequency: Fraction
    monetary: Fraction
    measured_to: date


def measure_fixed_cutoffs(
    orders: pl.DataFrame, *, as_of_date: date, thresholds: TierThresholds
) -> Cutoffs:
    """The cut-offs of the mode ``fixed``, frozen for the quarter of the as-of date.

    Args:
        orders: Orders as `siyu.value.purchases.summarize_purchases` takes them.
        as_of_date: The day the answer is true for.
        thresholds: Values given there win over measured ones.
    """
    settings = thresholds.rfm
    measured_to = quarter_start(as_of_date) - timedelta(days=1)
    gaps = _gaps_until(orders, measured_to, thresholds)
    if len(gaps) < settings.gaps_to_freeze:
        measured_to = as_of_date
        gaps = _gaps_until(orders, measured_to, thresholds)
    recency_days = (
        settings.recency_days
        or percentile_days(gaps, settings.recency_gap_share)
        or settings.recency_days_without_gaps
    )
    purchases = summarize_purchases(orders, last_date=measured_to, days=thresholds.window_days)
    return Cutoffs(
        recency=Fraction(recency_days),
        frequency=Fraction(settings.order_days),
        monetary=Fraction(settings.net_amount * FEN_PER_YUAN)
        if settings.net_amount is not None
        else Fraction(geometric_mean_fen(purchases["net_fen"])),
        measured_to=measured_to,
    )


def measure_mean_cutoffs(
    buyers: pl.DataFrame, *, columns: tuple[str, str, str], as_of_date: date
) -> Cutoffs:
    """Arithmetic means of three columns (recency, frequency, monetary) over the buyers."""
    recency, frequency, monetary = (
        Fraction(int(buyers[column].sum()), max(buyers.height, 1)) for column in columns
    )
    return Cutoffs(recency, frequency, monetary, measured_to=as_of_date)


def measure_median_cutoffs(
    buyers: pl.DataFrame, *, columns: tuple[str, str, str], as_of_date: date
) -> Cutoffs:
    """Medians of three columns (recency, frequency, monetary) over the buyers."""
    recency, frequency, monetary = (
        percentile(buyers[column].sort(), Fraction(1, 2)) or Fraction(0) for column in columns
    )
    return Cutoffs(recency, frequency, monetary, measured_to=as_of_date)


def geometric_mean_fen(amounts: pl.Series) -> int:
    """exp(mean ln M) over the amounts above zero, rounded to the fen; 0 of none.

    The mean is irrational, so it is rounded once, and every comparison is with the rounded value
    that is published. ``fsum`` makes it independent of the order of rows.

    Examples:
        >>> geometric_mean_fen(pl.Series([10_000, 40_000, 0]))
        20000
    """
    above_zero = amounts.filter(amounts > 0)
    if above_zero.is_empty():
        return 0
    mean = fsum(log(amount) for amount in above_zero) / len(above_zero)
    return int(Decimal(exp(mean)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _gaps_until(orders: pl.DataFrame, last_date: date, thresholds: TierThresholds) -> pl.Series:
    days = select_window(
        list_purchase_days(orders), "day", last_date=last_date, days=thresholds.window_days
    )
    return measure_gaps(days)
