"""A night that costs what it changed: only records that hang together with changed ones.

Every guard looks at records that hang together through unblocked identifiers, and at nothing
else. So whatever is not connected with a changed row, also through links that are blocked or
shared, stays as it was, and the result is the one from scratch.
"""

from datetime import date

import polars as pl

from siyu.identity.changes import (
    NODE,
    Changes,
    Input,
    connected_records,
    find_changes,
    find_junk,
    node_columns,
    record_hash,
    rows_of,
)
from siyu.identity.hashes import hash_nodes
from siyu.identity.ledger import customer_numbers
from siyu.identity.links import in_order
from siyu.identity.resolve import Ledger, Resolution, conclude, resolve_part
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import in_order_of_records, in_order_of_sharing

Tables = dict[str, pl.DataFrame]


def resolve_incrementally(
    previous: Resolution,
    before: Input,
    now: Input,
    *,
    rules: IdentityRules,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Resolution:
    """Resolve what hangs together with changed rows and keep everything else.

    Args:
        previous: Tables of the run before, made with the same rules.
        before: What they were made from.
        now: What is to be resolved.
        rules: Settings of identity resolution; after a change of them resolve from scratch.
        ledger: What earlier runs decided.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
    """
    return resolve_changes(
        previous,
        find_changes(before, now),
        now,
        rules=rules,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
    )


def resolve_changes(
    previous: Resolution,
    changes: Changes,
    now: Input,
    *,
    rules: IdentityRules,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Resolution:
    """Resolve what hangs together with known changes and keep everything else.

    Args:
        previous: Tables of the run before, made with the same rules.
        changes: What differs from what they were made from.
        now: What is to be resolved.
        rules: Settings of identity resolution.
        ledger: What earlier runs decided.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
    """
    junk = find_junk(now.identifiers, rules)
    records = connected_records(now, changes.start, junk, rules)
    inside = rows_of(now.identifiers, records)
    touched = pl.concat(
        [inside.select(node_columns()).cast(pl.String), changes.start.select(NODE)]
    ).unique()
    kept = _kept(previous, touched.join(junk, on=NODE, how="anti"), secret)
    again = pl.concat([records, changes.records.lazy()])
    kept["records"] = rows_apart_from(previous.records, again)
    part = resolve_part(
        inside,
        rows_of(now.attributes, records),
        rules=rules,
        overrides=now.overrides,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
        living_elsewhere=kept["nodes"].select(
            customer_numbers(pl.col("customer_id").drop_nulls().unique())
        )["customer_id"],
    )
    return conclude(
        _put_together(kept, part.tables, junk, rules),
        part.numbering,
        ledger,
        identifiers=now.identifiers,
        attributes=now.attributes,
        overrides=now.overrides,
    )


def rows_apart_from(frame: pl.DataFrame, records: pl.LazyFrame) -> pl.DataFrame:
    """Rows of all records but some.

    Args:
        frame: Rows with ``record_id``.
        records: ``record``, hashes of record ids.
    """
    return (
        frame.lazy()
        .with_columns(record=record_hash())
        .join(records, on="record", how="anti", maintain_order="left")
        .drop("record")
        .collect()
    )


def _kept(previous: Resolution, touched: pl.DataFrame, secret: bytes) -> Tables:
    """Rows of the run before that nothing touched; junk stands in the part's and in the kept."""
    hashes = hash_nodes(touched, secret).words.implode()
    is_touched = pl.col("identifier_hash").is_in(hashes)
    customers = previous.nodes.filter(is_touched)["customer_id"].unique().implode()
    ends = pl.col("left_identifier_hash", "right_identifier_hash")
    return {
        "nodes": previous.nodes.filter(~is_touched),
        "records": previous.records,
        "links": previous.links.filter(~pl.any_horizontal(ends.is_in(hashes))),
        "shared": previous.shared.filter(~is_touched),
        "households": previous.households.filter(~pl.col("customer_id").is_in(customers)),
    }


def _put_together(kept: Tables, made: Tables, junk: pl.DataFrame, rules: IdentityRules) -> Tables:
    tables = {name: pl.concat([rows, made[name]]) for name, rows in kept.items()}
    priority = pl.col("namespace").cast(pl.Enum(list(rules.namespaces)))
    nodes = _with_junk_seen_everywhere(tables["nodes"], junk)
    return {
        "nodes": nodes.sort("identifier").sort(priority, "scope", maintain_order=True),
        "records": in_order_of_records(tables["records"]),
        "links": in_order(tables["links"]),
        "shared": in_order_of_sharing(tables["shared"]),
        "households": tables["households"].sort("household_id", "customer_id"),
    }


def _with_junk_seen_everywhere(nodes: pl.DataFrame, junk: pl.DataFrame) -> pl.DataFrame:
    """Keep each block-listed identifier once, with its sightings in all records."""
    # a few words against one column, before anything is compared by three
    may_be_junk = nodes["identifier"].is_in(junk["identifier"].unique().implode())
    few = nodes.filter(may_be_junk)
    told = few.join(junk.select(NODE), on=NODE, how="semi").unique(NODE)
    still = told.drop("first_seen_at", "last_seen_at").join(junk, on=NODE)
    others = few.join(junk.select(NODE), on=NODE, how="anti", maintain_order="left")
    return pl.concat([nodes.filter(~may_be_junk), others, still.select(nodes.columns)])
