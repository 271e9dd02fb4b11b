"""The waterfall: who is left out, at which step, and who stays."""

from datetime import date

import polars as pl
import pytest

from siyu.audience.build import ContactHistoryUnavailableError, build_audience


def build(world, profile, **parts):
    return build_audience(
        profile,
        parts.get("contact_points", world.contact_points()),
        parts.get("consents", world.consents()),
        parts.get("suppressions", world.suppressions()),
        parts.get("spec", world.spec()),
        rules=world.rules,
        as_of_date=world.as_of_date,
        contacts=parts.get("contacts"),
    )


def friends(world, *people):
    return world.contact_points(*((who, f"wm{who}", "guide", None, True) for who in people))


def test_build_audience_counts_everybody_at_the_first_step_that_removes_them(world):
    people = [{"customer_id": f"C{number}", "net_amount": 100 - number} for number in range(1, 9)]
    result = build(
        world,
        world.profile(*people, {"customer_id": "C9", "value_tier": "mid"}),
        # C1 is no friend; C2 withdrew; C2 and C3 are suppressed; C4 was contacted too often
        contact_points=friends(world, *(f"C{number}" for number in range(2, 10))),
        consents=world.consents(("C2", "wmC2", "wecom", "withdrawn", "2026-06-01")),
        suppressions=world.suppressions(("list", "C2"), ("list", "C3"), ("other", "C5")),
        contacts=pl.DataFrame(
            {"customer_id": ["C4"], "channel": ["wecom"], "contact_date": [date(2026, 6, 12)]}
        ),
        spec=world.spec(
            suppress=["list"],
            frequency_cap={"contacts": 1, "days": 7},
            limit=3,
            rank=["net_amount desc"],
        ),
    )
    waterfall = result.waterfall
    assert waterfall.matched == 8
    assert waterfall.no_consent_by_reason == {
        "profile_withdrawn": 0,
        "withdrawn": 1,
        "not_granted": 0,
        "not_reachable": 1,
    }
    assert waterfall.suppressed == 1
    assert waterfall.capped_by_reason == {"frequency_cap": 1, "same_person": 0, "limit": 1}
    assert (waterfall.holdout, waterfall.members) == (0, 3)
    assert result.members["customer_id"].to_list() == ["C5", "C6", "C7"]


def test_build_audience_leaves_out_whom_the_rule_cannot_judge(world):
    profile = world.profile(
        {"customer_id": "C1", "gender": None},
        {"customer_id": "C2", "gender": "male"},
        {"customer_id": "C3", "gender": "female"},
    )
    result = build(
        world,
        profile,
        contact_points=friends(world, "C1", "C2", "C3"),
        spec=world.spec(where="gender <> 'male'"),
    )
    assert result.members["customer_id"].to_list() == ["C3"]
    assert result.waterfall.matched == 1


def test_build_audience_ranks_nulls_last_and_breaks_ties_by_customer(world):
    profile = world.profile(
        {"customer_id": "C3", "recency_days": 5},
        {"customer_id": "C1", "recency_days": None},
        {"customer_id": "C2", "recency_days": 5},
        {"customer_id": "C4", "recency_days": 9},
    )
    result = build(
        world,
        profile,
        contact_points=friends(world, "C1", "C2", "C3", "C4"),
        spec=world.spec(rank=["recency_days desc"]),
    )
    assert result.members["customer_id"].to_list() == ["C4", "C2", "C3", "C1"]


def test_build_audience_takes_the_newest_relation_alive_on_the_day(world):
    contact_points = world.contact_points(
        ("C1", "wm-old", "guide_a", "2026-01-01", True),
        ("C1", "wm-new", "guide_b", "2026-05-01", True),
        ("C1", "wm-dead", "guide_c", "2026-06-01", False),
        ("C1", "wm-tomorrow", "guide_d", "2026-06-18T16:00:00", True),
    )
    result = build(world, world.profile({"customer_id": "C1"}), contact_points=contact_points)
    assert result.members.select("address", "sender").rows() == [("wm-new", "guide_b")]


def test_build_audience_writes_to_the_number_that_agreed(world):
    contact_points = world.contact_points(
        ("C1", "19900001001", "", "2026-01-01", True),
        ("C1", "19900001002", "", "2026-05-01", True),
        channel="sms",
    )
    result = build(
        world,
        world.profile({"customer_id": "C1"}),
        contact_points=contact_points,
        consents=world.consents(("C1", "19900001001", "sms", "granted", "2026-02-01")),
        spec=world.spec(channel="sms"),
    )
    assert result.members["address"].to_list() == ["19900001001"]


def test_build_audience_writes_to_a_verified_number_before_a_receivers(world):
    contact_points = world.contact_points(
        ("C1", "19900001001", "", "2026-01-01", True),
        ("C1", "19900001002", "", "2026-05-01", True, False),
        channel="sms",
    )
    result = build(
        world,
        world.profile({"customer_id": "C1"}),
        contact_points=contact_points,
        consents=world.consents(("C1", "wm1", "sms", "granted", "2026-02-01")),
        spec=world.spec(channel="sms"),
    )
    assert result.members["address"].to_list() == ["19900001001"]


def test_build_audience_ignores_a_grant_given_after_the_day(world):
    result = build(
        world,
        world.profile({"customer_id": "C1"}),
        contact_points=world.contact_points(("C1", "19900001001", "", None, True), channel="sms"),
        consents=world.consents(("C1", "19900001001", "sms", "granted", "2026-06-18T16:00:00")),
        spec=world.spec(channel="sms"),
    )
    assert result.waterfall.no_consent_by_reason["not_granted"] == 1


def test_build_audience_limits_both_arms_together(world):
    people = [f"C{number:03d}" for number in range(400)]
    result = build(
        world,
        world.profile(*({"customer_id": who} for who in people)),
        contact_points=friends(world, *people),
        spec=world.spec(limit=200, holdout={"share": 0.25, "experiment": "spring"}),
    )
    assert result.members.height + result.holdout.height == 200
    assert 25 <= result.holdout.height <= 75
    memberships = result.memberships
    assert memberships.height == memberships["customer_id"].n_unique() == 200


def test_build_audience_refuses_a_cap_without_a_contact_history(world):
    by_sms = {"customer_id": ["C1"], "channel": ["sms"], "contact_date": [date(2026, 6, 12)]}
    with pytest.raises(ContactHistoryUnavailableError, match="message delivered on wecom"):
        build(
            world,
            world.profile({"customer_id": "C1"}),
            contacts=pl.DataFrame(by_sms),
            spec=world.spec(frequency_cap={"contacts": 1, "days": 7}),
        )


def test_build_audience_digest_follows_the_values_the_rule_used_and_nothing_else(world):
    def digest(**person):
        return build(
            world,
            world.profile({"customer_id": "C1", **person}),
            contact_points=friends(world, "C1"),
            spec=world.spec(where="net_amount > 1"),
        ).data_hash

    assert digest() == digest(city="上海")
    assert digest() != digest(net_amount=5)


def test_build_audience_of_nobody_is_empty(world):
    result = build(world, world.profile())
    assert result.waterfall.matched == 0
    assert result.memberships.is_empty()
