"""The fan-out guard: a contact or device that too many people use links nothing by itself."""

import polars as pl

from siyu.identity.comparison import with_names
from siyu.identity.dense import count_of, is_among
from siyu.identity.rules import IdentityRules

FAN_OUT = "fan_out"
HUB = ["hub", "tenure"]


def mark_shared(
    sides: pl.DataFrame, core_kinds: pl.DataFrame, parsed: pl.DataFrame, rules: IdentityRules
) -> pl.DataFrame:
    """Mark hubs that are shared.

    A phone that too many verified accounts hold is shared altogether. One that only receives
    for too many keeps its verified holder; typed evidence then needs to agree with the holder.

    Args:
        sides: Sides of hubs with ``tenure``.
        core_kinds: One row per node: ``side`` (its core), ``kind``.
        parsed: One row per name.
        rules: Settings of identity resolution.

    Returns:
        ``sides`` with ``fan_out`` (null = not shared) and ``is_shared_by_holders``.
    """
    accounts = _account_fan_out(sides, core_kinds, rules.fan_out.accounts)
    surnames = _surname_fan_out(sides, parsed, rules)
    return (
        sides.join(accounts, on=HUB, how="left")
        .join(surnames, on=HUB, how="left")
        .with_columns(
            fan_out=pl.max_horizontal("account_fan_out", "surname_fan_out"),
            is_shared_by_holders=pl.col("holder_fan_out").fill_null(0) > rules.fan_out.accounts,
        )
        .drop("account_fan_out", "holder_fan_out", "surname_fan_out")
    )


def _account_fan_out(sides: pl.DataFrame, core_kinds: pl.DataFrame, limit: int) -> pl.DataFrame:
    crowded = _crowded(sides.filter(~pl.col("is_group")), limit)
    kinds = core_kinds.filter(is_among(core_kinds["side"], crowded["side"])).unique()
    return (
        crowded.select(*HUB, "side", "is_strong")
        .join(kinds, on="side")
        .group_by(*HUB, "kind")
        .agg(account_fan_out=pl.len(), holder_fan_out=pl.col("is_strong").sum())
        .group_by(HUB)
        .agg(
            pl.col("account_fan_out").max().cast(pl.Int64),
            pl.col("holder_fan_out").max().cast(pl.Int64),
        )
        .filter(pl.col("account_fan_out") > limit)
    )


def _crowded(sides: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Sides of hubs with more of them than a limit."""
    # counted by hub first, whatever the tenure: it leaves few
    several = sides.filter(pl.Series(count_of(sides["hub"]) > limit))
    return several.filter(pl.len().over(HUB) > limit)


def _surname_fan_out(
    sides: pl.DataFrame, parsed: pl.DataFrame, rules: IdentityRules
) -> pl.DataFrame:
    typed = _crowded(
        sides.filter(~pl.col("is_strong") & pl.col("name_number").is_not_null()),
        rules.fan_out.surnames,
    )
    return (
        with_names(typed, parsed, number="name_number", prefix="")
        .filter(pl.col("surname").is_not_null())
        .group_by(*HUB, "surname")
        .agg(pl.col("support").sum())
        .group_by(HUB)
        .agg(
            surname_fan_out=pl.len().cast(pl.Int64),
            top_share=pl.col("support").max() / pl.col("support").sum(),
        )
        .filter(
            (pl.col("surname_fan_out") > rules.fan_out.surnames)
            & (pl.col("top_share") < rules.fan_out.dominant_share)
        )
        .drop("top_share")
    )
