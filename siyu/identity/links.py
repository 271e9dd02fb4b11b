"""The table of links: each pair of identifiers seen together, used or blocked, and why."""

import numpy as np
import polars as pl

from siyu.identity.clusters import Clusters
from siyu.identity.components import as_vertices
from siyu.identity.evidence import EVIDENCE_ORDER, Evidence
from siyu.identity.hashes import NodeHashes
from siyu.identity.link_reasons import with_reasons
from siyu.identity.packing import PACKED_LINKS, WORD

PAIR = ["left", "right"]


def link_table(evidence: Evidence, clusters: Clusters, hashes: NodeHashes) -> pl.DataFrame:
    """One row per pair of identifiers and rule, with the first place that shows it.

    A link is used exactly when both ends belong to one customer.

    Args:
        evidence: Numbered observations.
        clusters: Who belongs together.
        hashes: Hash of every node.

    Returns:
        Columns of ``PACKED_LINKS``, in order of the hashes of their ends.
    """
    centers = _centers(evidence, clusters)
    pairs = pl.concat(
        [
            _seen_pairs(evidence, centers),
            _completed_scopes(clusters, evidence),
            _other_holders(clusters, evidence, centers),
            _ordered(clusters),
        ],
        how="diagonal_relaxed",
    )
    del centers
    is_used = _are_of_one_customer(pairs["left"], pairs["right"], clusters)
    judged = pl.concat(
        [
            pairs.filter(is_used).with_columns(
                status=pl.lit("used", WORD), blocked_reason=pl.lit(None, WORD)
            ),
            with_reasons(pairs.filter(~is_used), evidence, clusters).with_columns(
                pl.col("status", "blocked_reason").cast(WORD)
            ),
        ]
    )
    del pairs
    keys = hashes.keys.reinterpret(signed=False)  # in order as their text is
    ordered = judged.select(
        pl.all(),
        left_key=keys.gather(judged["left"]),
        right_key=keys.gather(judged["right"]),
    ).sort("left_key", "right_key", "rule")
    return _in_words(ordered, evidence, hashes)


def _are_of_one_customer(left: pl.Series, right: pl.Series, clusters: Clusters) -> pl.Series:
    labels, is_somebody = pl.Series(clusters.labels), pl.Series(clusters.is_somebody)
    return (labels.gather(left) == labels.gather(right)) & is_somebody.gather(left)


def _centers(evidence: Evidence, clusters: Clusters) -> pl.Series:
    """Per record the identifier its others are tied to; null = it has only blocked ones."""
    labels = pl.Series(clusters.labels)
    loose = evidence.observations.filter(~pl.col("is_blocked")).join(
        clusters.group_records, on="record"
    )
    # records that name no account are told by a contact that holds them, so that used links hang
    # together
    held = (
        loose.select(
            "record",
            "node",
            "is_strong",
            is_held=labels.gather(loose["node"]) == labels.gather(loose["side"]),
        )
        .sort("record", pl.col("is_held").not_(), pl.col("is_strong").not_(), "node")
        .unique("record", keep="first", maintain_order=True)
    )
    anchors = clusters.cores.anchors
    centers = np.full(evidence.records.height, -1, dtype=np.int64)
    centers[as_vertices(anchors["record"])] = as_vertices(anchors["anchor"])
    centers[as_vertices(held["record"])] = as_vertices(held["node"])
    return pl.Series("left", centers).replace(-1, None)


def _seen_pairs(evidence: Evidence, centers: pl.Series) -> pl.DataFrame:
    """Each record's identifiers tied to its most telling one."""
    observed = evidence.observations
    tied = (
        observed.drop("role", "is_blocked")
        .with_columns(centers.gather(observed["record"]))
        .drop("record")
        .filter(pl.col("left") != pl.col("node"))
        # both ends and the rule in one number: 28 bits each, and 8
        .with_columns(
            pair=pl.col("left") * 2**36
            + pl.col("node").cast(pl.Int64) * 2**8
            + pl.col("rule").to_physical()
        )
    )
    repeated = pl.col("pair").is_duplicated()
    first = (
        tied.filter(repeated)
        .sort("pair", pl.col("is_strong").not_(), *EVIDENCE_ORDER, nulls_last=True)
        .unique("pair", keep="first", maintain_order=True)
    )
    return pl.concat([tied.filter(~repeated), first]).select(
        pl.col("left").cast(pl.UInt32),
        pl.col("rule").cast(WORD),
        "is_strong",
        "seen_at",
        right="node",
        source=pl.col("source").cast(WORD),
        file=pl.col("source_file").cast(WORD),
        line="line_number",
    )


