"""Ids stay: a month of growth and a change of rules rename next to nobody."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from brand import RULES, SECRET
from identity_brand import make_brand

from siyu.identity.difference import compare_resolutions, compare_with_ledger, refuse_upheaval
from siyu.identity.ledger import LEDGER_SCHEMA, OVERRIDES_SCHEMA, decode_entries
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import FanOutRule

MOST_CHANGED = 0.005  # share of known records that may bear another id
MONTH = 30 / 1200  # of the days the brand's history has


def measure_change(people: int) -> float:
    """Share of records under another id after a month more and changed rules."""
    sample = make_brand(people, seed=5)
    last = pl.col("seen_at").max()
    days = sample.identifiers.group_by("record_id").agg(last)
    known = days.filter(pl.col("seen_at") <= pl.col("seen_at").quantile(1 - MONTH))
    registry, log = decode_entries(pl.DataFrame(schema=LEDGER_SCHEMA))

    def resolve(identifiers, rules, registry, log, run_date):
        return resolve_identities(
            identifiers,
            sample.attributes,
            rules=rules,
            overrides=pl.DataFrame(schema=OVERRIDES_SCHEMA),
            registry=registry,
            log=log,
            run_date=run_date,
            secret=SECRET,
        )

    old = sample.identifiers.join(known, on="record_id", how="semi")
    before = resolve(old, RULES, registry, log, date(2026, 5, 1))
    looser = RULES.model_copy(update={"fan_out": FanOutRule(accounts=3)})
    after = resolve(sample.identifiers, looser, before.registry, before.log, date(2026, 6, 1))
    # the ledger alone tells the same story, and the night would not stop
    told = compare_with_ledger(after.nodes, before.registry, before.log)
    assert told.customers_before == before.nodes["customer_id"].drop_nulls().n_unique()
    refuse_upheaval(told, RULES.change_limits)
    return compare_resolutions(before.records, after.records).changed_records_share


def test_growth_and_a_rule_change_rename_at_most_half_a_percent_of_records():
    assert measure_change(3000) <= MOST_CHANGED
