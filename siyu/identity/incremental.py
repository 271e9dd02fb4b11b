"""A night that costs what it changed: only records that hang together with changed ones.

Every guard looks at records that hang together through unblocked identifiers, and at nothing
else. So whatever is not connected with a changed row, also through links that are blocked or
shared, stays as it was, and the result is the one from scratch.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from siyu.identity.changes import (
    Input,
    find_changes,
    node_columns,
    record_hash,
    rows_of,
)
from siyu.identity.evidence import NODE, Frame, order_of_nodes
from siyu.identity.ledger import customer_numbers
from siyu.identity.links import in_order
from siyu.identity.packing import HASHES, TABLES, pack
from siyu.identity.reach import Reach, find_reach
from siyu.identity.resolution import Ledger, Resolution, conclude
from siyu.identity.resolve import resolve_part
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import in_order_of_records, in_order_of_sharing


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
        {table: getattr(previous, table) for table in TABLES},
        find_reach(find_changes(before, now, rules), now, previous.nodes, rules),
        now,
        rules=rules,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
    )


def resolve_changes(
    previous: Mapping[str, Frame],
    reach: Reach,
    now: Input,
    *,
    rules: IdentityRules,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Resolution:
    """Resolve what hangs together with known changes and keep everything else.

    Args:
        previous: ``TABLES`` of the run before, made with the same rules; best lazy frames of
            their files.
        reach: What differs from what they were made from, and what hangs together with it.
        now: What is to be resolved.
        rules: Settings of identity resolution.
        ledger: What earlier runs decided.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
    """
    inside = rows_of(now.identifiers, reach.records)
    kept = _kept(previous, _touched(inside, reach.changes.start, reach.junk))
    again = pl.concat([reach.records, reach.changes.records])
    kept["records"] = rows_apart_from(previous["records"], again)
    living = kept["nodes"].select(customer_numbers(pl.col("customer_id").drop_nulls().unique()))
    part = resolve_part(
        inside,
        rows_of(now.attributes, reach.records),
        rules=rules,
        overrides=now.overrides,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
        living_elsewhere=living.collect(engine="streaming")["customer_id"],
    )
    del inside
    return conclude(
        _put_together(kept, part.tables, reach, rules),
        part.numbering,
        ledger,
        identifiers=now.identifiers,
        attributes=now.attributes,
        overrides=now.overrides,
    )


def rows_apart_from(frame: Frame, records: pl.DataFrame) -> pl.LazyFrame:
    """Rows of all records but some.

    Args:
        frame: Rows with ``record_id``.
        records: ``record``, hashes of record ids.
    """
    return frame.lazy().filter(~record_hash().is_in(records["record"].implode()))


def _touched(inside: pl.DataFrame, start: pl.DataFrame, junk: pl.DataFrame) -> pl.Series:
    """Hashes of the identifiers whose rows are made anew."""
    named = [inside.lazy().select(node_columns()), start.lazy().select(NODE)]
    hashes = pl.concat([rows.select(node=_node_hash()) for rows in named]).unique()
    apart = hashes.join(junk.lazy().select(node=_node_hash()), on="node", how="anti")
    return apart.collect(engine="streaming")["node"]


def _node_hash() -> pl.Expr:
    namespace, scope, identifier = node_columns()
    return namespace.hash(1) ^ scope.hash(2) ^ identifier.hash(3)


def _kept(previous: Mapping[str, Frame], touched: pl.Series) -> dict[str, pl.LazyFrame]:
    """Rows of the run before that nothing touched; junk stands in the part's and in the kept."""
    rows = {table: pack(table, previous[table].lazy()) for table in TABLES}
    is_touched = _node_hash().is_in(touched.implode())
    gone = (
        rows["nodes"]
        .filter(is_touched)
        .select("identifier_hash", "customer_id")
        .collect(engine="streaming")
    )
    hashes, customers = gone["identifier_hash"].hash(), gone["customer_id"].unique().implode()
    ends = pl.col(HASHES["links"]).hash()
    return {
        "links": rows["links"].filter(~pl.any_horizontal(ends.is_in(hashes.implode()))),
        "nodes": rows["nodes"].filter(~is_touched),
        "shared": rows["shared"].filter(~pl.col("identifier_hash").hash().is_in(hashes.implode())),
        "households": rows["households"].filter(~pl.col("customer_id").is_in(customers)),
    }


def _put_together(
    kept: Mapping[str, pl.LazyFrame],
    made: dict[str, pl.DataFrame],
    reach: Reach,
    rules: IdentityRules,
) -> dict[str, pl.DataFrame]:
    """The tables of all records, in the order of those made at once."""

    def together(table: str) -> pl.LazyFrame:
        return pl.concat([kept[table], made.pop(table).lazy()])

    def collected(table: str) -> pl.DataFrame:
        return together(table).collect(engine="streaming")

    # the largest first, while the others take no room yet
    links = in_order(collected("links"))
    nodes = _seen_everywhere(together("nodes"), reach).collect(engine="streaming")
    nodes = nodes[order_of_nodes(nodes, rules)]
    return {
        "links": links,
        "nodes": nodes,
        "records": in_order_of_records(collected("records")),
        "shared": in_order_of_sharing(collected("shared")),
        "households": collected("households").sort("household_id", "customer_id"),
    }


def _seen_everywhere(nodes: pl.LazyFrame, reach: Reach) -> pl.LazyFrame:
    """Each block-listed identifier once, and when identifiers were seen in all records."""
    # a few words against one column, before anything is compared by three
    may_be_junk = pl.col("identifier").is_in(reach.junk["identifier"].unique().implode())
    few = nodes.filter(may_be_junk).collect(engine="streaming")
    told = few.join(reach.junk.select(NODE), on=NODE, how="semi").unique(NODE)
    still = told.drop("first_seen_at", "last_seen_at").join(reach.junk, on=NODE)
    others = few.join(reach.junk.select(NODE), on=NODE, how="anti")
    once = pl.concat([others, still.select(few.columns)]).lazy()
    return (
        pl.concat([nodes.filter(~may_be_junk), once])
        .join(reach.changes.seen_later.lazy(), on=NODE, how="left")
        .with_columns(pl.max_horizontal("last_seen_at", "seen_later_at").alias("last_seen_at"))
        .drop("seen_later_at")
    )
