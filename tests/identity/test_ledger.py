"""The ledger: what a run appends, what the next one reads, and how old ids are followed."""

import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from brand import DAY, RULES, Brand, customer_of, metrics_of, phone, record_customer, together

from siyu.identity.ledger import LEDGER_SCHEMA, decode_entries, translate
from siyu.identity.overrides import OverrideError

NEXT = DAY + timedelta(days=1)


def events(brand, run_date):
    rows = brand.log.filter(run_date=run_date)
    return rows.select("event", "customer_id", "other_customer_id").rows()


def test_an_entry_read_back_is_the_registry_and_the_log():
    brand = Brand().record("a", f"unionid:U {phone(1)}").record("b", "jd:J")
    first = brand.resolve()
    brand.record("c", "unionid:U jd:J")
    second = brand.resolve(NEXT)
    entries = pl.concat([second.entry, first.entry])
    assert entries.schema == LEDGER_SCHEMA
    registry, log = decode_entries(entries)
    assert registry.equals(second.registry)
    assert log.equals(second.log)
    assert entries["sequence"].unique().sort().to_list() == [1, 2]
    assert set(entries["format_version"]) == {1}


def test_an_entry_holds_no_identifier_in_the_clear():
    entry = Brand().record("a", f"unionid:Uclear {phone(1)}").resolve().entry
    assert "Uclear" not in entry.write_csv()
    assert "19900000001" not in entry.write_csv()


def test_numbers_are_given_in_order_of_first_sight():
    resolution = (
        Brand().record("late", "unionid:A", day=9).record("early", "unionid:Z", day=1).resolve()
    )
    assert customer_of(resolution, "unionid:Z") == "C0000000001"
    assert customer_of(resolution, "unionid:A") == "C0000000002"


def test_a_merge_keeps_the_id_of_most_records_and_tells():
    brand = Brand().record("a", "unionid:A", day=1)
    brand.record("b1", "jd:B", day=2).record("b2", "jd:B", day=3).record("b3", "jd:B", day=3)
    brand.resolve()
    brand.record("ab", "unionid:A jd:B", day=4)
    resolution = brand.resolve(NEXT)
    assert customer_of(resolution, "unionid:A") == "C0000000002"
    assert events(brand, NEXT) == [("merged", "C0000000001", "C0000000002")]
    assert translate(pl.Series(["C0000000001", "C0000000002"]), brand.log).to_list() == [
        "C0000000002",
        "C0000000002",
    ]


def test_of_equal_claims_the_oldest_id_lives_on():
    brand = Brand().record("a", "unionid:A", day=1).record("b", "jd:B", day=2)
    brand.resolve()
    brand.record("ab", "unionid:A jd:B", day=4)
    # the joining record counts for its most telling account, so one more for the other side
    brand.record("b2", "jd:B", day=5)
    assert customer_of(brand.resolve(NEXT), "jd:B") == "C0000000001"


def test_a_split_gives_the_smaller_part_a_new_id():
    brand = Brand().record("ab", "unionid:A jd:B").record("a", "unionid:A")
    brand.resolve()
    resolution = brand.order("never_link", "unionid:A", "jd:B").resolve(NEXT)
    assert customer_of(resolution, "unionid:A") == "C0000000001"
    assert customer_of(resolution, "jd:B") == "C0000000002"
    assert events(brand, NEXT) == [("split", "C0000000002", "C0000000001")]


def test_an_id_without_evidence_retires_and_comes_back_with_it():
    brand = Brand().record("a", "unionid:A").record("b", "jd:B")
    brand.resolve()
    rows = brand.rows
    brand.rows = rows[:1]
    gone = brand.resolve(NEXT)
    assert events(brand, NEXT) == [("retired", "C0000000002", None)]
    # an entry without assignments still moves the sequence on
    assert gone.entry["sequence"].unique().to_list() == [2]
    assert translate(pl.Series(["C0000000002"]), brand.log).to_list() == [None]
    assert brand.resolve(NEXT + timedelta(days=1)).entry.is_empty()
    brand.rows = rows
    back = brand.resolve(NEXT + timedelta(days=2))
    assert customer_of(back, "jd:B") == "C0000000002"
    assert events(brand, NEXT + timedelta(days=2)) == [("reborn", "C0000000002", None)]
    assert back.entry["sequence"].unique().to_list() == [3]


