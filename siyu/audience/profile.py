"""One wide row per customer as of a date: what audience rules are asked of.

Each column is documented in `siyu.audience.columns`.
"""

from datetime import date

import polars as pl

from siyu.audience.columns import PROFILE_SCHEMA
from siyu.business_day import SHANGHAI_OFFSET, end_of_day
from siyu.value.purchases import to_fen, to_yuan

CHANNELS_SHOWN = ("wecom", "oa", "miniprogram", "sms", "email")


def build_profile(
    customers: pl.DataFrame,
    orders: pl.DataFrame,
    contact_points: pl.DataFrame,
    rfm: pl.DataFrame,
    tiers: pl.DataFrame,
    *,
    as_of_date: date,
) -> pl.DataFrame:
    """Put together what is known of each customer at the end of the as-of date.

    Args:
        customers: Hand-off ``int_customer_profiles``.
        orders: Hand-off ``int_customer_orders``.
        contact_points: Hand-off ``int_contact_points``.
        rfm: ``customer_rfm`` of the as-of date; its customers are the profile's.
        tiers: ``customer_tiers`` of the as-of date.
        as_of_date: Business day.

    Returns:
        One row per customer, sorted by ``customer_id``; columns of `PROFILE_SCHEMA`.
    """
    reached = select_contact_points(contact_points, as_of_date=as_of_date)
    parts = (
        _describe_person(customers, as_of_date=as_of_date),
        _summarize_lifetime(orders, as_of_date=as_of_date),
        tiers.drop("as_of_date", "threshold_version"),
    )
    profile = rfm.drop("as_of_date", "last_order_date")
    for part in parts:
        profile = profile.join(part, on="customer_id", how="left")
    return (
        profile.with_columns(
            pl.col("lifetime_order_count").fill_null(0),
            pl.col("lifetime_net_amount").fill_null(0),
            *(_has_channel(reached, channel) for channel in CHANNELS_SHOWN),
        )
        .select(*PROFILE_SCHEMA)
        .cast(PROFILE_SCHEMA)
        .sort("customer_id")
    )


def select_contact_points(contact_points: pl.DataFrame, *, as_of_date: date) -> pl.DataFrame:
    """Contact points that are alive and did not begin after the as-of date.

    A relation without a known beginning counts: when it began is unknown, that it lives is not.
    """
    began = pl.col("since").is_null() | (pl.col("since") < end_of_day(as_of_date))
    return contact_points.filter(pl.col("is_reachable") & began)


def _has_channel(reached: pl.DataFrame, channel: str) -> pl.Expr:
    people = reached.filter(pl.col("channel") == channel)["customer_id"].unique()
    return pl.col("customer_id").is_in(people.implode()).alias(f"has_{channel}")


def _describe_person(customers: pl.DataFrame, *, as_of_date: date) -> pl.DataFrame:
    birth = pl.col("birth_date").cast(pl.Date)
    day_of_year = birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    had_birthday = day_of_year <= as_of_date.month * 100 + as_of_date.day
    first_day = (pl.col("first_seen_at") + SHANGHAI_OFFSET).dt.date()
    return customers.select(
        "customer_id",
        "display_name",
        "gender",
        "province",
        "city",
        "member_level",
        "is_anonymous",
        # the day is known more often than the year
        birth_month=pl.coalesce(
            birth.dt.month(), pl.col("birth_day").str.head(2).cast(pl.Int8, strict=False)
        ),
        age_years=as_of_date.year - birth.dt.year() - (~had_birthday).cast(pl.Int32),
        known_days=(pl.lit(as_of_date) - first_day).dt.total_days(),
    )


def _summarize_lifetime(orders: pl.DataFrame, *, as_of_date: date) -> pl.DataFrame:
    is_kept = pl.col("net_amount") > 0
    bought_on = pl.col("order_date").filter(is_kept)
    return (
        orders.filter(pl.col("order_date") <= as_of_date)
        .group_by("customer_id")
        .agg(
            lifetime_order_count=is_kept.sum(),
            lifetime_net_amount=to_yuan(to_fen("net_amount").sum()),
            first_order_date=bought_on.min(),
            last_order_date=bought_on.max(),
        )
        .with_columns(
            (pl.lit(as_of_date) - pl.col(f"{place}_order_date"))
            .dt.total_days()
            .alias(f"days_since_{place}_order")
            for place in ("first", "last")
        )
    )
