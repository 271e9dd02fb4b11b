"""From observations to clusters: every guard of the design in its order.

Input and output are numbers; ids of customers are given in `siyu.identity.registry`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.errors import SiyuError
from siyu.identity.attributes import Attributes
from siyu.identity.comparison import judge_pairs
from siyu.identity.components import Vertices, as_vertices, label_components
from siyu.identity.contacts import judge_contacts
from siyu.identity.cores import Cores, build_cores
from siyu.identity.evidence import Evidence
from siyu.identity.guards import (
    APART_SCHEMA,
    KINDS_SCHEMA,
    ORDERED,
    VERIFIED,
    Guards,
    limits_of_nodes,
)
from siyu.identity.kruskal import EDGE_SCHEMA, unite_within_guards
from siyu.identity.masking import describe_node
from siyu.identity.overrides import Orders
from siyu.identity.rules import IdentityRules


class ClusterTooLargeError(SiyuError):
    """So much hangs together that a shared identifier must have slipped through."""


@dataclass(frozen=True)
class Clusters:
    """Who belongs together.

    Attributes:
        labels: Per vertex the smallest vertex of its cluster. Vertices: nodes, then groups of
            records, then former and second holders of contacts.
        is_somebody: Per vertex, whether its cluster is a customer: it holds an account, or a
            contact that at least one side holds today.
        cores: Accounts grouped by account evidence.
        group_records: One row per record that names no account: ``record``, ``side``.
        account_links: Links between accounts with ``blocked_reason``.
        verdicts: Verdicts about contacts, ``blocked_reason`` including the guarded pass.
        always: Ordered links with ``row`` and ``blocked_reason``.
    """

    labels: Vertices
    is_somebody: NDArray[np.bool_]
    cores: Cores
    group_records: pl.DataFrame
    account_links: pl.DataFrame
    verdicts: pl.DataFrame
    always: pl.DataFrame


def build_clusters(
    evidence: Evidence, attributes: Attributes, orders: Orders, rules: IdentityRules
) -> Clusters:
    """Decide who belongs together.

    Args:
        evidence: Numbered observations.
        attributes: Numbered names and birthdays.
        orders: Overrides in node numbers.
        rules: Settings of identity resolution.

    Raises:
        ClusterTooLargeError: A cluster is larger than ``largest_component``.
    """
    kinds = limits_of_nodes(evidence.nodes, rules)
    cores = build_cores(evidence, Guards(kinds, orders.never), orders.always, rules)
    contacts = judge_contacts(evidence, cores, attributes, orders.never, rules)
    edges = _edges(cores, contacts.verdicts, orders)
    count = contacts.vertex_count
    plain = label_components(
        as_vertices(edges["left"]), as_vertices(edges["right"]), vertex_count=count
    )
    _refuse_giants(plain, evidence, rules)
    apart = [orders.never, _contradictions(plain, contacts.cores, attributes.parsed)]
    guards = Guards(_with_holders(kinds, contacts.verdicts), pl.concat(apart))
    labels, refused = unite_within_guards(edges, guards, plain)
    judged = edges.with_columns(refused)
    verdicts = _with_refusals(contacts.verdicts, judged.filter(pl.col("origin") == "contact"))
    return Clusters(
        labels=labels,
        is_somebody=_somebody(labels, evidence, verdicts),
        cores=cores,
        group_records=contacts.group_records,
        account_links=_account_links(cores, judged),
        verdicts=verdicts,
        always=judged.filter(pl.col("origin") == "always").join(
            orders.always, on=["left", "right"]
        ),
    )


def _edges(cores: Cores, verdicts: pl.DataFrame, orders: Orders) -> pl.DataFrame:
    used = pl.col("blocked_reason").is_null()
    accounts = cores.links.filter(used & (pl.col("edge_class") != ORDERED))
    always = orders.always.select("left", "right").with_columns(
        edge_class=pl.lit(ORDERED), support=pl.lit(0), first_at=pl.lit(None, pl.Datetime("us"))
    )
    contacts = verdicts.filter(used).select(
        "edge_class", "support", "first_at", left="side", right="hub_vertex"
    )
    named = (("account", accounts), ("always", always), ("contact", contacts))
    return pl.concat(
        [
            edges.cast(EDGE_SCHEMA).select(EDGE_SCHEMA.names()).with_columns(origin=pl.lit(origin))
            for origin, edges in named
        ]
    )


def _refuse_giants(plain: Vertices, evidence: Evidence, rules: IdentityRules) -> None:
    labels, sizes = np.unique(plain, return_counts=True)
    giants = labels[sizes > rules.largest_component]
    if not len(giants):
        return
    members = evidence.nodes.with_columns(label=pl.Series(plain[: evidence.nodes.height])).filter(
        pl.col("label") == int(giants[0])
    )
    seen = evidence.observations.group_by("node").agg(records=pl.len())
    hubs = members.join(seen, on="node").sort("records", "node", descending=[True, False]).head(5)
    named = "; ".join(
        f"{describe_node(namespace, identifier)} in {records} records"
        for namespace, identifier, records in hubs.select(
            "namespace", "identifier", "records"
        ).iter_rows()
    )
    raise ClusterTooLargeError(
        f"A cluster holds {int(sizes.max())} identifiers and groups of records, more than "
        f"largest_component = {rules.largest_component} in config/identity.yml. "
        f"Most seen in it: {named}. Put shared ones on a block list, or raise the limit."
    )


def _contradictions(plain: Vertices, cores: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    """Pairs of cores in one component whose names, birthdays or people contradict."""
    telling = pl.any_horizontal(pl.col("name_number", "birthday", "person").is_not_null())
    fields = ("name_number", "birthday", "person")
    placed = (
        cores.filter(telling)
        .select("side", *fields)
        .with_columns(component=pl.Series(plain[as_vertices(cores.filter(telling)["side"])]))
        .filter(pl.struct(fields).n_unique().over("component") > 1)
    )
    pairs = placed.join(placed, on="component", suffix="_other").filter(
        pl.col("side") < pl.col("side_other")
    )
    renamed = pairs.rename({f"{field}_other": f"other_{field}" for field in fields})
    judged = judge_pairs(renamed, parsed).filter(pl.col("veto").is_not_null())
    return judged.select(
        left="side", right="side_other", reason="veto", from_class=pl.lit(VERIFIED, pl.Int8)
    ).cast(APART_SCHEMA)


def _with_holders(kinds: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Limits of hubs count for their former and second holders too."""
    clones = verdicts.filter(pl.col("hub_vertex") != pl.col("hub")).select("hub", "hub_vertex")
    extra = clones.unique().join(kinds, left_on="hub", right_on="vertex")
    return pl.concat([kinds, extra.rename({"hub_vertex": "vertex"}).select(KINDS_SCHEMA.names())])


