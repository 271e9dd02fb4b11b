"""Who is seen beside each phone, email and device: account cores, and records without accounts.

Which of them really hold it is decided in `siyu.identity.holders`.
"""

from dataclasses import dataclass

import polars as pl

from siyu.identity.attributes import Attributes, best_birthday, best_name
from siyu.identity.cores import Cores
from siyu.identity.evidence import Evidence
from siyu.identity.rules import IdentityRules

VERTICES = 2**31  # more than any brand has; two vertices fit into one number


@dataclass(frozen=True)
class Sides:
    """What stands beside each hub (a contact, a device, an account somebody only typed).

    A side is the core of the account a record names or, for records that name none, the group
    of records with the same only hub and the same name: ``side`` = core node, or number of nodes
    plus number of the group.

    Attributes:
        sides: One row per hub and side: ``hub``, ``side``, ``is_group``, ``is_strong``,
            ``support`` (records), ``first_at``, ``last_at``, ``name_number`` (the name that
            speaks for this side at this hub), ``own_name_number`` (of the core, whatever the
            hub), ``birthday``, ``person`` (node that names a person).
        group_records: One row per record that names no account: ``record``, ``side``, ``hub``
            (its most telling one), ``seen_at``.
        cores: One row per core with attributes: ``side``, ``name_number``, ``birthday``,
            ``person``.
        group_count: Number of groups.
    """

    sides: pl.DataFrame
    group_records: pl.DataFrame
    cores: pl.DataFrame
    group_count: int


def gather_sides(
    evidence: Evidence, cores: Cores, attributes: Attributes, rules: IdentityRules
) -> Sides:
    """Gather the sides of every hub.

    Args:
        evidence: Numbered observations.
        cores: Accounts grouped by account evidence.
        attributes: Numbered names and birthdays.
        rules: Settings of identity resolution.
    """
    labels = pl.Series("core", cores.labels)
    sighted = evidence.observations.filter(
        ~pl.col("is_blocked") & ((pl.col("role") != "account") | ~pl.col("is_strong"))
    ).join(cores.anchors, on="record", how="left")
    anchored = sighted.filter(pl.col("anchor").is_not_null()).with_columns(
        side=labels.gather(sighted["anchor"].drop_nulls())
    )
    own = _core_attributes(evidence, cores, attributes, labels, rules)
    groups, group_records = _group_records(
        sighted.filter(pl.col("anchor").is_null()), attributes, evidence
    )
    loose = sighted.filter(pl.col("anchor").is_null()).join(
        group_records.select("record", "side"), on="record"
    )
    sides = pl.concat(
        [
            _core_sides(anchored, attributes, own),
            _summed(loose, is_group=True)
            .join(groups, on="side")
            .with_columns(own_name_number=pl.lit(None, pl.UInt32), person=pl.lit(None, pl.UInt32)),
            _own_accounts(sighted, evidence, labels, own),
        ],
        how="diagonal",
    )
    return Sides(sides=sides, group_records=group_records, cores=own, group_count=groups.height)


def _summed(sighted: pl.DataFrame, *, is_group: bool) -> pl.DataFrame:
    return (
        sighted.group_by("side", hub="node")
        .agg(
            is_strong=pl.col("is_strong").any(),
            support=pl.len().cast(pl.Int64),
            first_at=pl.col("seen_at").min(),
            last_at=pl.col("seen_at").max(),
        )
        .with_columns(pl.col("side", "hub").cast(pl.Int64), is_group=pl.lit(is_group))
    )


def _core_sides(anchored: pl.DataFrame, attributes: Attributes, own: pl.DataFrame) -> pl.DataFrame:
    # a typed phone's record tells whose it is: the receiver's name, the remark's, the survey's
    typed = anchored.filter(~pl.col("is_strong")).select(
        "record", place=pl.col("node").cast(pl.Int64) * VERTICES + pl.col("side")
    )
    beside = best_name(typed.join(attributes.names, on="record"), "place").select(
        "name_number", hub=pl.col("place") // VERTICES, side=pl.col("place") % VERTICES
    )
    own_names = own.select(
        "side", "person", "birthday", own_name_number="name_number", ordered_name="receiver_number"
    )
    strong = pl.col("is_strong")
    return (
        _summed(anchored, is_group=False)
        .join(beside, on=["hub", "side"], how="left")
        .join(own_names, on="side", how="left")
        .with_columns(
            # an account holds a verified phone itself, whoever its orders are sent to
            name_number=pl.when(strong)
            .then("own_name_number")
            .otherwise(pl.coalesce("name_number", "own_name_number", "ordered_name")),
            own_name_number=pl.coalesce("own_name_number", "ordered_name"),
        )
        .drop("ordered_name")
    )


