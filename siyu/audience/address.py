"""The one address a customer is contacted at on a channel."""

from datetime import date

import polars as pl

from siyu.audience.profile import select_contact_points
from siyu.audience.suppression import NAMESPACE_OF_CHANNEL
from siyu.business_day import end_of_day

# what the columns of an address are called on each channel: (address, scope, sender)
ADDRESS_COLUMNS: dict[str, dict[str, str]] = {
    "wecom": {"address": "external_userid", "scope": "corp_id", "sender": "sender"},
    "oa": {"address": "openid", "scope": "appid"},
    "miniprogram": {"address": "openid", "scope": "appid"},
    "sms": {"address": "phone"},
    "email": {"address": "email"},
}


def choose_addresses(
    contact_points: pl.DataFrame,
    consents: pl.DataFrame,
    *,
    channel: str,
    purpose: str,
    as_of_date: date,
) -> pl.DataFrame:
    """One address per customer who has a living one on the channel.

    An address under which the customer agreed comes first, then one that is proved to be theirs,
    then the newest relation (of several WeCom staff the platform too takes the one who was last in
    touch), then text order.

    Args:
        contact_points: Hand-off ``int_contact_points``.
        consents: Hand-off ``int_consents_resolved``.
        channel: The channel.
        purpose: The purpose a grant must be for.
        as_of_date: Relations and grants after its end do not count.

    Returns:
        ``customer_id``, ``address``, ``scope``, ``sender``, sorted by ``customer_id``.
    """
    granted = (
        consents.filter(
            (pl.col("namespace") == NAMESPACE_OF_CHANNEL[channel])
            & (pl.col("purpose") == purpose)
            & (pl.col("channel") == channel)
            & (pl.col("state") == "granted")
            & (pl.col("effective_at") < end_of_day(as_of_date))
        )
        .select("customer_id", address="identifier", has_own_grant=pl.lit(True))
        .unique()
    )
    return (
        select_contact_points(contact_points, as_of_date=as_of_date)
        .filter(pl.col("channel") == channel)
        .join(granted, on=["customer_id", "address"], how="left")
        .sort(
            "customer_id",
            pl.col("has_own_grant").fill_null(False),
            "is_verified",
            "since",
            "address",
            "scope",
            "sender",
            descending=[False, True, True, True, False, False, False],
            nulls_last=True,
        )
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", "address", pl.col("scope", "sender").fill_null(""))
    )
