"""What a change would do before it is made: changed rules, a new override; and a sample check.

Nothing here is written anywhere.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.changes import Input, record_hash, rows_of
from siyu.identity.difference import Difference, compare_resolutions, show_examples
from siyu.identity.evidence import Frame
from siyu.identity.incremental import resolve_incrementally
from siyu.identity.ledger import LOG_SCHEMA, OVERRIDES_SCHEMA, REGISTRY_SCHEMA
from siyu.identity.reach import connected_records, find_junk
from siyu.identity.resolution import Ledger, Resolution
from siyu.identity.resolve import resolve_identities, resolve_part
from siyu.identity.rules import IdentityRules


@dataclass(frozen=True)
class Plan:
    """What a change would do.

    Attributes:
        difference: Customers merged and split, share of records under another id.
        merged_examples: The largest merged customers with masked identifiers.
        split_examples: The largest split customers with masked identifiers.
        after: The resolution as it would be; its tables can be scored further.
    """

    difference: Difference
    merged_examples: pl.DataFrame
    split_examples: pl.DataFrame
    after: Resolution


def plan_rules(
    present: Resolution,
    now: Input,
    changed: IdentityRules,
    *,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Plan:
    """Resolve with changed rules and compare with the present.

    Args:
        present: The resolution in use.
        now: What it was made from.
        changed: Rules that are not in use yet.
        ledger: What earlier runs decided.
        run_date: Day of the plan.
        secret: Key of the home for identifier hashes.
    """
    after = resolve_identities(
        now.identifiers,
        now.attributes,
        rules=changed,
        overrides=now.overrides,
        registry=ledger.registry,
        log=ledger.log,
        run_date=run_date,
        secret=secret,
    )
    return _plan(present, after)


def preview_override(
    present: Resolution,
    now: Input,
    row: dict[str, str],
    *,
    rules: IdentityRules,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Plan:
    """Resolve with one more override and compare; costs what the two customers cost.

    Args:
        present: The resolution in use.
        now: What it was made from.
        row: The override, columns of ``OVERRIDES_SCHEMA``.
        rules: Settings of identity resolution.
        ledger: What earlier runs decided.
        run_date: Day of the preview.
        secret: Key of the home for identifier hashes.
    """
    more = pl.concat([now.overrides, pl.DataFrame([row], schema=OVERRIDES_SCHEMA)])
    after = resolve_incrementally(
        present,
        now,
        Input(now.identifiers, now.attributes, more),
        rules=rules,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
    )
    return _plan(present, after)


def _plan(present: Resolution, after: Resolution) -> Plan:
    difference = compare_resolutions(present.records, after.records)
    return Plan(
        difference=difference,
        merged_examples=show_examples(difference.merged, after.nodes),
        split_examples=show_examples(difference.split, present.nodes),
        after=after,
    )


def check_sample(
    now: Input,
    records: Frame,
    nodes: Frame,
    *,
    rules: IdentityRules,
    size: int,
    seed: int,
    secret: bytes,
) -> pl.DataFrame:
    """Resolve a sample of records, with all that hangs together with them, once more.

    Args:
        now: What the resolution in use was made from.
        records: ``identity_records`` of it; best a lazy frame of the Parquet file.
        nodes: ``identity_nodes`` of it, likewise.
        rules: Settings of identity resolution.
        size: Number of records to start from.
        seed: Chooses the records.
        secret: Key of the home for identifier hashes.

    Returns:
        Records that stand with others than before: ``record_id``, ``customer_id``; none when
        the resolution in use is the one from scratch.
    """
    by_chance = [pl.col("record_id").hash(seed), pl.col("record_id")]
    chosen = records.lazy().bottom_k(size, by=by_chance).collect(engine="streaming")
    junk = find_junk(now.identifiers, nodes, rules)
    inside = connected_records(now, chosen.select(record=record_hash()), junk, rules)
    part = resolve_part(
        rows_of(now.identifiers, inside),
        rows_of(now.attributes, inside),
        rules=rules,
        overrides=now.overrides,
        ledger=Ledger(pl.DataFrame(schema=REGISTRY_SCHEMA), pl.DataFrame(schema=LOG_SCHEMA)),
        run_date=date.min,
        secret=secret,
    )
    both = (
        part.tables["records"]
        .lazy()
        .join(records.lazy(), on="record_id", suffix="_in_use")
        .collect(engine="streaming")
    )
    one, other = pl.col("customer_id"), pl.col("customer_id_in_use")
    # the same partition: each customer here is exactly one there
    differs = (
        (one.is_null() != other.is_null())
        | (one.n_unique().over(other) > 1)
        | (other.n_unique().over(one) > 1)
    )
    both_known = one.is_not_null() & other.is_not_null()
    wrong = both.filter(differs & (both_known | (one.is_null() != other.is_null())))
    return wrong.select("record_id", customer_id=other).sort("record_id")
