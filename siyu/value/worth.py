"""Value tiers: amount, frequency and margin of the customers with an order in the window."""

import polars as pl

from siyu.value.ranks import count_below, reaches_share
from siyu.value.thresholds import ValueThresholds

# margin rates are compared in parts per million of net, whole numbers rounded down
PARTS_PER_MILLION = 1_000_000


def assign_value_tiers(purchases: pl.DataFrame, *, thresholds: ValueThresholds) -> pl.DataFrame:
    """Value tier of every customer with an order in the window whose net is above zero.

    high ⇔ PR(M) and PR(F) reach their shares and the margin rate G ÷ M reaches the median of the
    known rates; an unknown margin is let through and flagged. low ⇔ PR(M) below its share.

    Args:
        purchases: As `siyu.value.purchases.summarize_purchases` returns them.
        thresholds: The shares.

    Returns:
        ``customer_id``, ``value_tier`` (high, mid, low), ``is_margin_unknown`` (Boolean),
        ``margin_rate_ppm`` (Int64, parts per million of net; null = unknown or nothing earned).
    """
    buyers = purchases.filter(pl.col("order_day_count") > 0).with_columns(
        margin_rate_ppm=pl.when(pl.col("net_fen") > 0).then(
            pl.col("margin_fen") * PARTS_PER_MILLION // pl.col("net_fen")
        ),
        is_margin_unknown=pl.col("margin_fen").is_null(),
    )
    reaches_median = pl.col("margin_rate_ppm") * 2 >= _twice_median(buyers["margin_rate_ppm"])
    is_high = (
        reaches_share(count_below("net_fen"), thresholds.high_amount_share)
        & reaches_share(count_below("order_day_count"), thresholds.high_frequency_share)
        & (pl.col("is_margin_unknown") | reaches_median.fill_null(False))
    )
    is_low = ~reaches_share(count_below("net_fen"), thresholds.low_amount_share)
    return buyers.select(
        "customer_id",
        "is_margin_unknown",
        "margin_rate_ppm",
        value_tier=pl.when(is_high)
        .then(pl.lit("high"))
        .when(is_low)
        .then(pl.lit("low"))
        .otherwise(pl.lit("mid")),
    )


def _twice_median(rates: pl.Series) -> int:
    """Twice the median, which stays whole when two rates share the middle; 0 of none."""
    known = rates.drop_nulls().sort()
    if known.is_empty():
        return 0
    return int(known[(len(known) - 1) // 2]) + int(known[len(known) // 2])
