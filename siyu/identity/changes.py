"""What differs between last night's observations and tonight's.

Works on hashes of rows, records and identifiers, so that observations stay on disk. What hangs
together with a difference is found in `siyu.identity.reach`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from siyu.identity.attributes import ATTRIBUTES_SCHEMA
from siyu.identity.evidence import (
    IDENTIFIERS_SCHEMA,
    NODE,
    SPEAKS_FIRST,
    Frame,
    strength_of,
)
from siyu.identity.rules import IdentityRules

# records of which rows are compared one by one; of more it would cost what it spares
MOST_COMPARED = 500_000
START_SCHEMA = pl.Schema(dict.fromkeys(NODE, pl.String()))


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
        start: Identifiers from which to look further, ``NODE``: those that changed files tell of
            changed records, old and new, and the ends of changed overrides.
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
    if silent.height > MOST_COMPARED:
        silent = silent.clear()
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
        said.select(pl.col(f"{end}_{field}").fill_null("").alias(field) for field in NODE)
        for end in ("left", "right")
    ]
    return pl.concat(ends)


def _identifiers_of(records: pl.DataFrame, identifiers: Frame) -> pl.DataFrame:
    """Identifiers that some rows tell of some records, columns of ``START_SCHEMA``."""
    return (
        identifiers.lazy()
        .filter(is_of_records(records))
        .select(node_columns())
        .collect(engine="streaming")
        .cast(START_SCHEMA)
    )


def rows_of(frame: Frame, records: pl.DataFrame) -> pl.DataFrame:
    """Rows of some records.

    Args:
        frame: Rows with ``record_id``.
        records: ``record``, hashes of record ids.
    """
    # as a filter: texts of other records are not even decoded, where a join would hold them all
    return frame.lazy().filter(is_of_records(records)).collect(engine="streaming")


def is_of_records(records: pl.DataFrame) -> pl.Expr:
    """Whether ``record_id`` is one of some.

    Args:
        records: ``record``, hashes of record ids.
    """
    return record_hash().is_in(records["record"].implode())


def record_hash() -> pl.Expr:
    """The hash of ``record_id``."""
    return pl.col("record_id").cast(pl.String).hash()


def node_columns() -> Iterable[pl.Expr]:
    """Columns of an identifier; a scope that is not told is empty."""
    namespace, scope, identifier = (pl.col(field).cast(pl.String) for field in NODE)
    return [namespace, scope.fill_null(""), identifier]
