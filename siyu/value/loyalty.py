"""Loyalty tiers: buying again and again, and speaking for the brand.

The share of category (how much of what the customer buys of this kind is bought here) is not
observable from a brand's own exports, so that condition is met by nobody and asked of nobody.
"""

from datetime import date

import polars as pl

from siyu.business_day import quarter_start
from siyu.value.purchases import list_purchase_days, select_window
from siyu.value.thresholds import TierThresholds


def assign_loyalty_tiers(
    known: pl.DataFrame,
    orders: pl.DataFrame,
    advocacy: pl.DataFrame,
    *,
    as_of_date: date,
    thresholds: TierThresholds,
) -> pl.DataFrame:
    """One row per known customer.

    loyal ⇔ enough purchase days in enough of the last calendar quarters (the running one is one
    of them) and enough advocacy in W; potential ⇔ not loyal and enough purchase days in W.

    Args:
        known: ``customer_id``.
        orders: ``customer_id``, ``order_date``, ``net_amount``.
        advocacy: ``customer_id``, ``advocacy_date`` (Date), ``kind``.
        as_of_date: Last day that counts.
        thresholds: Settings of ``config/tiers.yml``.

    Returns:
        ``customer_id``, ``loyalty_tier``, ``is_loyal_behavioural`` (Boolean, loyal but for
        advocacy), ``loyal_quarter_count``, ``advocacy_count`` (Int64).
    """
    settings = thresholds.loyalty
    days = list_purchase_days(orders)
    in_window = select_window(days, "day", last_date=as_of_date, days=thresholds.window_days)
    bought = in_window.group_by("customer_id").agg(order_day_count=pl.len().cast(pl.Int64))
    quarters = _count_loyal_quarters(days, as_of_date=as_of_date, thresholds=thresholds)
    spoke = (
        select_window(advocacy, "advocacy_date", last_date=as_of_date, days=thresholds.window_days)
        .group_by("customer_id")
        .agg(advocacy_count=pl.len().cast(pl.Int64))
    )
    is_behavioural = pl.col("loyal_quarter_count") >= settings.quarters_needed
    return (
        known.join(bought, on="customer_id", how="left")
        .join(quarters, on="customer_id", how="left")
        .join(spoke, on="customer_id", how="left")
        .with_columns(
            pl.col("order_day_count", "loyal_quarter_count", "advocacy_count").fill_null(0)
        )
        .select(
            "customer_id",
            "loyal_quarter_count",
            "advocacy_count",
            is_loyal_behavioural=is_behavioural,
            loyalty_tier=pl.when(is_behavioural & (pl.col("advocacy_count") >= settings.advocacy))
            .then(pl.lit("loyal"))
            .when(pl.col("order_day_count") >= settings.potential_order_days)
            .then(pl.lit("potential"))
            .otherwise(pl.lit("none")),
        )
    )


def _count_loyal_quarters(
    days: pl.DataFrame, *, as_of_date: date, thresholds: TierThresholds
) -> pl.DataFrame:
    settings = thresholds.loyalty
    first_day = quarter_start(as_of_date, quarters_back=settings.quarters - 1)
    return (
        days.filter(pl.col("day").is_between(first_day, as_of_date))
        .group_by("customer_id", pl.col("day").dt.truncate("1q"))
        .agg(order_day_count=pl.len())
        .filter(pl.col("order_day_count") >= settings.order_days_per_quarter)
        .group_by("customer_id")
        .agg(loyal_quarter_count=pl.len().cast(pl.Int64))
    )
