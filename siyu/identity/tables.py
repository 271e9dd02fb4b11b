"""The published tables of nodes, records and shared identifiers, from numbers back to words.

Links have their own module, `siyu.identity.links`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.identity.clusters import Clusters
from siyu.identity.components import Vertices, as_vertices
from siyu.identity.evidence import Evidence
from siyu.identity.hashes import NodeHashes
from siyu.identity.keys import order_of_keys
from siyu.identity.ledger import customer_ids
from siyu.identity.masking import mask_identifiers
from siyu.identity.merging import record_key

# spreads the tenures of one contact over the 64 bits of its key (golden ratio)
_TENURE_STEP = 0x1E3779B97F4A7C15
_SHOWN = 0x2545F4914F6CDD1D


@dataclass(frozen=True)
class Placement:
    """Where each record stands.

    Attributes:
        of_records: Per record its vertex; −1 = only blocked identifiers.
        vertices: One row per vertex that can be recognised again: ``vertex``, ``node``,
            ``tenure``, ``is_contact``, ``label``, ``weight``, ``first_seen_at``.
    """

    of_records: Vertices
    vertices: pl.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, clusters: Clusters) -> "Placement":
        """Place every record and list the vertices that carry numbers."""
        anchors, groups = clusters.cores.anchors, clusters.group_records
        placed = np.full(evidence.records.height, -1, dtype=np.int64)
        placed[as_vertices(anchors["record"])] = as_vertices(anchors["anchor"])
        placed[as_vertices(groups["record"])] = as_vertices(groups["side"])
        return cls(placed, _recognisable(evidence, clusters, placed))

    def members(self, hashes: NodeHashes) -> pl.DataFrame:
        """Vertices as `siyu.identity.registry.number_clusters` takes them.

        Args:
            hashes: Hash of every node.
        """
        own = hashes.keys.gather(self.vertices["node"]).alias("key")
        # a contact stands with its present holder: who was it shown for, whatever the tenure
        is_shown = pl.col("is_contact") & (pl.col("vertex") == pl.col("node"))
        return self.vertices.with_columns(own).select(
            "label",
            "weight",
            "first_seen_at",
            node_key=pl.col("key") ^ (pl.col("tenure") * _TENURE_STEP),
            tenure="tenure",
            first_key=pl.when(is_shown).then("key"),
            shown_key=pl.when(is_shown).then(shown_key(pl.col("key"))),
        )


def shown_key(key: pl.Expr) -> pl.Expr:
    """Key under which the registry keeps whom a contact is shown for.

    Args:
        key: First 64 bits of the identifier's hash.
    """
    return key ^ _SHOWN


def _recognisable(evidence: Evidence, clusters: Clusters, placed: Vertices) -> pl.DataFrame:
    held = clusters.verdicts.filter(pl.col("blocked_reason").is_null())
    later = held.filter(
        (pl.col("round") == 0) & (pl.col("tenure") > 0) | (pl.col("hub_vertex") != pl.col("hub"))
    )
    firsts = later.filter(pl.col("round") == 0).select("hub_vertex", "hub", "tenure").unique()
    hubs = clusters.verdicts["hub"].unique().implode()
    present = (
        evidence.nodes.filter(pl.col("blocked_reason").is_null())
        .select(vertex=pl.col("node").cast(pl.Int64), node="node")
        .with_columns(is_contact=pl.col("vertex").is_in(hubs))
        .join(firsts.select(vertex="hub_vertex", tenure="tenure"), on="vertex", how="left")
        .with_columns(pl.col("tenure").fill_null(0))
    )
    former = firsts.filter(pl.col("hub_vertex") != pl.col("hub")).select(
        vertex="hub_vertex",
        node=pl.col("hub").cast(pl.UInt32),
        is_contact=pl.lit(True),
        tenure="tenure",
    )
    vertices = pl.concat([present, former])
    vertices = vertices.filter(pl.Series(clusters.is_somebody).gather(vertices["vertex"]))
    weights = _weights(held, placed, len(clusters.labels))
    return vertices.with_columns(
        label=pl.Series(clusters.labels).gather(vertices["vertex"]),
        weight=pl.Series(weights).gather(vertices["vertex"]),
        first_seen_at=evidence.nodes["first_seen_at"].gather(vertices["node"]),
    ).sort("vertex")


def _weights(held: pl.DataFrame, placed: Vertices, vertex_count: int) -> Vertices:
    """One and the records each vertex stands for; those without accounts count for their hub."""
    hubs = held.filter("is_group").group_by("side").agg(pl.col("hub_vertex").min())
    counted_for = np.arange(vertex_count)
    counted_for[as_vertices(hubs["side"])] = as_vertices(hubs["hub_vertex"])
    counts = np.bincount(counted_for[placed[placed >= 0]], minlength=vertex_count)
    weights: Vertices = counts + 1
    return weights


def node_table(
    nodes: pl.DataFrame, verdicts: pl.DataFrame, hashes: NodeHashes, numbers: pl.Series
) -> pl.DataFrame:
    """One row per identifier: whose it is, or why it is nobody's.

    Args:
        nodes: Numbered identifiers, as ``Evidence.nodes``.
        verdicts: Verdicts about contacts, as ``Clusters.verdicts``.
        hashes: Hash of every node.
        numbers: Customer number of every vertex.

    Returns:
        ``identity_nodes``, packed (`siyu.identity.packing`). ``held_since`` of a contact that
        passed to another person tells since when it is the present holder's; null = always.
    """
    refused = (
        verdicts.filter(pl.col("blocked_reason").is_not_null())
        .group_by(node=pl.col("hub").cast(pl.UInt32))
        .agg(refusal=pl.col("blocked_reason").min().cast(pl.String))
    )
    passed = (
        verdicts.filter(
            pl.col("blocked_reason").is_null()
            & (pl.col("tenure") > 0)
            & (pl.col("round") == 0)
            & (pl.col("hub_vertex") == pl.col("hub"))
        )
        .group_by(node=pl.col("hub").cast(pl.UInt32))
        .agg(held_since=pl.col("first_at").min())
    )
    told = (
        nodes.with_columns(
            identifier_hash=hashes.digests,
            number=numbers.slice(0, nodes.height),
        )
        .join(refused, on="node", how="left", maintain_order="left")
        .join(passed, on="node", how="left", maintain_order="left")
    )
    is_blocked = pl.col("number").is_null() | pl.col("blocked_reason").is_not_null()
    return told.select(
        pl.col("namespace", "scope").cast(pl.String),
        "identifier",
        "identifier_hash",
        identifier_masked=mask_identifiers(pl.col("identifier")),
        customer_id=customer_ids(pl.when(~is_blocked).then("number")),
        first_seen_at="first_seen_at",
        last_seen_at="last_seen_at",
        is_blocked=is_blocked,
        blocked_reason=pl.when(is_blocked).then(
            pl.coalesce("blocked_reason", "refusal", pl.lit("never_alone"))
        ),
        held_since="held_since",
    )


def record_table(record_ids: pl.Series, placed: Vertices, numbers: pl.Series) -> pl.DataFrame:
    """One row per record: whose it is; null = nobody known.

    The same records make the same table, in the same order.

    Args:
        record_ids: Ids in order of the numbers of records.
        placed: Per record its vertex, as ``Placement.of_records``.
        numbers: Customer number of every vertex.
    """
    owners = numbers.gather(pl.Series(placed).replace(-1, None))
    records = pl.DataFrame(record_ids).with_columns(customer_id=customer_ids(pl.lit(owners)))
    return records[order_of_keys(records.select(record_key()).to_series().to_numpy())]


def shared_table(nodes: pl.DataFrame, verdicts: pl.DataFrame, hashes: NodeHashes) -> pl.DataFrame:
    """One row per identifier too many people use, the most shared first.

    Args:
        nodes: Numbered identifiers, as ``Evidence.nodes``.
        verdicts: Verdicts about contacts, as ``Clusters.verdicts``.
        hashes: Hash of every node.
    """
    shared = (
        verdicts.filter(pl.col("fan_out").is_not_null())
        .group_by(node=pl.col("hub").cast(pl.UInt32))
        .agg(pl.col("fan_out").max(), pl.col("is_shared_by_holders").any())
    )
    named = nodes[shared["node"]].select(
        pl.col("namespace", "scope").cast(pl.String),
        identifier_hash=hashes.digests.gather(shared["node"]),
        identifier_masked=mask_identifiers(pl.col("identifier")),
        fan_out=shared["fan_out"],
        reason=pl.when(shared["is_shared_by_holders"])
        .then(pl.lit("verified for too many customers"))
        .otherwise(pl.lit("seen beside too many customers")),
    )
    return in_order_of_sharing(named)


def in_order_of_sharing(shared: pl.DataFrame) -> pl.DataFrame:
    """Sort shared identifiers, the most shared first.

    Args:
        shared: ``identity_shared``.
    """
    return shared.sort("fan_out", "identifier_hash", descending=[True, False])