def _with_refusals(verdicts: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    refused = judged.filter(pl.col("blocked_reason").is_not_null()).select(
        side="left", hub_vertex="right", refusal=pl.col("blocked_reason").cast(pl.Categorical)
    )
    return (
        # the strength of a link is asked no more
        verdicts.drop("edge_class", "support")
        .join(refused, on=["side", "hub_vertex"], how="left")
        .with_columns(blocked_reason=pl.coalesce("blocked_reason", "refusal"))
        .drop("refusal")
    )


def _account_links(cores: Cores, judged: pl.DataFrame) -> pl.DataFrame:
    final = judged.filter(pl.col("origin") == "account").select(
        "left", "right", refusal="blocked_reason"
    )
    return (
        cores.links.filter(pl.col("edge_class") != ORDERED)
        .join(final, on=["left", "right"], how="left")
        .with_columns(blocked_reason=pl.coalesce("blocked_reason", "refusal"))
        .drop("refusal")
    )


def _somebody(labels: Vertices, evidence: Evidence, verdicts: pl.DataFrame) -> NDArray[np.bool_]:
    accounts = evidence.observations.filter(
        (pl.col("role") == "account") & pl.col("is_strong") & ~pl.col("is_blocked")
    )["node"].unique()
    # orders of a number that has gone to somebody else since, and of no account: nobody known
    is_present = pl.col("hub_vertex") == pl.col("hub")
    held = verdicts.filter(pl.col("blocked_reason").is_null() & is_present)["hub"].unique()
    somebody = np.zeros(len(labels), dtype=np.bool_)
    for vertices in (accounts, held):
        somebody[labels[as_vertices(vertices)]] = True
    return somebody[labels]
