"""Customers who are likely one person: nobody gets a message twice, or against their own word.

Only the strict groups (`messages` in ``config/identity_model.yml``) count here; the loose ones are
for counting. Groups are made in `siyu.identity.likely` and are empty while the option is off.
"""

import polars as pl

USE = "messages"
NO_GROUPS = pl.DataFrame(schema={"likely_id": pl.String, "customer_id": pl.String})
WITHDRAWN = "withdrawn"


def groups_for_messages(likely: pl.DataFrame) -> pl.DataFrame:
    """The groups that count for whatever reaches a person.

    Args:
        likely: Table ``identity_likely``: ``likely_use``, ``likely_id``, ``customer_id``.

    Returns:
        ``likely_id``, ``customer_id``; one row per customer of a group.
    """
    return likely.filter(pl.col("likely_use") == USE).select("likely_id", "customer_id")


def extend_to_groups(suppressions: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Put whoever is likely the same person as somebody suppressed on the same list.

    Args:
        suppressions: ``suppression_list``, ``customer_id``.
        groups: As `groups_for_messages` returns them.

    Returns:
        ``suppressions`` with the other customers of each group, sorted, each row once.
    """
    others = _of_the_group(suppressions, groups)
    return pl.concat([suppressions, others]).unique().sort(suppressions.columns)


def withdraw_for_groups(states: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Let a withdrawal of one customer count for all who are likely the same person.

    Args:
        states: As `siyu.consent.states.consent_states` returns them.
        groups: As `groups_for_messages` returns them.

    Returns:
        ``states``, one row per customer, purpose and channel as before.
    """
    keys = ["customer_id", "purpose", "channel"]
    taken_back = _of_the_group(states.filter(pl.col("state") == WITHDRAWN), groups)
    # the own withdrawal first, else the latest of the others
    latest = taken_back.sort("effective_at", nulls_last=False).unique(keys, keep="last")
    own = states.filter(pl.col("state") == WITHDRAWN)
    added = latest.join(own, on=keys, how="anti")
    return pl.concat([states.join(added, on=keys, how="anti"), added]).sort(keys)


def mark_repeated(staged: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Keep the best ranked customer of each group; the others would get the message again.

    Args:
        staged: Matched customers in rank order, ``customer_id`` and ``outcome`` (null = nothing
            keeps them out so far).
        groups: As `groups_for_messages` returns them.

    Returns:
        ``staged`` in its order, ``outcome`` ``same_person`` for the others.
    """
    joined = staged.join(groups, on="customer_id", how="left", maintain_order="left")
    remains = pl.col("outcome").is_null() & pl.col("likely_id").is_not_null()
    again = remains & (remains.cast(pl.Int64).cum_sum().over("likely_id") > 1)
    return joined.with_columns(
        outcome=pl.when(again).then(pl.lit("same_person")).otherwise("outcome")
    ).drop("likely_id")


def _of_the_group(rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The rows of a customer, said of every customer of their group."""
    return (
        rows.join(groups, on="customer_id")
        .drop("customer_id")
        .join(groups, on="likely_id")
        .select(rows.columns)
    )
