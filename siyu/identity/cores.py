"""Cores: accounts that platforms themselves tie together, before any phone or email counts.

Whose a phone or an email is, is decided after, in `siyu.identity.holders`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.identity.components import Vertices, as_vertices, label_components
from siyu.identity.evidence import Evidence
from siyu.identity.guards import ACCOUNT, ORDERED, Guards
from siyu.identity.kruskal import EDGE_SCHEMA, unite_within_guards
from siyu.identity.rules import IdentityRules

NO_NODE = 2**32 - 1  # a node no brand has


@dataclass(frozen=True)
class Cores:
    """Accounts grouped by account evidence alone.

    Attributes:
        anchors: One row per record that names an account: ``record``, ``anchor`` (its most
            telling account).
        of_records: Per record, the core of its account; null where it names none.
        labels: Per node, the smallest node of its core; a contact is alone.
        links: One row per link between accounts, columns of ``EDGE_SCHEMA`` and
            ``blocked_reason``.
    """

    anchors: pl.DataFrame
    of_records: pl.Series
    labels: Vertices
    links: pl.DataFrame


def build_cores(
    evidence: Evidence, guards: Guards, ordered: pl.DataFrame, rules: IdentityRules
) -> Cores:
    """Group accounts by records that name several of them.

    Args:
        evidence: Numbered observations.
        guards: What no cluster may hold.
        ordered: Links a person ordered, ``left`` and ``right`` nodes.
        rules: Settings of identity resolution.
    """
    accounts = evidence.observations.filter(
        (pl.col("role") == "account") & pl.col("is_strong") & ~pl.col("is_blocked")
    )
    # nodes are numbered by priority, so the smallest is the most telling
    anchor_of = np.full(evidence.records.height, NO_NODE, dtype=np.uint32)
    records = accounts["record"].to_numpy()
    np.minimum.at(anchor_of, records, accounts["node"].to_numpy())
    seen = (
        accounts.with_columns(left=pl.Series(anchor_of[records]))
        .filter(pl.col("node") != pl.col("left"))
        .group_by("left", right="node")
        .agg(support=pl.len(), first_at=pl.col("seen_at").min())
        .with_columns(edge_class=pl.lit(ACCOUNT))
    )
    links = pl.concat(
        [
            links.cast(EDGE_SCHEMA).select(EDGE_SCHEMA.names())
            for links in (
                seen,
                _only_scopes(evidence.nodes, rules).join(seen, on=["left", "right"], how="anti"),
                _between_accounts(ordered, evidence),
            )
        ]
    )
    plain = label_components(
        as_vertices(links["left"]), as_vertices(links["right"]), vertex_count=evidence.nodes.height
    )
    labels, blocked = unite_within_guards(links, guards, plain)
    named = np.flatnonzero(anchor_of != NO_NODE)
    return Cores(
        anchors=pl.DataFrame({"record": named.astype(np.uint32), "anchor": anchor_of[named]}),
        of_records=_cores_of_records(anchor_of, labels),
        labels=labels,
        links=links.with_columns(blocked),
    )


def _cores_of_records(anchor_of: NDArray[np.uint32], labels: Vertices) -> pl.Series:
    # one label more, of the node nobody has
    extended = pl.Series("side", labels).extend_constant(None, 1)
    return extended.gather(pl.Series(np.minimum(anchor_of, np.uint32(len(labels)))))


def _only_scopes(nodes: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """Links an identifier seen without a scope to the same one in the only scope that knows it."""
    completed = [name for name, rule in rules.namespaces.items() if rule.completes_scope]
    usable = nodes.filter(
        pl.col("namespace").cast(pl.String).is_in(completed) & pl.col("blocked_reason").is_null()
    )
    scoped = (
        usable.filter(pl.col("scope") != "")
        .group_by("namespace", "identifier")
        .agg(pl.col("node").first().alias("right"), pl.len().alias("scopes"))
        .filter(pl.col("scopes") == 1)
    )
    return (
        usable.filter(pl.col("scope") == "")
        .join(scoped, on=["namespace", "identifier"])
        .select(
            left="node",
            right="right",
            edge_class=pl.lit(ACCOUNT),
            support=pl.lit(0),
            first_at="first_seen_at",
        )
    )


def _between_accounts(ordered: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    accounts = evidence.observations.filter(pl.col("role") == "account")["node"].unique()
    both = pl.col("left").is_in(accounts.implode()) & pl.col("right").is_in(accounts.implode())
    return ordered.filter(both).with_columns(
        edge_class=pl.lit(ORDERED), support=pl.lit(0), first_at=pl.lit(None, pl.Datetime("us"))
    )
