"""What a change of identity does to tiers and audiences: two outcomes side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

TIERS = ("value_tier", "activity_tier", "loyalty_tier")


@dataclass(frozen=True)
class Outcome:
    """What a night made of its customers.

    Attributes:
        tiers: ``customer_id`` and one column per tier, one row per customer.
        members: Audience → people who would be contacted; null = the audience was stopped.
    """

    tiers: pl.DataFrame
    members: Mapping[str, int | None]


@dataclass(frozen=True)
class Effects:
    """How two outcomes differ.

    Attributes:
        tier_changes: ``tier``, ``before``, ``after``, ``customers``; customers that bear the
            same id in both and stand in another tier.
        customers_changed: Customers of whom at least one tier differs.
        customers_gone: Customers only the first has.
        customers_new: Customers only the second has.
        audiences: ``audience``, ``members_before``, ``members_after``; every audience.
    """

    tier_changes: pl.DataFrame
    customers_changed: int
    customers_gone: int
    customers_new: int
    audiences: pl.DataFrame


def compare_outcomes(before: Outcome, after: Outcome) -> Effects:
    """Compare what two resolutions make of customers.

    Args:
        before: With the resolution in use.
        after: With the other one.
    """
    both = before.tiers.join(after.tiers, on="customer_id", suffix="_after")
    differs = [pl.col(tier).ne_missing(pl.col(f"{tier}_after")) for tier in TIERS]
    changes = [
        both.filter(differs[place])
        .group_by(before=pl.col(tier), after=pl.col(f"{tier}_after"))
        .agg(customers=pl.len().cast(pl.Int64))
        .select(pl.lit(tier).alias("tier"), "before", "after", "customers")
        for place, tier in enumerate(TIERS)
    ]
    names = sorted({*before.members, *after.members})
    return Effects(
        tier_changes=pl.concat(changes).sort("tier", "before", "after"),
        customers_changed=both.filter(pl.any_horizontal(differs)).height,
        customers_gone=before.tiers.height - both.height,
        customers_new=after.tiers.height - both.height,
        audiences=pl.DataFrame(
            {
                "audience": names,
                "members_before": [before.members.get(name) for name in names],
                "members_after": [after.members.get(name) for name in names],
            },
            schema={
                "audience": pl.String,
                "members_before": pl.Int64,
                "members_after": pl.Int64,
            },
        ),
    )
