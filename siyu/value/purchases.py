"""What customers bought in a window: the inputs F, R, M and G of every definition.

Money is counted in whole fen, so sums are exact whatever the order of rows.
"""

from datetime import date, timedelta

import polars as pl

FEN_PER_YUAN = 100
Yuan = pl.Decimal(18, 2)


def select_window(
    rows: pl.DataFrame, date_column: str, *, last_date: date, days: int
) -> pl.DataFrame:
    """Rows whose date lies in the days up to and including the last date."""
    return rows.filter(
        pl.col(date_column).is_between(last_date - timedelta(days=days - 1), last_date)
    )


def list_purchase_days(orders: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and business day with an order whose net amount is above zero.

    A fully refunded, cancelled or unpaid order makes no purchase day.

    Returns:
        ``customer_id`` (String), ``day`` (Date), in no particular order.
    """
    return (
        orders.filter(pl.col("net_amount") > 0)
        .select("customer_id", day=pl.col("order_date"))
        .unique()
    )


def summarize_purchases(orders: pl.DataFrame, *, last_date: date, days: int) -> pl.DataFrame:
    """One row per customer with any order in the window.

    Args:
        orders: ``customer_id``, ``order_date`` (Date), ``net_amount`` and ``margin_amount``
            (Decimal yuan; margin null = cost unknown).
        last_date: Last business day of the window.
        days: Length of the window.

    Returns:
        ``customer_id``, ``order_count`` (orders with net above zero), ``order_day_count`` (F; 0 =
        nothing bought that stayed bought), ``last_order_date`` (null when F is 0), ``recency_days``
        (R; null when F is 0), ``net_fen`` (M; returns count negatively), ``margin_fen`` (G; null =
        the cost of an order that counts is unknown), sorted by ``customer_id``.
    """
    is_kept = pl.col("net_amount") > 0
    is_counted = pl.col("net_amount") != 0
    return (
        select_window(orders, "order_date", last_date=last_date, days=days)
        .group_by("customer_id")
        .agg(
            order_count=is_kept.sum().cast(pl.Int64),
            order_day_count=pl.col("order_date").filter(is_kept).n_unique().cast(pl.Int64),
            last_order_date=pl.col("order_date").filter(is_kept).max(),
            net_fen=to_fen("net_amount").sum(),
            margin_fen=pl.when((is_counted & pl.col("margin_amount").is_null()).any())
            .then(None)
            .otherwise(to_fen("margin_amount").filter(is_counted).sum()),
        )
        .with_columns(recency_days=(pl.lit(last_date) - pl.col("last_order_date")).dt.total_days())
        .sort("customer_id")
    )


def to_fen(column: str) -> pl.Expr:
    """A yuan column as whole fen (Int64)."""
    return (pl.col(column).cast(Yuan) * FEN_PER_YUAN).cast(pl.Int64)


def to_yuan(fen: pl.Expr) -> pl.Expr:
    """Whole fen as Decimal(18,2) yuan."""
    return (fen.cast(pl.Decimal(38, 2)) / FEN_PER_YUAN).cast(Yuan)
