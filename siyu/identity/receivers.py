"""Accounts whose parcels go to several people, none of them oftener than another."""

import polars as pl

from siyu.identity.comparison import with_names

RECEIVER_UNCLEAR = "receiver_unclear"


def refuse_unclear_receivers(sides: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    """Refuse the typed contacts of accounts that receive as often under one surname as another.

    One parcel to herself and one to a friend say alike of both phones that they are hers: whichever
    is taken is wrong as often as right, and taking it joins a friend for good. The next parcel
    decides. What else tells her name (a card, a remark, a verified phone) decides at once.

    Args:
        sides: One row per hub and side with ``is_group``, ``is_strong``, ``support``,
            ``name_number`` (beside this hub), ``own_name_number`` and ``own_name_is_ordered``
            (nothing but receivers tells it), and ``blocked_reason`` (of guards before).
        parsed: One row per name.

    Returns:
        The rows with ``blocked_reason``, without ``own_name_is_ordered``.
    """
    typed = ~pl.col("is_strong") & ~pl.col("is_group")
    ordered = with_names(
        sides.filter(typed & pl.col("own_name_is_ordered")).select(
            "side", "support", "name_number"
        ),
        parsed,
        number="name_number",
        prefix="",
    )
    unclear = (
        ordered.drop_nulls("surname")
        .group_by("side", "surname")
        .agg(pl.col("support").sum())
        .group_by("side")
        .agg(is_tied=(pl.col("support") == pl.col("support").max()).sum() > 1)
        .filter("is_tied")["side"]
    )
    is_unclear = typed & pl.col("own_name_is_ordered") & pl.col("side").is_in(unclear.implode())
    return sides.with_columns(
        blocked_reason=pl.coalesce(
            "blocked_reason", pl.when(is_unclear).then(pl.lit(RECEIVER_UNCLEAR, pl.Categorical))
        )
    ).drop("own_name_is_ordered")
