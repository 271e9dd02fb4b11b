"""Laws of audiences on any world: who is in, who is not, and that the numbers add up."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from siyu.audience.build import build_audience
from siyu.audience.columns import PROFILE_SCHEMA
from siyu.audience.holdout import is_held_out, mark_holdout
from siyu.audience.rule import parse_rule
from siyu.audience.spec import AudienceSpec
from siyu.consent.rules import load_consent_rules
from tests.consent_events import consent_events

AS_OF = date(2026, 6, 18)
RULES = load_consent_rules(Path(__file__).parents[2] / "config" / "consent.yml")
PEOPLE = [f"C{number:010d}" for number in range(1, 13)]

people = st.sampled_from(PEOPLE)
moments = st.integers(-2, 30).map(
    lambda back: datetime.fromisoformat("2026-06-18T12:00:00") - timedelta(days=back)
)
channels = st.sampled_from(["wecom", "sms", "oa"])
contact_rows = st.lists(
    st.tuples(people, channels, st.integers(1, 3), st.booleans(), st.none() | moments), max_size=40
)
consent_rows = st.lists(
    st.tuples(
        people,
        st.integers(1, 3),
        st.sampled_from(["marketing", "profile", "care"]),
        st.sampled_from(["wecom", "sms", "oa", "all"]),
        st.sampled_from(["granted", "withdrawn"]),
        moments,
    ),
    max_size=40,
)
profile_rows = st.lists(
    st.tuples(
        people,
        st.sampled_from(["high", "mid", "none"]),
        st.none() | st.sampled_from(["female", "male"]),
        st.none() | st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)
specs = st.builds(
    lambda channel, where, limit, suppress, share: AudienceSpec.model_validate(
        {
            "audience": "law",
            "title": {"zh": "律", "en": "Law"},
            "owner": "crm",
            "purpose": "marketing",
            "channel": channel,
            "where": where,
            "rank": ["recency_days desc"],
            "limit": limit,
            "suppress": suppress,
            "holdout": {"share": share, "experiment": "law"},
            "destination": {"format": "members_only"},
        }
    ),
    channel=channels,
    where=st.sampled_from(
        ["value_tier <> 'none'", "gender = 'female' or recency_days > 1", "true"]
    ),
    limit=st.none() | st.integers(1, 5),
    suppress=st.sampled_from([[], ["first"], ["first", "second"]]),
    share=st.sampled_from(["0", "0.3", "0.9"]),
)
suppression_rows = st.lists(st.tuples(st.sampled_from(["first", "second"]), people), max_size=10)


def profile_frame(rows):
    empty = dict.fromkeys(PROFILE_SCHEMA)
    return pl.DataFrame(
        [
            {**empty, "customer_id": who, "value_tier": tier, "gender": g, "recency_days": recency}
            for who, tier, g, recency in rows
        ],
        schema=PROFILE_SCHEMA,
    )


def contact_frame(rows):
    return pl.DataFrame(
        [
            (who, ch, f"{ch}-{who}-{n}", "", "guide", alive, n % 2 == 0, since)
            for who, ch, n, alive, since in rows
        ],
        schema={
            "customer_id": pl.String,
            "channel": pl.String,
            "address": pl.String,
            "scope": pl.String,
            "sender": pl.String,
            "is_reachable": pl.Boolean,
            "is_verified": pl.Boolean,
            "since": pl.Datetime("us"),
        },
        orient="row",
    )


def consent_frame(rows):
    return consent_events((who, "phone", f"sms-{who}-{n}", *rest) for who, n, *rest in rows)


def suppression_frame(rows):
    schema = {"suppression_list": pl.String, "customer_id": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def may_be_contacted(who, channel, consents):
    """Consent as the design says it, for one customer, in plain Python."""
    cutoff = datetime.fromisoformat("2026-06-18T16:00:00")
    last = {}
    for customer, number, purpose, ch, state, at in consents:
        if customer == who and at < cutoff:
            key = (purpose, ch, number)
            last[key] = max(last.get(key, (at, state)), (at, state))
    standing = {}
    for (purpose, ch, _), (_, state) in last.items():
        standing.setdefault((purpose, ch), set()).add(state)
    withdrawn = {key for key, states in standing.items() if "withdrawn" in states}
    granted = set(standing) - withdrawn
    if any(purpose == "profile" for purpose, _ in withdrawn):
        return False
    if {("marketing", channel), ("marketing", "all")} & withdrawn:
        return False
    return channel != "sms" or ("marketing", "sms") in granted


@settings(max_examples=150, deadline=None)
@given(profile_rows, contact_rows, consent_rows, suppression_rows, specs)
def test_every_audience_keeps_its_laws(profile, contacts, consents, suppressions, spec):
    frames = (
        profile_frame(profile),
        contact_frame(contacts),
        consent_frame(consents),
        suppression_frame(suppressions),
    )
    result = build_audience(*frames, spec, rules=RULES, as_of_date=AS_OF)
    treated = set(result.members["customer_id"])
    held = set(result.holdout["customer_id"])
    segment = set(parse_rule(spec.where).match(frames[0])["customer_id"])
    on_lists = {who for name, who in suppressions if name in spec.suppress}

    assert result.members.height == len(treated)
    assert treated | held <= segment
    assert not treated & held
    assert not (treated | held) & on_lists
    assert all(may_be_contacted(who, spec.channel, consents) for who in treated | held)
    for row in result.members.rows(named=True):
        reached = [
            since
            for who, channel, number, alive, since in contacts
            if alive and f"{channel}-{who}-{number}" == row["address"]
        ]
        assert any(since is None or since.date() <= AS_OF for since in reached)
    waterfall = result.waterfall
    removed = waterfall.no_consent + waterfall.suppressed + waterfall.capped + waterfall.holdout
    assert waterfall.matched == len(segment) == waterfall.members + removed
    assert (waterfall.members, waterfall.holdout) == (len(treated), len(held))
    assert spec.limit is None or len(treated | held) <= spec.limit
    assert all(
        is_held_out(who, experiment="law", share=spec.holdout.share) == (who in held)
        for who in treated | held
    )
    # completeness: whoever nothing removes is in one of the arms
    if spec.limit is None:
        for who in segment - on_lists:
            can_reach = any(
                alive
                and channel == spec.channel
                and customer == who
                and (since is None or since.date() <= AS_OF)
                for customer, channel, _, alive, since in contacts
            )
            if can_reach and may_be_contacted(who, spec.channel, consents):
                assert who in treated | held


@settings(max_examples=40, deadline=None)
@given(profile_rows, contact_rows, consent_rows, specs, st.integers(0, 99))
def test_the_order_of_rows_changes_no_audience(profile, contacts, consents, spec, seed):
    frames = [profile_frame(profile), contact_frame(contacts), consent_frame(consents)]
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in frames]
    nobody = suppression_frame([])
    one = build_audience(*frames, nobody, spec, rules=RULES, as_of_date=AS_OF)
    other = build_audience(*shuffled, nobody, spec, rules=RULES, as_of_date=AS_OF)
    assert_frame_equal(one.members, other.members)
    assert one.data_hash == other.data_hash


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_holdout_keeps_everyone_of_the_smaller_one(who, first, second):
    small, large = sorted((Decimal(first) / 100, Decimal(second) / 100))
    if is_held_out(who, experiment="law", share=small):
        assert is_held_out(who, experiment="law", share=large)


@pytest.mark.parametrize("share", ["0.05", "0.1", "0.5"])
@pytest.mark.parametrize("experiment", ["spring", "second_purchase_coupon"])
def test_holdout_share_is_met_and_experiments_are_independent(share, experiment):
    ids = pl.Series([f"C{number:010d}" for number in range(20_000)])
    held = mark_holdout(ids, experiment=experiment, share=Decimal(share))
    other = mark_holdout(ids, experiment=f"{experiment}_b", share=Decimal(share))
    wanted = float(share)
    assert abs(held.mean() - wanted) < 4 * (wanted * (1 - wanted) / 20_000) ** 0.5
    both = (held & other).mean()
    assert abs(both - wanted**2) < 4 * (wanted**2 * (1 - wanted**2) / 20_000) ** 0.5
