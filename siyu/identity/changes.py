"""What differs between last night's observations and tonight's, and what hangs together with it.

Works on hashes of rows, records and identifiers, so that observations stay on disk.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from siyu.identity.attributes import ATTRIBUTES_SCHEMA
from siyu.identity.evidence import (
    IDENTIFIERS_SCHEMA,
    SPEAKS_FIRST,
    Frame,
    blocked_reason,
    strength_of,
)
from siyu.identity.rules import IdentityRules

NODE = ["namespace", "scope", "identifier"]
START_SCHEMA = pl.Schema(dict.fromkeys(["record_id", *NODE], pl.String()))


@dataclass(frozen=True)
class Input:
    """What a resolution was, or is to be, made from.

    Attributes:
        identifiers: Columns of ``IDENTIFIERS_SCHEMA``; best a lazy frame of the Parquet file.
        attributes: Columns of ``ATTRIBUTES_SCHEMA``; lazy too.
        overrides: Columns of ``OVERRIDES_SCHEMA``.
    """

    identifiers: Frame
    attributes: Frame
    overrides: pl.DataFrame


@dataclass(frozen=True)
class Changes:
    """What differs between two inputs.

    Attributes:
        records: Records of which a row that decides came, went or changed: ``record``, their
            hashes as `record_hash` makes them, each once.
        start: Identifiers from which to look further, columns of ``START_SCHEMA``: those of
            changed records, old and new; ``record_id`` is null for ends of changed overrides.
        seen_later: Identifiers of records that were seen once more and say nothing new:
            ``NODE``, ``seen_later_at``.
    """

    records: pl.DataFrame
    start: pl.DataFrame
    seen_later: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether both inputs say the same, in whatever order."""
        return all(frame.is_empty() for frame in (self.records, self.start, self.seen_later))


@dataclass(frozen=True)
class Reach:
    """What hangs together with changes.

    Attributes:
        changes: What differs.
        junk: Identifiers that tie nobody, as `find_junk` returns them.
        records: ``record``, hashes of every record that is to be resolved again, each once.
    """

    changes: Changes
    junk: pl.DataFrame
    records: pl.DataFrame


def find_changes(before: Input, now: Input, rules: IdentityRules) -> Changes:
    """Compare two inputs; order and repetition of rows do not count.

    Args:
        before: What a resolution was made from.
        now: What is to be resolved.
        rules: Settings of identity resolution.
    """
    observed = _changed_records(before.identifiers, now.identifiers, IDENTIFIERS_SCHEMA)
    stated = _changed_records(before.attributes, now.attributes, ATTRIBUTES_SCHEMA)
    silent = observed.join(stated, on="record", how="anti")
    again = _seen_again(silent, before.identifiers, now.identifiers, rules)
    changed = pl.concat([observed, stated]).unique().join(again, on="record", how="anti")
    ends = _ends_of_changed_overrides(before.overrides, now.overrides)
    rows = (
        [_identifiers_of(changed, side.identifiers) for side in (before, now)]
        if changed.height
        else []
    )
    return Changes(
        changed,
        pl.concat([ends, *rows]).unique(),
        again.group_by(NODE).agg(seen_later_at=pl.col("last_at").max()),
    )


def _changed_records(before: Frame, now: Frame, schema: pl.Schema) -> pl.DataFrame:
    """Hashes of the records of which a row stands in one of two frames only: ``record``."""
    one, other = (_row_hashes(frame, schema) for frame in (before, now))
    return pl.concat(
        [
            rows.join(others, on="row", how="anti").select("record")
            for rows, others in ((one, other), (other, one))
        ]
    ).unique()


def _row_hashes(frame: Frame, schema: pl.Schema) -> pl.DataFrame:
    # one number per column, mixed: a fifth quicker than hashing the row as a struct
    mixed = pl.lit(0, pl.UInt64)
    for seed, (column, kind) in enumerate(schema.items()):
        mixed = mixed ^ pl.col(column).cast(kind).hash(seed)
    return frame.lazy().select(record=record_hash(), row=mixed).collect(engine="streaming")


