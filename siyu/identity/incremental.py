"""A night that costs what it changed: only records that hang together with changed ones.

Every guard looks at records that hang together through unblocked identifiers, and at nothing
else. So whatever is not connected with a changed row, also through links that are blocked or
shared, stays as it was, and the result is the one from scratch.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.evidence import blocked_reason
from siyu.identity.ledger import customer_numbers
from siyu.identity.links import in_order
from siyu.identity.resolve import Ledger, Resolution, conclude, resolve_part
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import in_order_of_records, in_order_of_sharing

NODE = ["namespace", "scope", "identifier"]


@dataclass(frozen=True)
class Input:
    """What a resolution was, or is to be, made from.

    Attributes:
        identifiers: Columns of ``IDENTIFIERS_SCHEMA``.
        attributes: Columns of ``ATTRIBUTES_SCHEMA``.
        overrides: Columns of ``OVERRIDES_SCHEMA``.
    """

    identifiers: pl.DataFrame
    attributes: pl.DataFrame
    overrides: pl.DataFrame


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
    changed = _changed_records(before, now)
    records = connected_records(now, _start(before, now, changed), rules)
    inside = now.identifiers.join(records, on="record_id", how="semi")
    gone = before.identifiers.join(changed, on="record_id", how="semi")
    touched = pl.concat([inside.select(_node()), gone.select(_node())]).unique()
    kept = _kept(previous, touched, pl.concat([records, changed]), rules)
    part = resolve_part(
        inside,
        now.attributes.join(records, on="record_id", how="semi"),
        rules=rules,
        overrides=now.overrides,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
        living_elsewhere=kept["nodes"].select(
            customer_numbers(pl.col("customer_id").drop_nulls().unique())
        )["customer_id"],
    )
    tables = _put_together(kept, part.tables, now, rules)
    return conclude(
        tables,
        part.numbering,
        ledger,
        identifiers=now.identifiers,
        attributes=now.attributes,
        overrides=now.overrides,
    )


def connected_records(now: Input, start: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """Every record that hangs together with some records or identifiers.

    Args:
        now: What is to be resolved.
        start: Rows of ``record_id`` (null = none), ``namespace``, ``scope``, ``identifier``.
        rules: Settings of identity resolution.

    Returns:
        ``record_id``, each once.
    """
    observed = now.identifiers.select(
        *_node(), "record_id", record=pl.col("record_id").hash(), node=_node_hash(rules)
    )
    tied = _tied(now.overrides, rules)
    reached = start.select(*NODE, node=_node_hash(rules)).unique("node")
    known = reached.select("node")
    records = observed.join(start, on="record_id", how="semi").select("record").unique()
    while reached.height:
        linking = reached.filter(blocked_reason(rules).is_null())
        fresh = (
            observed.join(linking, on="node", how="semi")
            .select("record")
            .unique()
            .join(records, on="record", how="anti")
        )
        records = pl.concat([records, fresh])
        beside = observed.join(fresh, on="record", how="semi").select(*NODE, "node")
        ordered = tied.join(reached, on="node", how="semi").drop("node")
        found = pl.concat([beside, ordered.rename({"other": "node"}).select(*NODE, "node")])
        reached = found.unique("node").join(known, on="node", how="anti")
        known = pl.concat([known, reached.select("node")])
    return observed.join(records, on="record", how="semi").select("record_id").unique()


def _node() -> list[pl.Expr]:
    return [pl.col("namespace"), pl.col("scope").fill_null(""), pl.col("identifier")]


def _node_hash(rules: IdentityRules, prefix: str = "") -> pl.Expr:
    # an identifier without a scope may be the one of its only scope: both hang together
    completed = [name for name, rule in rules.namespaces.items() if rule.completes_scope]
    namespace, scope = pl.col(f"{prefix}namespace"), pl.col(f"{prefix}scope").fill_null("")
    told = pl.when(namespace.is_in(completed)).then(pl.lit("")).otherwise(scope)
    return pl.concat_str(namespace, told, pl.col(f"{prefix}identifier"), separator="\\x1f").hash()


def _tied(overrides: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """Overrides both ways: hash of one end, and the other end with its hash."""
    ways = [
        overrides.select(
            *(pl.col(f"{other}_{field}").fill_null("").alias(field) for field in NODE),
            node=_node_hash(rules, f"{end}_"),
            other=_node_hash(rules, f"{other}_"),
        )
        for end, other in (("left", "right"), ("right", "left"))
    ]
    return pl.concat(ways)


def _changed_records(before: Input, now: Input) -> pl.DataFrame:
    """Records of which a row came, went or changed."""
    apart = [
        _rows_apart(before.identifiers, now.identifiers),
        _rows_apart(before.attributes, now.attributes),
    ]
    return pl.concat([rows.select("record_id") for rows in apart]).unique()


def _start(before: Input, now: Input, changed: pl.DataFrame) -> pl.DataFrame:
    """Changed records with their identifiers, old and new, and the ends of changed overrides."""
    rows = [
        frame.join(changed, on="record_id", how="semi").select("record_id", *_node())
        for frame in (before.identifiers, now.identifiers)
    ]
    said = _rows_apart(before.overrides, now.overrides)
    ends = [
        said.select(
            pl.lit(None, pl.String).alias("record_id"),
            *(pl.col(f"{end}_{field}").fill_null("").alias(field) for field in NODE),
        )
        for end in ("left", "right")
    ]
    return pl.concat([*rows, *ends]).unique()


def _rows_apart(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows that stand in one of two frames only."""
    columns = before.columns
    one, other = (
        frame.select(columns).with_columns(row=pl.struct(columns).hash()) for frame in (before, now)
    )
    return pl.concat([one.join(other, on="row", how="anti"), other.join(one, on="row", how="anti")])


