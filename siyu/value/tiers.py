"""The three tiers of every customer side by side: value, activity, loyalty."""

from datetime import date

import polars as pl

from siyu.value.activity import assign_activity_tiers
from siyu.value.loyalty import assign_loyalty_tiers
from siyu.value.population import list_known_customers
from siyu.value.purchases import summarize_purchases
from siyu.value.thresholds import TierThresholds
from siyu.value.worth import assign_value_tiers

TIERS_SCHEMA = pl.Schema(
    {
        "customer_id": pl.String(),
        "as_of_date": pl.Date(),
        "value_tier": pl.String(),
        "activity_tier": pl.String(),
        "loyalty_tier": pl.String(),
        "threshold_version": pl.String(),
        "margin_rate_ppm": pl.Int64(),
        "recent_interaction_count": pl.Int64(),
        "recent_login_day_count": pl.Int64(),
        "recent_purchase_day_count": pl.Int64(),
        "days_since_last_event": pl.Int64(),
        "active_purchase_days": pl.Int64(),
        "dormant_after_days": pl.Int64(),
        "loyal_quarter_count": pl.Int64(),
        "advocacy_count": pl.Int64(),
        "is_margin_unknown": pl.Boolean(),
        "is_loyal_behavioural": pl.Boolean(),
    }
)


def assign_tiers(
    orders: pl.DataFrame,
    activity: pl.DataFrame,
    advocacy: pl.DataFrame,
    customers: pl.DataFrame,
    *,
    as_of_date: date,
    thresholds: TierThresholds,
) -> pl.DataFrame:
    """Tiers of every customer known by the as-of date, those who never ordered included.

    Args:
        orders: Hand-off ``int_customer_orders``.
        activity: Hand-off ``int_customer_activity``.
        advocacy: Hand-off ``int_customer_advocacy``.
        customers: Hand-off ``int_customer_profiles``.
        as_of_date: Business day the answer is true for; later facts do not count.
        thresholds: Settings of ``config/tiers.yml``.

    Returns:
        One row per customer, sorted by ``customer_id``; columns of `TIERS_SCHEMA`.
        ``value_tier`` is ``none`` and ``is_margin_unknown`` null without an order in the window.
    """
    known = list_known_customers(customers, orders, as_of_date=as_of_date)
    purchases = summarize_purchases(orders, last_date=as_of_date, days=thresholds.window_days)
    worth = assign_value_tiers(purchases, thresholds=thresholds.value)
    active = assign_activity_tiers(
        known, orders, activity, as_of_date=as_of_date, thresholds=thresholds
    )
    loyal = assign_loyalty_tiers(
        known, orders, advocacy, as_of_date=as_of_date, thresholds=thresholds
    )
    return (
        known.join(worth, on="customer_id", how="left")
        .join(active, on="customer_id", how="left")
        .join(loyal, on="customer_id", how="left")
        .with_columns(
            pl.col("value_tier").fill_null("none"),
            as_of_date=pl.lit(as_of_date),
            threshold_version=pl.lit(thresholds.version),
        )
        .select(*TIERS_SCHEMA)
        .cast(TIERS_SCHEMA)
        .sort("customer_id")
    )
