"""The table of links: each pair of identifiers seen together, used or blocked, and why."""

import polars as pl

from siyu.identity.clusters import Clusters
from siyu.identity.evidence import EVIDENCE_ORDER, Evidence

PAIR = ["left", "right"]
LINKS_SCHEMA = pl.Schema(
    {
        "left_namespace": pl.String(),
        "left_scope": pl.String(),
        "left_identifier_hash": pl.String(),
        "right_namespace": pl.String(),
        "right_scope": pl.String(),
        "right_identifier_hash": pl.String(),
        "rule": pl.String(),
        "strength": pl.String(),
        "source": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "seen_at": pl.Datetime("us"),
        "status": pl.String(),
        "blocked_reason": pl.String(),
    }
)


def link_table(
    evidence: Evidence, clusters: Clusters, digests: pl.Series, numbers: pl.Series
) -> pl.DataFrame:
    """One row per pair of identifiers and rule, with the first place that shows it.

    A link is used exactly when both ends belong to one customer.

    Args:
        evidence: Numbered observations.
        clusters: Who belongs together.
        digests: Digest of every node.
        numbers: Customer number of every vertex.

    Returns:
        Columns of ``LINKS_SCHEMA``, in order of the hashes of their ends.
    """
    pairs = pl.concat(
        [
            _seen_pairs(evidence, clusters),
            _completed_scopes(clusters),
            _other_holders(clusters, evidence),
            _ordered(clusters),
        ],
        how="diagonal_relaxed",
    )
    judged = _with_status(_with_reasons(pairs, evidence, clusters), numbers)
    return _in_words(judged, evidence, digests)


def _seen_pairs(evidence: Evidence, clusters: Clusters) -> pl.DataFrame:
    """Each record's identifiers tied to its most telling one."""
    observed = evidence.observations
    labels = pl.Series(clusters.labels)
    loose = observed.filter(~pl.col("is_blocked")).join(
        clusters.contacts.group_records, on="record"
    )
    # records that name no account are told by a contact that holds them, so that used links hang
    # together
    held = loose.with_columns(
        is_held=labels.gather(loose["node"]) == labels.gather(loose["side"])
    ).sort("record", pl.col("is_held").not_(), pl.col("is_strong").not_(), "node")
    centers = pl.concat(
        [
            clusters.cores.anchors.select("record", left="anchor"),
            held.unique("record", keep="first", maintain_order=True).select("record", left="node"),
        ]
    )
    return (
        observed.join(centers, on="record")
        .filter(pl.col("left") != pl.col("node"))
        .sort("left", "node", "rule", pl.col("is_strong").not_(), *EVIDENCE_ORDER, nulls_last=True)
        .unique(["left", "node", "rule"], keep="first", maintain_order=True)
        .select(
            "left",
            pl.col("rule").cast(pl.String),
            "is_strong",
            "seen_at",
            right="node",
            source=pl.col("source").cast(pl.String),
            file=pl.col("source_file").cast(pl.String),
            line="line_number",
        )
    )


def _completed_scopes(clusters: Clusters) -> pl.DataFrame:
    # links of one identifier seen with and without its scope stand in no record
    return clusters.account_links.filter(pl.col("support") == 0).select(
        pl.col("left").cast(pl.UInt32),
        pl.col("right").cast(pl.UInt32),
        rule=pl.lit("only_scope"),
        is_strong=pl.lit(True),
        seen_at="first_at",
    )


def _other_holders(clusters: Clusters, evidence: Evidence) -> pl.DataFrame:
    """Ties accounts that held a contact together before, or beside, its present holder."""
    held = clusters.verdicts.filter(
        pl.col("blocked_reason").is_null()
        & (pl.col("hub_vertex") != pl.col("hub"))
        & ~pl.col("is_group")
    ).select("hub", "side", "hub_vertex", "tenure", "round")
    pairs = held.with_columns(left=pl.col("side").min().over("hub_vertex")).filter(
        pl.col("side") != pl.col("left")
    )
    labels = pl.Series(clusters.cores.labels)
    shown = (
        evidence.observations.join(
            pairs.select(node=pl.col("hub").cast(pl.UInt32)), on="node", how="semi"
        )
        .join(clusters.cores.anchors, on="record")
        .with_columns(hub=pl.col("node").cast(pl.Int64))
    )
    return (
        shown.with_columns(side=labels.gather(shown["anchor"]))
        .join(pairs, on=["hub", "side"])
        .sort("left", "side", "hub_vertex", *EVIDENCE_ORDER, nulls_last=True)
        .unique(["left", "side"], keep="first", maintain_order=True)
        .select(
            pl.col("left").cast(pl.UInt32),
            "is_strong",
            "seen_at",
            right=pl.col("side").cast(pl.UInt32),
            rule=pl.when(pl.col("round") == 0)
            .then(pl.lit("former_holder"))
            .otherwise(pl.lit("second_holder")),
            source=pl.col("source").cast(pl.String),
            file=pl.col("source_file").cast(pl.String),
            line="line_number",
        )
    )


