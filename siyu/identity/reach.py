"""What hangs together with changes: every record that is to be resolved with them.

Works on hashes of records and identifiers, so that observations stay on disk.
"""

from dataclasses import dataclass

import polars as pl

from siyu.identity.block_lists import blocked_reason
from siyu.identity.changes import Changes, Input, node_columns, record_hash
from siyu.identity.evidence import NODE, Frame
from siyu.identity.rules import IdentityRules


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


def find_reach(changes: Changes, now: Input, nodes: Frame, rules: IdentityRules) -> Reach:
    """Follow changes to everything that hangs together with them.

    Args:
        changes: What differs from what was resolved before.
        now: What is to be resolved.
        nodes: ``identity_nodes`` of what was resolved before.
        rules: Settings of identity resolution.
    """
    known = pl.concat([nodes.lazy().select(NODE), changes.start.lazy().select(NODE)])
    junk = find_junk(now.identifiers, known, rules)
    return Reach(
        changes, junk, connected_records(now, changes.records, junk, rules, start=changes.start)
    )


def find_junk(identifiers: Frame, known: Frame, rules: IdentityRules) -> pl.DataFrame:
    """Block-listed and unusable identifiers, which tie nobody.

    Args:
        identifiers: Observations.
        known: ``NODE``: every identifier in them, best once, as patterns are slow.
        rules: Settings of identity resolution.

    Returns:
        One row per identifier with ``first_seen_at`` and ``last_seen_at`` in all records.
    """
    junk = _unusable(known.lazy().select(node_columns()), rules)
    return (
        identifiers.lazy()
        .filter(_strengths_that_count(rules))
        # a few words against one column, before anything is compared by three
        .filter(pl.col("identifier").is_in(junk["identifier"].unique().implode()))
        .select(*node_columns(), "seen_at")
        .join(junk.lazy(), on=NODE, how="semi")
        .group_by(NODE)
        .agg(first_seen_at=pl.col("seen_at").min(), last_seen_at=pl.col("seen_at").max())
        .collect(engine="streaming")
    )


def _unusable(known: pl.LazyFrame, rules: IdentityRules) -> pl.DataFrame:
    anywhere = any(entry.namespace is None for entry in rules.block_lists)
    listed = {
        name
        for name, rule in rules.namespaces.items()
        if anywhere or rule.usable or any(name == entry.namespace for entry in rules.block_lists)
    }
    # patterns of one namespace need not be matched against all others
    parts = [
        known.filter(pl.col("namespace") == namespace).filter(
            blocked_reason(rules, namespace).is_not_null()
        )
        for namespace in sorted(listed)
    ]
    found = pl.collect_all(parts, engine="streaming") if parts else []
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(NODE, pl.String())), *found]).unique()


def _strengths_that_count(rules: IdentityRules) -> pl.Expr:
    ignored = [
        (pl.col("rule") == changed.rule) & (pl.col("namespace") == changed.namespace)
        for changed in rules.strengths
        if changed.strength == "ignored"
    ]
    return ~pl.any_horizontal(ignored) if ignored else pl.lit(True)


def connected_records(
    now: Input,
    records: pl.DataFrame,
    junk: pl.DataFrame,
    rules: IdentityRules,
    *,
    start: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every record that hangs together with some records or identifiers.

    Args:
        now: What is to be resolved.
        records: ``record``, hashes of record ids as `record_hash` makes them.
        junk: Identifiers that tie nobody.
        rules: Settings of identity resolution.
        start: Identifiers to look from, too: ``NODE``.

    Returns:
        ``record``, each once.
    """
    observed = (
        now.identifiers.lazy()
        .select(record=record_hash(), node=node_hash(rules))
        .collect(engine="streaming")
    )
    tied = _tied(now.overrides, rules)
    silent = junk.select(node=node_hash(rules))
    # all their identifiers, whichever file tells them
    told = observed.join(records, on="record", how="semi")
    found = told.select("record").unique()
    named = [] if start is None else [start.select(node=node_hash(rules))]
    known = reached = pl.concat([told.select("node"), *named]).unique()
    while reached.height:
        linking = reached.join(silent, on="node", how="anti")
        fresh = (
            observed.join(linking, on="node", how="semi")
            .select("record")
            .unique()
            .join(found, on="record", how="anti")
        )
        found = pl.concat([found, fresh])
        beside = observed.join(fresh, on="record", how="semi").select("node")
        ordered = tied.join(reached, on="node", how="semi").select(node="other")
        reached = pl.concat([beside, ordered]).unique().join(known, on="node", how="anti")
        known = pl.concat([known, reached])
    return found


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