def _completed_scopes(clusters: Clusters, evidence: Evidence) -> pl.DataFrame:
    # links of one identifier seen with and without its scope stand in no record of their own:
    # the record that tells the scope is their evidence
    completed = clusters.account_links.filter(pl.col("support") == 0).select(
        pl.col("left", "right").cast(pl.UInt32)
    )
    telling = (
        evidence.observations.join(completed, left_on="node", right_on="right", how="semi")
        .sort("node", *EVIDENCE_ORDER, nulls_last=True)
        .unique("node", keep="first", maintain_order=True)
    )
    return completed.join(telling, left_on="right", right_on="node").select(
        "left",
        "right",
        "seen_at",
        rule=pl.lit("only_scope", WORD),
        is_strong=pl.lit(True),
        source=pl.col("source").cast(WORD),
        file=pl.col("source_file").cast(WORD),
        line="line_number",
    )


def _other_holders(clusters: Clusters, evidence: Evidence, centers: pl.Series) -> pl.DataFrame:
    """Ties what held a contact together before, or beside, its present holder."""
    held = clusters.verdicts.filter(
        pl.col("blocked_reason").is_null() & (pl.col("hub_vertex") != pl.col("hub"))
    ).select("hub", "side", "hub_vertex", "tenure", "round")
    shown = _sightings(held, clusters, evidence, centers).sort(
        "hub_vertex", "right", *EVIDENCE_ORDER, nulls_last=True
    )
    tied = (
        shown.with_columns(left=pl.col("right").min().over("hub_vertex"))
        .filter(pl.col("left") != pl.col("right"))
        .unique(["left", "right"], keep="first", maintain_order=True)
    )
    return tied.select(
        pl.col("left", "right").cast(pl.UInt32),
        "is_strong",
        "seen_at",
        rule=pl.when(pl.col("round") == 0)
        .then(pl.lit("former_holder", WORD))
        .otherwise(pl.lit("second_holder", WORD)),
        source=pl.col("source").cast(WORD),
        file=pl.col("source_file").cast(WORD),
        line="line_number",
    )


def _sightings(
    held: pl.DataFrame, clusters: Clusters, evidence: Evidence, centers: pl.Series
) -> pl.DataFrame:
    """Observations of contacts by sides that hold them, with the node each side stands for."""
    hubs = held.select(node=pl.col("hub").cast(pl.UInt32)).unique()
    seen = evidence.observations.join(hubs, on="node", how="semi").with_columns(
        hub=pl.col("node").cast(pl.Int64)
    )
    cores, labels = pl.Series(clusters.cores.labels), pl.Series(clusters.labels)
    anchored = seen.join(clusters.cores.anchors, on="record")
    anchored = anchored.with_columns(side=cores.gather(anchored["anchor"])).drop("anchor")
    loose = seen.join(clusters.group_records, on="record")
    # a group stands for the contact that holds it, if one does
    told = centers.gather(loose["record"])
    is_held = (labels.gather(told) == labels.gather(loose["side"])).fill_null(False)
    sides = pl.concat(
        [
            anchored.with_columns(right="side"),
            loose.with_columns(right=told).filter(is_held),
        ]
    )
    return sides.join(held, on=["hub", "side"])


def _ordered(clusters: Clusters) -> pl.DataFrame:
    return clusters.always.select(
        pl.col("left").cast(pl.UInt32),
        pl.col("right").cast(pl.UInt32),
        rule=pl.lit("always_link", WORD),
        is_strong=pl.lit(True),
        source=pl.lit("ledger", WORD),
        file=pl.lit("overrides.csv", WORD),
        line=pl.col("row").cast(pl.Int64),
    )


def _in_words(judged: pl.DataFrame, evidence: Evidence, hashes: NodeHashes) -> pl.DataFrame:
    named = {}
    for end in PAIR:
        nodes = judged[end]
        named[f"{end}_namespace"] = evidence.nodes["namespace"].cast(WORD).gather(nodes)
        named[f"{end}_scope"] = evidence.nodes["scope"].cast(WORD).gather(nodes)
        named[f"{end}_identifier_hash"] = hashes.digests.gather(nodes)
    strength = pl.when("is_strong").then(pl.lit("strong")).otherwise(pl.lit("candidate"))
    return judged.select(
        *(pl.col(column) for column in PACKED_LINKS if column in judged.columns),
        strength=strength.cast(WORD),
        **named,
    ).select(PACKED_LINKS.names())