def _own_accounts(
    sighted: pl.DataFrame, evidence: Evidence, labels: pl.Series, own: pl.DataFrame
) -> pl.DataFrame:
    """An account somebody typed is held by its own core, when platforms know it too."""
    typed = sighted.filter(pl.col("role") == "account")["node"].unique()
    held = evidence.observations.filter(
        (pl.col("role") == "account") & pl.col("is_strong") & pl.col("node").is_in(typed.implode())
    )
    summed = _summed(held.with_columns(side=labels.gather(held["node"])), is_group=False)
    names = own.select("side", "person", "birthday", "name_number")
    return summed.join(names, on="side", how="left").with_columns(own_name_number="name_number")


def _core_attributes(
    evidence: Evidence,
    cores: Cores,
    attributes: Attributes,
    labels: pl.Series,
    rules: IdentityRules,
) -> pl.DataFrame:
    """Name, receivers' name, birthday and person of every core that has any of them."""
    sides = cores.anchors.select("record", side=labels.gather(cores.anchors["anchor"]))
    named = attributes.names.join(sides, on="record")
    names = best_name(named.filter(~pl.col("is_receiver")), "side")
    receivers = best_name(named.filter(pl.col("is_receiver")), "side").rename(
        {"name_number": "receiver_number"}
    )
    birthdays = best_birthday(attributes.birthdays.join(sides, on="record"), "side")
    naming = [name for name, rule in rules.namespaces.items() if rule.names_a_person]
    people = _people(evidence, labels, naming)
    keyed = pl.concat([frame.select("side") for frame in (names, receivers, birthdays, people)])
    gathered = keyed.unique()
    for frame in (names, receivers, birthdays, people):
        gathered = gathered.join(frame, on="side", how="left")
    return gathered


def _people(evidence: Evidence, labels: pl.Series, naming: list[str]) -> pl.DataFrame:
    nodes = evidence.nodes.filter(
        pl.col("namespace").cast(pl.String).is_in(naming) & pl.col("blocked_reason").is_null()
    )
    return (
        nodes.select(person="node", side=labels.gather(nodes["node"]))
        .group_by("side")
        .agg(pl.col("person").min())
    )


def _group_records(
    loose: pl.DataFrame, attributes: Attributes, evidence: Evidence
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Group records that name no account by their most telling hub and their name."""
    only = ~pl.col("record").is_duplicated()
    several = (
        loose.filter(~only)
        .sort("record", pl.col("is_strong").not_(), "node")
        .unique("record", keep="first", maintain_order=True)
    )
    # a record with several contacts stands for itself: two of them, alike in one contact, say
    # nothing of each other's other contacts
    alone = evidence.records["record_hash"].gather(several["record"]).alias("alone")
    parts = [loose.filter(only).with_columns(alone=pl.lit(None, pl.UInt64)), several]
    hubs = pl.concat([parts[0], parts[1].with_columns(alone)]).select(
        "record", "seen_at", "alone", hub=pl.col("node").cast(pl.Int64)
    )
    named = hubs.join(
        best_name(attributes.names.join(hubs.select("record"), on="record"), "record"),
        on="record",
        how="left",
    )
    keys = ["hub", "name_number", "alone"]
    groups = (
        named.select(keys)
        .unique()
        .sort(keys, nulls_last=False)
        .with_columns(side=pl.int_range(pl.len()) + evidence.nodes.height)
    )
    records = named.join(groups, on=keys, nulls_equal=True)
    birthdays = best_birthday(attributes.birthdays.join(records, on="record"), "side")
    return (
        groups.join(birthdays, on="side", how="left").drop("hub", "alone"),
        records.select("record", "side", "hub", "seen_at"),
    )
