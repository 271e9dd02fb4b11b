"""What each channel makes of a state."""

from pathlib import Path

import polars as pl
import pytest

from siyu.consent.permission import permitted
from siyu.consent.rules import load_consent_rules

RULES = load_consent_rules(Path(__file__).parents[2] / "config" / "consent.yml")


def judge(channel, *states, purpose="marketing", reachable=("C1",)):
    """States are rows of (purpose, channel, state) of customer C1."""
    judged = permitted(
        pl.DataFrame({"customer_id": ["C1"]}),
        pl.DataFrame(
            [("C1", *row) for row in states],
            schema=dict.fromkeys(("customer_id", "purpose", "channel", "state"), pl.String),
            orient="row",
        ),
        pl.DataFrame({"customer_id": list(reachable)}, schema={"customer_id": pl.String}),
        purpose=purpose,
        channel=channel,
        rules=RULES,
    )
    assert judged["is_permitted"].item() == (judged["refusal"].item() is None)
    return judged["refusal"].item()


@pytest.mark.parametrize("channel", ["sms", "email", "ad_platform"])
def test_permitted_needs_a_grant_where_law_says_so(channel):
    assert judge(channel) == "not_granted"
    assert judge(channel, ("marketing", channel, "granted")) is None
    assert judge(channel, ("marketing", channel, "withdrawn")) == "withdrawn"


@pytest.mark.parametrize("channel", ["wecom", "oa", "miniprogram"])
def test_permitted_needs_a_living_relation_where_the_channel_is_one(channel):
    assert judge(channel) is None
    assert judge(channel, reachable=()) == "not_reachable"
    assert judge(channel, ("marketing", channel, "withdrawn")) == "withdrawn"


def test_permitted_takes_no_grant_of_another_channel_or_purpose():
    assert judge("sms", ("marketing", "wecom", "granted")) == "not_granted"
    assert judge("sms", ("care", "sms", "granted")) == "not_granted"
    assert judge("sms", ("care", "sms", "granted"), purpose="care") is None


def test_permitted_lets_a_withdrawal_for_every_channel_count_on_each():
    granted = ("marketing", "sms", "granted")
    assert judge("sms", granted, ("marketing", "all", "withdrawn")) == "withdrawn"
    assert judge("sms", ("marketing", "all", "granted")) == "not_granted"


def test_permitted_lets_a_withdrawal_for_every_purpose_count_for_each():
    assert judge("sms", ("marketing", "sms", "granted"), ("all", "sms", "withdrawn")) == "withdrawn"
    assert judge("wecom", ("all", "all", "withdrawn")) == "withdrawn"
    assert judge("sms", ("all", "sms", "granted")) == "not_granted"


@pytest.mark.parametrize("channel", ["sms", "wecom"])
def test_permitted_ends_all_automated_marketing_when_profiling_is_refused(channel):
    states = [("marketing", channel, "granted"), ("profile", "oa", "withdrawn")]
    assert judge(channel, *states) == "profile_withdrawn"
    assert judge(channel, states[0], ("profile", "oa", "granted")) is None


def test_permitted_lets_a_grant_without_an_address_reach_nobody():
    assert judge("sms", ("marketing", "sms", "granted"), reachable=()) == "not_reachable"


def test_permitted_permits_nobody_on_a_channel_without_a_rule():
    assert judge("fax", ("marketing", "fax", "granted")) == "not_granted"