def _kept(
    previous: Resolution, touched: pl.DataFrame, records: pl.DataFrame, rules: IdentityRules
) -> dict[str, pl.DataFrame]:
    """Rows of the run before that nothing touched."""
    again = previous.nodes.join(touched, on=NODE, how="semi")
    # junk stands in records everywhere and ties none of them
    free = again.filter(blocked_reason(rules).is_null())
    hashes, customers = free["identifier_hash"].implode(), free["customer_id"].unique().implode()
    ends = ("left_identifier_hash", "right_identifier_hash")
    return {
        "nodes": previous.nodes.join(free, on=NODE, how="anti"),
        "records": previous.records.join(records, on="record_id", how="anti"),
        "links": previous.links.filter(~pl.any_horizontal(pl.col(ends).is_in(hashes))),
        "shared": previous.shared.filter(~pl.col("identifier_hash").is_in(hashes)),
        "households": previous.households.filter(~pl.col("customer_id").is_in(customers)),
    }


def _put_together(
    kept: dict[str, pl.DataFrame], made: dict[str, pl.DataFrame], now: Input, rules: IdentityRules
) -> dict[str, pl.DataFrame]:
    tables = {name: pl.concat([rows, made[name]]) for name, rows in kept.items()}
    priority = pl.col("namespace").cast(pl.Enum(list(rules.namespaces)))
    nodes = _with_junk_seen_everywhere(tables["nodes"], now, rules)
    return {
        "nodes": nodes.sort("identifier").sort(priority, "scope", maintain_order=True),
        "records": in_order_of_records(tables["records"]),
        "links": in_order(tables["links"]),
        "shared": in_order_of_sharing(tables["shared"]),
        "households": tables["households"].sort("household_id", "customer_id"),
    }


def _with_junk_seen_everywhere(
    nodes: pl.DataFrame, now: Input, rules: IdentityRules
) -> pl.DataFrame:
    """Keep each block-listed identifier once, with its sightings in all records."""
    is_junk = blocked_reason(rules).is_not_null()
    junk = nodes.filter(is_junk).unique(NODE)
    seen = (
        now.identifiers.with_columns(_node())
        .join(junk, on=NODE, how="semi")
        .group_by(NODE)
        .agg(first_seen_at=pl.col("seen_at").min(), last_seen_at=pl.col("seen_at").max())
    )
    still = junk.drop("first_seen_at", "last_seen_at").join(seen, on=NODE)
    return pl.concat([nodes.filter(~is_junk), still.select(nodes.columns)])