def _seen_again(
    records: pl.DataFrame, before: Frame, now: Frame, rules: IdentityRules
) -> pl.DataFrame:
    """Rows of the records that differ only by when they were seen last, and that is later now.

    A last sight decides nothing: only ``last_seen_at`` of its identifiers tells of it.

    Args:
        records: ``record``, hashes of records.
        before: Observations before.
        now: Observations now.
        rules: Settings of identity resolution.
    """
    if records.is_empty():  # spares reading both
        return _speaking_rows(records, now, rules).clear()
    old, new = (_speaking_rows(records, side, rules) for side in (before, now))
    alike = new.join(
        old, on=[column for column in new.columns if column != "last_at"], nulls_equal=True
    ).filter(pl.col("last_at_right").is_null() | (pl.col("last_at") >= pl.col("last_at_right")))
    counts = [rows.group_by("record").len() for rows in (old, new, alike)]
    same = counts[0].join(counts[1], on=["record", "len"]).join(counts[2], on=["record", "len"])
    return new.join(same, on="record", how="semi")


def _speaking_rows(
    records: pl.DataFrame, observations: Frame, rules: IdentityRules
) -> pl.DataFrame:
    """One row per record and identifier: all that resolution reads of it."""
    told = (
        rows_of(observations, records)
        .with_columns(node_columns())
        .with_columns(strength_of(rules), record=record_hash())
        .filter(pl.col("strength") != "ignored")
        .with_columns(is_strong=pl.col("strength") == "strong")
        .collect(engine="streaming")
    )
    seen_at = pl.col("seen_at")
    return (
        told.with_columns(
            first_at=seen_at.min().over("record", *NODE),
            last_at=seen_at.max().over("record", *NODE),
        )
        .sort("record", *NODE, *SPEAKS_FIRST, nulls_last=True)
        .unique(["record", *NODE], keep="first", maintain_order=True)
    )


