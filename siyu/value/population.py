"""Which customers a value table has rows for."""

from datetime import date

import polars as pl

from siyu.business_day import end_of_day


def list_known_customers(
    customers: pl.DataFrame, orders: pl.DataFrame, *, as_of_date: date
) -> pl.DataFrame:
    """One row per customer the brand knew by the end of the as-of date.

    Args:
        customers: ``customer_id``, ``first_seen_at`` (naive UTC; null = no record says when, which
            hides nobody).
        orders: ``customer_id``, ``order_date``; who had ordered by then was known.
        as_of_date: Business day.

    Returns:
        ``customer_id``, sorted, unique.
    """
    had_ordered = orders.filter(pl.col("order_date") <= as_of_date)["customer_id"].unique()
    return (
        customers.filter(
            pl.col("first_seen_at").is_null()
            | (pl.col("first_seen_at") < end_of_day(as_of_date))
            | pl.col("customer_id").is_in(had_ordered.implode())
        )
        .select("customer_id")
        .unique()
        .sort("customer_id")
    )
