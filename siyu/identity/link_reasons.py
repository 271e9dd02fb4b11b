"""Why blocked links are blocked, for the table of links."""

import polars as pl

from siyu.identity.clusters import Clusters
from siyu.identity.evidence import Evidence

PAIR = ["left", "right"]


def with_reasons(pairs: pl.DataFrame, evidence: Evidence, clusters: Clusters) -> pl.DataFrame:
    """Say why links are blocked: the first guard that spoke.

    Args:
        pairs: Links whose ends are apart, ``left`` and ``right`` nodes.
        evidence: Numbered observations.
        clusters: Who belongs together.

    Returns:
        The links with ``status`` and ``blocked_reason``.
    """
    labels = pl.Series(clusters.cores.labels)
    listed = evidence.nodes.select("node", listed="blocked_reason")
    accounts = clusters.account_links.select(
        pl.col("left").cast(pl.UInt32), pl.col("right").cast(pl.UInt32), account="blocked_reason"
    )
    always = clusters.always.select(
        pl.col("left").cast(pl.UInt32), pl.col("right").cast(pl.UInt32), ordered="blocked_reason"
    )
    return (
        pairs.with_columns(side=labels.gather(pairs["left"]), hub=pl.col("right").cast(pl.Int64))
        .join(listed, left_on="left", right_on="node", how="left")
        .join(listed, left_on="right", right_on="node", how="left", suffix="_right")
        .join(accounts, on=PAIR, how="left")
        .join(_refused_contacts(clusters), on=["side", "hub"], how="left")
        .join(always, on=PAIR, how="left")
        .with_columns(
            status=pl.lit("blocked"),
            blocked_reason=pl.coalesce(
                "listed",
                "listed_right",
                "ordered",
                "account",
                "contact",
                # both ends free of guards, yet apart: the contact has gone to another holder
                pl.lit("held_by_another"),
            ),
        )
        .drop("listed", "listed_right", "account", "contact", "ordered", "side", "hub")
    )


def _refused_contacts(clusters: Clusters) -> pl.DataFrame:
    """``hub``, ``side``, ``contact``: why a side does not hold a contact today."""
    # it was theirs in an earlier tenure
    is_former = pl.col("hub_vertex") != pl.col("hub")
    contact = pl.coalesce(
        "blocked_reason", "first_refusal", pl.when(is_former).then(pl.lit("outside_validity"))
    )
    return (
        clusters.verdicts.with_columns(contact=contact)
        .filter(pl.col("contact").is_not_null())
        .group_by("hub", "side")
        .agg(pl.col("contact").min().cast(pl.String))
    )