def _ends_of_changed_overrides(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    columns = before.columns
    said = pl.concat(
        [
            one.join(other, on=columns, how="anti", nulls_equal=True)
            for one, other in ((before, now), (now, before))
        ]
    )
    ends = [
        said.select(
            pl.lit(None, pl.String).alias("record_id"),
            *(pl.col(f"{end}_{field}").fill_null("").alias(field) for field in NODE),
        )
        for end in ("left", "right")
    ]
    return pl.concat(ends)


def _identifiers_of(records: pl.DataFrame, identifiers: Frame) -> pl.DataFrame:
    return (
        identifiers.lazy()
        .with_columns(record=record_hash())
        .join(records.lazy(), on="record", how="semi")
        .select("record_id", *node_columns())
        .collect(engine="streaming")
        .cast(START_SCHEMA)
    )


def find_reach(changes: Changes, now: Input, rules: IdentityRules) -> Reach:
    """Follow changes to everything that hangs together with them.

    Args:
        changes: What differs from what was resolved before.
        now: What is to be resolved.
        rules: Settings of identity resolution.
    """
    junk = find_junk(now.identifiers, rules)
    return Reach(changes, junk, connected_records(now, changes.start, junk, rules))


def start_from(identifiers: Frame, records: pl.DataFrame) -> pl.DataFrame:
    """Identifiers of some records, to look further from.

    Args:
        identifiers: Observations.
        records: ``record_id``.

    Returns:
        Columns of ``START_SCHEMA``.
    """
    return _identifiers_of(records.select(record=record_hash()), identifiers)


def find_junk(identifiers: Frame, rules: IdentityRules) -> pl.DataFrame:
    """Block-listed and unusable identifiers, which tie nobody.

    Args:
        identifiers: Observations.
        rules: Settings of identity resolution.

    Returns:
        One row per identifier with ``first_seen_at`` and ``last_seen_at`` in all records.
    """
    anywhere = any(entry.namespace is None for entry in rules.block_lists)
    listed = {
        name
        for name, rule in rules.namespaces.items()
        if anywhere or rule.usable or any(name == entry.namespace for entry in rules.block_lists)
    }
    rows = identifiers.lazy().filter(_strengths_that_count(rules))
    # patterns of one namespace need not be matched against all others
    parts = [
        rows.filter(pl.col("namespace").cast(pl.String) == namespace)
        .filter(blocked_reason(rules, namespace).is_not_null())
        .group_by(node_columns())
        .agg(first_seen_at=pl.col("seen_at").min(), last_seen_at=pl.col("seen_at").max())
        for namespace in sorted(listed)
    ]
    seen = {"first_seen_at": pl.Datetime("us"), "last_seen_at": pl.Datetime("us")}
    schema = pl.Schema({**dict.fromkeys(NODE, pl.String()), **seen})
    found = pl.collect_all(parts, engine="streaming") if parts else []
    return pl.concat([pl.DataFrame(schema=schema), *(rows.cast(schema) for rows in found)])


def _strengths_that_count(rules: IdentityRules) -> pl.Expr:
    ignored = [
        (pl.col("rule") == changed.rule) & (pl.col("namespace") == changed.namespace)
        for changed in rules.strengths
        if changed.strength == "ignored"
    ]
    return ~pl.any_horizontal(ignored) if ignored else pl.lit(True)


def connected_records(
    now: Input, start: pl.DataFrame, junk: pl.DataFrame, rules: IdentityRules
) -> pl.DataFrame:
    """Every record that hangs together with some records or identifiers.

    Args:
        now: What is to be resolved.
        start: Columns of ``START_SCHEMA``.
        junk: Identifiers that tie nobody.
        rules: Settings of identity resolution.

    Returns:
        ``record``, hashes of record ids as `record_hash` makes them, each once.
    """
    observed = (
        now.identifiers.lazy()
        .select(record=record_hash(), node=node_hash(rules))
        .collect(engine="streaming")
    )
    tied = _tied(now.overrides, rules)
    silent = junk.select(node=node_hash(rules))
    reached = start.select(node=node_hash(rules)).unique()
    own = start.drop_nulls("record_id").select(record=record_hash()).unique()
    known, records = reached, own.join(observed, on="record", how="semi")
    while reached.height:
        linking = reached.join(silent, on="node", how="anti")
        fresh = (
            observed.join(linking, on="node", how="semi")
            .select("record")
            .unique()
            .join(records, on="record", how="anti")
        )
        records = pl.concat([records, fresh])
        beside = observed.join(fresh, on="record", how="semi").select("node")
        ordered = tied.join(reached, on="node", how="semi").select(node="other")
        reached = pl.concat([beside, ordered]).unique().join(known, on="node", how="anti")
        known = pl.concat([known, reached])
    return records


def rows_of(frame: Frame, records: pl.DataFrame) -> pl.LazyFrame:
    """Rows of some records, left where they are until they are asked for.

    Args:
        frame: Rows with ``record_id``.
        records: What `connected_records` found.
    """
    columns = frame.lazy().collect_schema().names()
    return (
        frame.lazy()
        .with_columns(record=record_hash())
        .join(records.lazy(), on="record", how="semi")
        .select(columns)
    )


def record_hash() -> pl.Expr:
    """The hash of ``record_id``."""
    return pl.col("record_id").cast(pl.String).hash()


def node_columns() -> Iterable[pl.Expr]:
    """Columns of an identifier; a scope that is not told is empty."""
    namespace, scope, identifier = (pl.col(field).cast(pl.String) for field in NODE)
    return [namespace, scope.fill_null(""), identifier]


def node_hash(rules: IdentityRules, prefix: str = "") -> pl.Expr:
    """The hash of what ties an identifier's records.

    Args:
        rules: Settings of identity resolution.
        prefix: Of the three columns.
    """
    # an identifier without a scope may be the one of its only scope: both hang together
    completed = [name for name, rule in rules.namespaces.items() if rule.completes_scope]
    namespace = pl.col(f"{prefix}namespace").cast(pl.String)
    scope = pl.col(f"{prefix}scope").cast(pl.String).fill_null("")
    told = pl.when(namespace.is_in(completed)).then(pl.lit("")).otherwise(scope)
    return namespace.hash(1) ^ told.hash(2) ^ pl.col(f"{prefix}identifier").cast(pl.String).hash(3)


def _tied(overrides: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """Overrides both ways: ``node`` and ``other``, hashes of their ends."""
    left, right = node_hash(rules, "left_"), node_hash(rules, "right_")
    return pl.concat(
        [overrides.select(node=left, other=right), overrides.select(node=right, other=left)]
    )
