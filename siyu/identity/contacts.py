"""Phones, emails and devices from first to last guard: who holds each of them, and when."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.identity.attributes import Attributes
from siyu.identity.components import as_vertices
from siyu.identity.cores import Cores
from siyu.identity.dense import is_among
from siyu.identity.evidence import Evidence
from siyu.identity.fan_out import mark_shared
from siyu.identity.guards import kinds_of
from siyu.identity.holders import judge_sides
from siyu.identity.receivers import refuse_unclear_receivers
from siyu.identity.rules import IdentityRules
from siyu.identity.sides import Sides, gather_sides
from siyu.identity.tenures import assign_tenures, place_silent_sides, refuse_undated

# what is still asked of a verdict; the rest would lie about until the tables are made.
# Reasons are Categorical: words of which there are few take a quarter of the memory
VERDICT = [
    *("hub", "side", "is_group", "tenure", "round", "hub_vertex", "edge_class"),
    *("support", "first_at", "fan_out", "is_shared_by_holders", "is_gift", "is_device"),
    *("first_refusal", "blocked_reason"),
]


@dataclass(frozen=True)
class Contacts:
    """What was decided about contacts and devices.

    Attributes:
        verdicts: One row per hub and side, columns of ``VERDICT``; ``hub_vertex`` is the hub in
            this tenure, held by this person.
        group_records: One row per record that names no account: ``record``, ``side``.
        cores: Names, birthday and person per core.
        vertex_count: Vertices of nodes, groups and hub vertices together.
    """

    verdicts: pl.DataFrame
    group_records: pl.DataFrame
    cores: pl.DataFrame
    vertex_count: int


def judge_contacts(
    evidence: Evidence,
    cores: Cores,
    attributes: Attributes,
    never: pl.DataFrame,
    rules: IdentityRules,
) -> Contacts:
    """Decide who holds each contact and device.

    Args:
        evidence: Numbered observations.
        cores: Accounts grouped by account evidence.
        attributes: Numbered names and birthdays.
        never: Pairs of nodes a person parted, ``left`` and ``right``.
        rules: Settings of identity resolution.
    """
    gathered = gather_sides(evidence, cores, attributes, rules)
    sides, group_records, first_free = _with_tenures(gathered, evidence, attributes, rules)
    shared = mark_shared(sides, _core_kinds(evidence, cores), attributes.parsed, rules)
    devices = _nodes_of(evidence, rules.with_role("device"))
    marked = _refuse_parted(_with_identified(shared), never, cores)
    marked = refuse_undated(refuse_unclear_receivers(marked, attributes.parsed))
    marked = marked.with_columns(is_device=is_among(marked["hub"], devices))
    verdicts = _number_hubs(judge_sides(marked, attributes.parsed, rules.typed_contact), first_free)
    top = verdicts["hub_vertex"].max()
    return Contacts(
        verdicts=verdicts.select(VERDICT),
        group_records=group_records.select("record", "side"),
        cores=gathered.cores,
        vertex_count=max(first_free, int(str(top)) + 1 if top is not None else 0),
    )


def _with_tenures(
    gathered: Sides, evidence: Evidence, attributes: Attributes, rules: IdentityRules
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    contacts = _nodes_of(evidence, rules.with_role("contact"))
    first_free = evidence.nodes.height + gathered.group_count
    tenured = assign_tenures(gathered.sides, attributes.parsed, contacts, rules)
    sides, records = place_silent_sides(tenured, gathered.group_records, first_free=first_free)
    highest = sides["side"].max()
    return sides, records, max(first_free, int(str(highest)) + 1 if highest is not None else 0)


def _nodes_of(evidence: Evidence, namespaces: list[str]) -> pl.Series:
    chosen = pl.col("namespace").cast(pl.String).is_in(namespaces)
    return evidence.nodes.filter(chosen)["node"].cast(pl.Int64)


def _core_kinds(evidence: Evidence, cores: Cores) -> pl.DataFrame:
    """Per node its core and its kind (namespace and scope)."""
    return pl.DataFrame({"side": cores.labels, "kind": kinds_of(evidence.nodes)})


def _with_identified(sides: pl.DataFrame) -> pl.DataFrame:
    """Mark cores known by a person's account or by a verified contact other than this hub."""
    vertices, is_strong = as_vertices(sides["side"]), sides["is_strong"].to_numpy()
    verified = np.bincount(vertices, weights=is_strong, minlength=1)[vertices]
    elsewhere = pl.Series(verified - is_strong > 0)
    return sides.with_columns(has_own_contact=~pl.col("is_group") & elsewhere).with_columns(
        is_identified=pl.col("has_own_contact")
        | (~pl.col("is_group") & pl.col("person").is_not_null())
    )


def _refuse_parted(sides: pl.DataFrame, never: pl.DataFrame, cores: Cores) -> pl.DataFrame:
    labels = pl.Series(cores.labels)
    both = [
        never.select(hub=hub, side=labels.gather(never[other].cast(pl.UInt32)))
        for hub, other in (("left", "right"), ("right", "left"))
    ]
    parted = (
        pl.concat(both).unique().with_columns(blocked_reason=pl.lit("never_link", pl.Categorical))
    )
    if parted.is_empty():
        return sides.with_columns(blocked_reason=pl.lit(None, pl.Categorical))
    return sides.join(parted, on=["hub", "side"], how="left")


def _number_hubs(verdicts: pl.DataFrame, first_free: int) -> pl.DataFrame:
    """Give former and second holders of a hub a vertex of their own."""
    keys = ["hub", "tenure", "round"]
    is_held = pl.col("blocked_reason").is_null()
    later = verdicts.filter(is_held & ((pl.col("tenure") > 0) | (pl.col("round") > 0)))
    has_others = pl.col("hub").is_in(later["hub"].unique().implode())
    held = (
        verdicts.filter(is_held & has_others)
        .select(keys)
        .unique()
        .sort("hub", "round", pl.col("tenure").neg())
        .with_columns(order=pl.int_range(pl.len()).over("hub"))
    )
    # the present first holder is the hub itself
    numbered = held.with_columns(
        hub_vertex=pl.when(pl.col("order") == 0)
        .then("hub")
        .otherwise(first_free + (pl.col("order") > 0).cum_sum() - 1)
    ).drop("order")
    several = verdicts.filter(has_others).join(numbered, on=keys, how="left")
    return pl.concat(
        [
            verdicts.filter(~has_others).with_columns(hub_vertex="hub"),
            several.with_columns(hub_vertex=pl.when(is_held).then("hub_vertex").otherwise("hub")),
        ]
    )