def test_a_merged_id_never_returns_after_an_unlink():
    brand = Brand().record("a", "unionid:A", day=1).record("b", "jd:B", day=2)
    brand.resolve()
    brand.record("ab", "unionid:A jd:B", day=3)
    brand.resolve(NEXT)
    parted = brand.order("never_link", "unionid:A", "jd:B").resolve(NEXT + timedelta(days=1))
    assert customer_of(parted, "unionid:A") == "C0000000001"
    assert customer_of(parted, "jd:B") == "C0000000003"


def test_a_number_that_passes_on_is_logged_as_moved():
    brand = Brand().record("old", f"unionid:A {phone(1)}", day=1, name="王晓彤", verified=True)
    brand.resolve()
    brand.record("new", f"unionid:B {phone(1)}", day=300, name="李建国", verified=True)
    resolution = brand.resolve(NEXT)
    assert customer_of(resolution, phone(1)) == customer_of(resolution, "unionid:B")
    assert ("moved", "C0000000001", "C0000000002") in events(brand, NEXT)
    assert brand.resolve(NEXT).entry.is_empty()


def test_always_link_stands_above_limits_and_never_link_above_it():
    brand = Brand().record("a", "unionid:A").record("b", "unionid:B").record("c", "jd:C")
    brand.order("always_link", "unionid:A", "unionid:B")
    assert together(brand.resolve(), "unionid:A", "unionid:B")
    brand.order("always_link", "unionid:B", "jd:C").order("never_link", "jd:C", "unionid:A")
    resolution = brand.resolve(NEXT)
    assert not together(resolution, "unionid:A", "jd:C")
    contradicted = metrics_of(brand, resolution).filter(metric="overrides", key="contradicted")
    assert contradicted["value"].to_list() == [1.0]


def test_of_two_overrides_about_one_pair_the_newer_holds():
    brand = Brand().record("a", "unionid:A").record("b", "jd:B")
    brand.order("always_link", "unionid:A", "jd:B").order("never_link", "jd:B", "unionid:A")
    assert not together(brand.resolve(), "unionid:A", "jd:B")


def test_always_link_frees_a_shared_phone_for_one_customer_only():
    brand = Brand()
    for number in range(3):
        brand.record(f"r{number}", f"unionid:U{number}", phone(7))
    resolution = brand.order("always_link", "unionid:U1", phone(7)).resolve()
    assert together(resolution, "unionid:U1", phone(7))
    assert resolution.nodes["customer_id"].n_unique() == 3


def test_an_override_about_unknown_identifiers_is_counted_and_does_nothing():
    brand = Brand().record("a", "unionid:A").order("always_link", "unionid:A", "jd:ghost")
    metrics = metrics_of(brand, brand.resolve())
    assert metrics.filter(metric="overrides", key="unmatched")["value"].to_list() == [1.0]


def test_an_unknown_action_is_refused_with_its_line():
    brand = Brand().record("a", "unionid:A jd:B").order("part", "unionid:A", "jd:B")
    with pytest.raises(OverrideError, match=r"overrides\.csv:2: action"):
        brand.resolve()


def test_a_rule_change_moves_ids_only_where_it_must():
    brand = Brand()
    for number in range(1, 21):
        brand.record(f"a{number}", f"unionid:U{number} mp:M{number}", day=number)
        brand.record(f"b{number}", f"jd:J{number}", phone(number), name="王晓彤", day=number)
        brand.record(f"c{number}", f"unionid:U{number} {phone(number)}", day=number)
    before = brand.resolve()
    brand.rules = RULES.model_copy(update={"typed_contact": "agreeing"})
    after = brand.resolve(NEXT)
    both = before.records.join(after.records, on="record_id", suffix="_after")
    kept = both.filter(pl.col("customer_id") == pl.col("customer_id_after"))
    assert set(kept["record_id"].str.slice(0, 1)) == {"a", "c"}
    assert kept.height == 40
    assert record_customer(after, "b1") not in set(before.records["customer_id"])


def test_dates_of_events_are_the_runs_own():
    brand = Brand().record("a", "unionid:A")
    brand.resolve(date(2026, 1, 2))
    assert brand.log["run_date"].to_list() == [date(2026, 1, 2)]
