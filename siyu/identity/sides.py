"""Who is seen beside each phone, email and device: account cores, and records without accounts.

Which of them really hold it is decided in `siyu.identity.holders`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.identity.attributes import Attributes, best_birthday, best_name
from siyu.identity.components import as_vertices
from siyu.identity.cores import Cores
from siyu.identity.dense import count_of, is_among, look_up
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
            hub), ``own_name_is_ordered`` (only receivers tell it), ``birthday``, ``person`` (node
            that names a person).
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
    )
    placed = sighted.with_columns(side=cores.of_records.gather(sighted["record"]))
    with ThreadPoolExecutor() as beside:
        grouping = beside.submit(_sides_of_groups, placed, attributes, evidence)
        own = _core_attributes(evidence, cores, attributes, labels, rules)
        anchored = placed.filter(pl.col("side").is_not_null())
        of_cores = [
            _core_sides(anchored, attributes, own),
            _own_accounts(sighted, evidence, labels, own),
        ]
        of_groups, group_records, group_count = grouping.result()
    sides = pl.concat([*of_cores, of_groups], how="diagonal")
    return Sides(sides=sides, group_records=group_records, cores=own, group_count=group_count)


def _sides_of_groups(
    placed: pl.DataFrame, attributes: Attributes, evidence: Evidence
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Sides of the records that name no account, these records, and how many groups they form."""
    loose = placed.filter(pl.col("side").is_null()).drop("side")
    groups, records = _group_records(loose, attributes, evidence)
    loose = loose.with_columns(look_up(records.select("record", "side"), "record", loose["record"]))
    return _group_sides(loose, groups), records, groups.height


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
    summed = _summed(anchored, is_group=False).join(beside, on=["hub", "side"], how="left")
    return (
        summed.with_columns(look_up(own_names, "side", summed["side"]))
        .with_columns(
            # an account holds a verified phone itself, whoever its orders are sent to
            name_number=pl.when(strong)
            .then("own_name_number")
            .otherwise(pl.coalesce("name_number", "own_name_number", "ordered_name")),
            own_name_is_ordered=pl.col("own_name_number").is_null(),
            own_name_number=pl.coalesce("own_name_number", "ordered_name"),
        )
        .drop("ordered_name")
    )


def _group_sides(loose: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    summed = _summed(loose, is_group=True)
    nobody = pl.lit(None, pl.UInt32)
    return summed.with_columns(
        look_up(groups, "side", summed["side"]), own_name_number=nobody, person=nobody
    )


def _own_accounts(
    sighted: pl.DataFrame, evidence: Evidence, labels: pl.Series, own: pl.DataFrame
) -> pl.DataFrame:
    """An account somebody typed is held by its own core, when platforms know it too."""
    typed = sighted.filter(pl.col("role") == "account")["node"]
    observed = evidence.observations
    held = observed.filter(
        (pl.col("role") == "account") & pl.col("is_strong") & is_among(observed["node"], typed)
    )
    summed = _summed(held.with_columns(side=labels.gather(held["node"])), is_group=False)
    names = own.select("side", "person", "birthday", "name_number")
    return summed.with_columns(look_up(names, "side", summed["side"])).with_columns(
        own_name_number="name_number"
    )


def _core_attributes(
    evidence: Evidence,
    cores: Cores,
    attributes: Attributes,
    labels: pl.Series,
    rules: IdentityRules,
) -> pl.DataFrame:
    """Name, receivers' name, birthday and person of every core that has any of them."""
    named = _of_cores(attributes.names, cores)
    names = best_name(named.filter(~pl.col("is_receiver")), "side")
    receivers = best_name(named.filter(pl.col("is_receiver")), "side").rename(
        {"name_number": "receiver_number"}
    )
    birthdays = best_birthday(_of_cores(attributes.birthdays, cores), "side")
    naming = [name for name, rule in rules.namespaces.items() if rule.names_a_person]
    people = _people(evidence, labels, naming)
    told = (names, receivers, birthdays, people)
    is_told = np.zeros(len(cores.labels), dtype=np.bool_)
    for frame in told:
        is_told[as_vertices(frame["side"])] = True
    sides = pl.Series("side", np.flatnonzero(is_told))
    return pl.DataFrame(sides).with_columns(
        column for frame in told for column in look_up(frame, "side", sides)
    )


def _of_cores(said: pl.DataFrame, cores: Cores) -> pl.DataFrame:
    """What records of accounts say, with the core of each as ``side``."""
    return said.with_columns(side=cores.of_records.gather(said["record"])).drop_nulls("side")


def _people(evidence: Evidence, labels: pl.Series, naming: list[str]) -> pl.DataFrame:
    nodes = evidence.nodes.filter(
        pl.col("namespace").is_in(naming) & pl.col("blocked_reason").is_null()
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
    only = pl.Series(count_of(loose["record"]) == 1)
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
    names = attributes.names.filter(is_among(attributes.names["record"], hubs["record"]))
    named = hubs.with_columns(look_up(best_name(names, "record"), "record", hubs["record"]))
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
