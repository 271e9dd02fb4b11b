"""A night that costs what it changed: only records that hang together with changed ones.

Every guard looks at records that hang together through unblocked identifiers, and at nothing
else. So whatever is not connected with a changed row, also through links that are blocked or
shared, stays as it was, and the result is the one from scratch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.changes import Input, find_changes, is_of_records, node_columns, rows_of
from siyu.identity.evidence import NODE, Frame, order_of_nodes
from siyu.identity.ledger import customer_numbers
from siyu.identity.merging import link_key, merge_rows, node_key, record_key
from siyu.identity.packing import HASHES, TABLES, unpack
from siyu.identity.reach import Reach, find_reach
from siyu.identity.resolution import Ledger, Resolution, conclude
from siyu.identity.resolve import resolve_part
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import in_order_of_sharing


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
    touched = _touched(inside, reach.changes.start, reach.junk)
    kept = _kept(previous, reach, touched)
    living = (
        previous["nodes"]
        .lazy()
        .filter(~_is_among(touched))
        .select(customer_numbers(pl.col("customer_id").drop_nulls().unique()))
        .collect(engine="streaming")
    )
    part = resolve_part(
        inside,
        rows_of(now.attributes, reach.records),
        rules=rules,
        overrides=now.overrides,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
        living_elsewhere=living["customer_id"],
    )
    del inside, living
    made = {table: unpack(table, rows.lazy()) for table, rows in part.tables.items()}
    return conclude(_put_together(kept, made, reach, rules), part.numbering, ledger)


def _touched(inside: pl.DataFrame, start: pl.DataFrame, junk: pl.DataFrame) -> pl.Series:
    """Hashes of the identifiers whose rows are made anew."""
    named = [inside.lazy().select(node_columns()), start.lazy().select(NODE)]
    hashes = pl.concat([rows.select(node=_node_hash()) for rows in named]).unique()
    apart = hashes.join(junk.lazy().select(node=_node_hash()), on="node", how="anti")
    return apart.collect(engine="streaming")["node"]


def _node_hash() -> pl.Expr:
    namespace, scope, identifier = node_columns()
    return namespace.hash(1) ^ scope.hash(2) ^ identifier.hash(3)


def _is_among(hashes: pl.Series) -> pl.Expr:
    """Whether an identifier bears one of some hashes."""
    return _node_hash().is_in(hashes.implode())


@dataclass(frozen=True)
class _Kept:
    """Rows of the run before that nothing touched; junk stands in the part's and in these.

    Attributes:
        tables: ``TABLES``; of nodes those that stay just as they are.
        seen_again: Nodes that stay but for the times at which they were seen.
    """

    tables: dict[str, pl.LazyFrame]
    seen_again: pl.DataFrame


def _kept(previous: Mapping[str, Frame], reach: Reach, touched: pl.Series) -> _Kept:
    rows = {table: previous[table].lazy() for table in TABLES}
    gone = (
        rows["nodes"]
        .filter(_is_among(touched))
        .select(pl.col("identifier_hash").hash(), "customer_id")
        .collect(engine="streaming")
    )
    hashes, customers = gone["identifier_hash"].implode(), gone["customer_id"].unique().implode()
    seen = [nodes.select(node=_node_hash()) for nodes in (reach.junk, reach.changes.seen_later)]
    is_seen_again = _is_among(pl.concat(seen)["node"])
    standing = rows["nodes"].filter(~_is_among(touched))
    ends = pl.col(HASHES["links"]).hash()
    again = pl.concat([reach.records, reach.changes.records])
    tables = {
        "links": rows["links"].filter(~pl.any_horizontal(ends.is_in(hashes))),
        "nodes": standing.filter(~is_seen_again),
        "records": rows["records"].filter(~is_of_records(again)),
        "shared": rows["shared"].filter(~pl.col("identifier_hash").hash().is_in(hashes)),
        "households": rows["households"].filter(~pl.col("customer_id").is_in(customers)),
    }
    return _Kept(tables, standing.filter(is_seen_again).collect(engine="streaming"))


def _put_together(
    kept: _Kept, made: Mapping[str, pl.LazyFrame], reach: Reach, rules: IdentityRules
) -> dict[str, pl.LazyFrame]:
    """The tables of all records, in the order of those made at once."""
    nodes = _seen_everywhere(pl.concat([kept.seen_again.lazy(), made["nodes"]]), reach)
    others = {**made, "nodes": nodes[order_of_nodes(nodes, rules)].lazy()}
    keys = {"nodes": node_key(rules), "records": record_key(), "links": link_key()}
    few = {
        table: pl.concat([kept.tables[table], made[table]]).collect()
        for table in ("shared", "households")
    }
    return {
        **{
            table: merge_rows(kept.tables[table], others[table], key) for table, key in keys.items()
        },
        "shared": in_order_of_sharing(few["shared"]).lazy(),
        "households": few["households"].sort("household_id", "customer_id").lazy(),
    }


def _seen_everywhere(nodes: pl.LazyFrame, reach: Reach) -> pl.DataFrame:
    """Each block-listed identifier once, and when identifiers were seen in all records."""
    told = nodes.collect(engine="streaming")
    junk = told.join(reach.junk, on=NODE, how="semi").unique(NODE)
    still = junk.drop("first_seen_at", "last_seen_at").join(reach.junk, on=NODE)
    others = told.join(junk, on=NODE, how="anti")
    return (
        pl.concat([others, still.select(told.columns)])
        .join(reach.changes.seen_later, on=NODE, how="left")
        .with_columns(pl.max_horizontal("last_seen_at", "seen_later_at").alias("last_seen_at"))
        .drop("seen_later_at")
    )
