"""Recency, frequency and monetary value of every customer, scores and segments.

Definitions: W = the window up to and including the as-of date; F = order days in W with an order
whose net amount is above zero; R = days from the last of them; M = Σ net in W. Whoever bought
nothing in W has neither R nor scores nor a segment. Recency here is days since the last order;
models of lifetime value call the age at the last order so.
"""

from datetime import date
from decimal import Decimal

import polars as pl

from siyu.value.cutoffs import (
    Cutoffs,
    measure_fixed_cutoffs,
    measure_mean_cutoffs,
    measure_median_cutoffs,
)
from siyu.value.population import list_known_customers
from siyu.value.purchases import FEN_PER_YUAN, Yuan, summarize_purchases, to_yuan
from siyu.value.ranks import count_above, count_below, score
from siyu.value.segments import name_segments
from siyu.value.thresholds import ThresholdMode, TierThresholds

MEASURES = ("recency_days", "order_day_count", "net_fen")
SCORES = ("r_score", "f_score", "m_score")

RFM_SCHEMA = pl.Schema(
    {
        "customer_id": pl.String(),
        "as_of_date": pl.Date(),
        "rfm_segment": pl.String(),
        "rfm_segment_zh": pl.String(),
        "threshold_mode": pl.String(),
        "threshold_version": pl.String(),
        "recency_days": pl.Int64(),
        "order_count": pl.Int64(),
        "order_day_count": pl.Int64(),
        "net_amount": Yuan,
        "r_score": pl.Int64(),
        "f_score": pl.Int64(),
        "m_score": pl.Int64(),
        "recency_threshold": Yuan,
        "frequency_threshold": Yuan,
        "monetary_threshold": Yuan,
        "last_order_date": pl.Date(),
        "thresholds_measured_to_date": pl.Date(),
    }
)


def score_rfm(
    orders: pl.DataFrame,
    customers: pl.DataFrame,
    *,
    as_of_date: date,
    thresholds: TierThresholds,
) -> pl.DataFrame:
    """RFM of every customer known by the as-of date, those who never ordered included.

    Args:
        orders: Hand-off ``int_customer_orders``: ``customer_id``, ``order_date`` (Date),
            ``net_amount``, ``margin_amount`` (Decimal yuan).
        customers: Hand-off ``int_customer_profiles``: ``customer_id``, ``first_seen_at``.
        as_of_date: Business day the answer is true for; later facts do not count.
        thresholds: Settings of ``config/tiers.yml``.

    Returns:
        One row per customer, sorted by ``customer_id``; columns of `RFM_SCHEMA`.
    """
    purchases = summarize_purchases(orders, last_date=as_of_date, days=thresholds.window_days)
    buyers = _score_buyers(
        purchases.filter(pl.col("order_day_count") > 0), levels=thresholds.rfm.score_levels
    )
    cutoffs = _measure_cutoffs(orders, buyers, as_of_date=as_of_date, thresholds=thresholds)
    known = list_known_customers(customers, orders, as_of_date=as_of_date)
    return (
        known.join(purchases.drop("margin_fen"), on="customer_id", how="left")
        .join(
            _compare(buyers, cutoffs, mode=thresholds.rfm.threshold_mode).select(
                "customer_id", *SCORES, "is_near", "is_frequent", "is_high"
            ),
            on="customer_id",
            how="left",
        )
        .with_columns(
            *name_segments(),
            *_describe_cutoffs(cutoffs, mode=thresholds.rfm.threshold_mode),
            as_of_date=pl.lit(as_of_date),
            threshold_mode=pl.lit(thresholds.rfm.threshold_mode),
            threshold_version=pl.lit(thresholds.version),
            order_count=pl.col("order_count").fill_null(0),
            order_day_count=pl.col("order_day_count").fill_null(0),
            net_amount=to_yuan(pl.col("net_fen").fill_null(0)),
        )
        .select(*RFM_SCHEMA)
        .cast(RFM_SCHEMA)
        .sort("customer_id")
    )


def _score_buyers(buyers: pl.DataFrame, *, levels: int) -> pl.DataFrame:
    return buyers.with_columns(
        r_score=score(count_above("recency_days"), levels=levels),
        f_score=score(count_below("order_day_count"), levels=levels),
        m_score=score(count_below("net_fen"), levels=levels),
    )


def _measure_cutoffs(
    orders: pl.DataFrame, buyers: pl.DataFrame, *, as_of_date: date, thresholds: TierThresholds
) -> Cutoffs:
    match thresholds.rfm.threshold_mode:
        case "fixed":
            return measure_fixed_cutoffs(orders, as_of_date=as_of_date, thresholds=thresholds)
        case "mean":
            return measure_mean_cutoffs(buyers, columns=MEASURES, as_of_date=as_of_date)
        case "median":
            return measure_median_cutoffs(buyers, columns=MEASURES, as_of_date=as_of_date)
        case "score_mean":
            return measure_mean_cutoffs(buyers, columns=SCORES, as_of_date=as_of_date)


def _compare(buyers: pl.DataFrame, cutoffs: Cutoffs, *, mode: ThresholdMode) -> pl.DataFrame:
    recency, frequency, monetary = SCORES if mode == "score_mean" else MEASURES
    # a score is high when recency is near; days are low then
    is_near = (
        pl.col(recency) * cutoffs.recency.denominator >= cutoffs.recency.numerator
        if mode == "score_mean"
        else pl.col(recency) * cutoffs.recency.denominator <= cutoffs.recency.numerator
    )
    return buyers.with_columns(
        is_near=is_near,
        is_frequent=pl.col(frequency) * cutoffs.frequency.denominator
        >= cutoffs.frequency.numerator,
        is_high=pl.col(monetary) * cutoffs.monetary.denominator >= cutoffs.monetary.numerator,
    )


def _describe_cutoffs(cutoffs: Cutoffs, *, mode: ThresholdMode) -> list[pl.Expr]:
    fen = 1 if mode == "score_mean" else FEN_PER_YUAN
    shown = {
        "recency_threshold": cutoffs.recency,
        "frequency_threshold": cutoffs.frequency,
        "monetary_threshold": cutoffs.monetary / fen,
    }
    return [
        *(
            pl.lit(Decimal(round(number * 100)) / 100, dtype=Yuan).alias(column)
            for column, number in shown.items()
        ),
        pl.lit(cutoffs.measured_to).alias("thresholds_measured_to_date"),
    ]