def _ordered(clusters: Clusters) -> pl.DataFrame:
    return clusters.always.select(
        pl.col("left").cast(pl.UInt32),
        pl.col("right").cast(pl.UInt32),
        rule=pl.lit("always_link"),
        is_strong=pl.lit(True),
        source=pl.lit("ledger"),
        file=pl.lit("overrides.csv"),
        line=pl.col("row").cast(pl.Int64),
    )


def _with_reasons(pairs: pl.DataFrame, evidence: Evidence, clusters: Clusters) -> pl.DataFrame:
    """Why each link would be blocked, when it is: the first guard that spoke."""
    labels = pl.Series(clusters.cores.labels)
    listed = evidence.nodes.select("node", listed="blocked_reason")
    accounts = clusters.account_links.select(
        pl.col("left").cast(pl.UInt32), pl.col("right").cast(pl.UInt32), account="blocked_reason"
    )
    hubs = (
        clusters.verdicts.with_columns(
            contact=pl.coalesce(
                "blocked_reason",
                "first_refusal",
                # it was theirs in an earlier tenure
                pl.when(pl.col("hub_vertex") != pl.col("hub")).then(pl.lit("outside_validity")),
            )
        )
        .filter(pl.col("contact").is_not_null())
        .group_by("hub", "side")
        .agg(pl.col("contact").min())
    )
    always = clusters.always.select(
        pl.col("left").cast(pl.UInt32), pl.col("right").cast(pl.UInt32), ordered="blocked_reason"
    )
    return (
        pairs.with_columns(side=labels.gather(pairs["left"]), hub=pl.col("right").cast(pl.Int64))
        .join(listed, left_on="left", right_on="node", how="left")
        .join(listed, left_on="right", right_on="node", how="left", suffix="_right")
        .join(accounts, on=PAIR, how="left")
        .join(hubs, on=["side", "hub"], how="left")
        .join(always, on=PAIR, how="left")
        .with_columns(reason=pl.coalesce("listed", "listed_right", "ordered", "account", "contact"))
        .drop("listed", "listed_right", "account", "contact", "ordered", "side", "hub")
    )


def _with_status(pairs: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    left, right = numbers.gather(pairs["left"]), numbers.gather(pairs["right"])
    is_used = (left == right).fill_null(False)
    return pairs.with_columns(
        status=pl.when(is_used).then(pl.lit("used")).otherwise(pl.lit("blocked")),
        # both ends free of guards, yet apart: the contact has gone to another holder
        blocked_reason=pl.when(~is_used).then(pl.coalesce("reason", pl.lit("held_by_another"))),
    )


def in_order(links: pl.DataFrame) -> pl.DataFrame:
    """Sort links by their ends, so that the same links make the same table.

    Args:
        links: Columns of ``LINKS_SCHEMA``.
    """
    # the first 64 bits of the hashes: numbers sort ten times as fast as text
    keys = [
        pl.col(f"{end}_identifier_hash")
        .str.slice(0, 16)
        .str.decode("hex")
        .bin.reinterpret(dtype=pl.UInt64, endianness="big")
        for end in PAIR
    ]
    return links.sort(*keys, "rule")


def _in_words(judged: pl.DataFrame, evidence: Evidence, digests: pl.Series) -> pl.DataFrame:
    named = evidence.nodes.select(
        "node", pl.col("namespace", "scope").cast(pl.String), digest=digests.bin.encode("hex")
    )
    for end in PAIR:
        named_end = named.rename(
            {
                "node": end,
                "namespace": f"{end}_namespace",
                "scope": f"{end}_scope",
                "digest": f"{end}_identifier_hash",
            }
        )
        judged = judged.join(named_end, on=end)
    strength = pl.when("is_strong").then(pl.lit("strong")).otherwise(pl.lit("candidate"))
    return in_order(judged.with_columns(strength=strength).select(LINKS_SCHEMA.names()))
