"""Activity tiers: who is active, who is dormant, and after how many still days.

An event is a day with a touch, a login or a purchase. How long is long comes from the customers
themselves: D is a high percentile of the days between one customer's events in the window.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

import polars as pl

from siyu.value.gaps import measure_gaps, percentile, percentile_days
from siyu.value.purchases import list_purchase_days, select_window
from siyu.value.thresholds import TierThresholds


@dataclass(frozen=True)
class ActivityCutoffs:
    """The two numbers measured from the window.

    Attributes:
        purchase_days: p, purchase days in the short window that make a customer active.
        dormant_days: D, days without an event that make a customer dormant.
    """

    purchase_days: int
    dormant_days: int


def assign_activity_tiers(
    known: pl.DataFrame,
    orders: pl.DataFrame,
    activity: pl.DataFrame,
    *,
    as_of_date: date,
    thresholds: TierThresholds,
) -> pl.DataFrame:
    """One row per known customer; one without any event is dormant.

    Args:
        known: ``customer_id``.
        orders: ``customer_id``, ``order_date``, ``net_amount``.
        activity: ``customer_id``, ``activity_date`` (Date), ``interaction_count``,
            ``login_count`` (Int64).
        as_of_date: Last day that counts.
        thresholds: Settings of ``config/tiers.yml``.

    Returns:
        ``customer_id``, ``activity_tier``, ``recent_interaction_count``,
        ``recent_login_day_count``, ``recent_purchase_day_count`` (0 = none),
        ``days_since_last_event`` (null = never), ``active_purchase_days`` (p),
        ``dormant_after_days`` (D).
    """
    settings = thresholds.activity
    events = _list_events(orders, activity, as_of_date=as_of_date)
    cutoffs = measure_activity_cutoffs(events, as_of_date=as_of_date, thresholds=thresholds)
    recent = select_window(events, "day", last_date=as_of_date, days=settings.days)
    counts = recent.group_by("customer_id").agg(
        recent_interaction_count=pl.col("interaction_count").sum(),
        recent_login_day_count=pl.col("day").filter(pl.col("login_count") > 0).n_unique(),
        recent_purchase_day_count=pl.col("day").filter("is_purchase").n_unique(),
    )
    last_days = events.group_by("customer_id").agg(
        days_since_last_event=(pl.lit(as_of_date) - pl.col("day").max()).dt.total_days()
    )
    number_columns = [column for column in counts.columns if column != "customer_id"]
    return (
        known.join(counts, on="customer_id", how="left")
        .join(last_days, on="customer_id", how="left")
        .with_columns(pl.col(number_columns).fill_null(0).cast(pl.Int64))
        .with_columns(
            activity_tier=_name_tier(cutoffs, thresholds),
            active_purchase_days=pl.lit(cutoffs.purchase_days, dtype=pl.Int64),
            dormant_after_days=pl.lit(cutoffs.dormant_days, dtype=pl.Int64),
        )
    )


def measure_activity_cutoffs(
    events: pl.DataFrame, *, as_of_date: date, thresholds: TierThresholds
) -> ActivityCutoffs:
    """Measure p and D on the events of the window.

    With no gap between purchases the wait for the next one is unbounded: p is 1. With no gap
    between events D is its lower bound.
    """
    settings = thresholds.activity
    in_window = select_window(events, "day", last_date=as_of_date, days=thresholds.window_days)
    purchase_gap = percentile(measure_gaps(in_window.filter("is_purchase")), Fraction(1, 2))
    event_gap = percentile_days(measure_gaps(in_window), settings.dormant_gap_share)
    return ActivityCutoffs(
        purchase_days=1
        if purchase_gap is None
        else min(settings.purchase_days_at_most, ceil(settings.days / purchase_gap)),
        dormant_days=max(settings.dormant_days_at_least, event_gap or 0),
    )


def _list_events(orders: pl.DataFrame, activity: pl.DataFrame, *, as_of_date: date) -> pl.DataFrame:
    """One row per customer, day and kind of source (purchases, activity), up to the date."""
    purchases = list_purchase_days(orders).with_columns(
        interaction_count=pl.lit(0, dtype=pl.Int64),
        login_count=pl.lit(0, dtype=pl.Int64),
        is_purchase=pl.lit(True),
    )
    touches = activity.select(
        "customer_id",
        pl.col("activity_date").alias("day"),
        pl.col("interaction_count", "login_count").cast(pl.Int64).fill_null(0),
        is_purchase=pl.lit(False),
    ).filter((pl.col("interaction_count") > 0) | (pl.col("login_count") > 0))
    return pl.concat([purchases, touches]).filter(pl.col("day") <= as_of_date)


def _name_tier(cutoffs: ActivityCutoffs, thresholds: TierThresholds) -> pl.Expr:
    settings = thresholds.activity
    is_active = (
        (pl.col("recent_interaction_count") >= settings.interactions)
        | (pl.col("recent_login_day_count") >= settings.login_days)
        | (pl.col("recent_purchase_day_count") >= cutoffs.purchase_days)
    )
    days = pl.col("days_since_last_event")
    return (
        pl.when(is_active)
        .then(pl.lit("active"))
        .when(days.is_null() | (days >= cutoffs.dormant_days))
        .then(pl.lit("dormant"))
        .otherwise(pl.lit("regular"))
    )
