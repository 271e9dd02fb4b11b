"""Rules: what is allowed, and that unknown is neither true nor false."""

from datetime import date
from decimal import Decimal

import pytest

from siyu.audience.rule import parse_rule
from siyu.audience.rule_checks import RuleError


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be one condition"),
        ("has_sms; has_oa", "must be one condition"),
        ("has_sms and", "is no SQL"),
        ("gender = 'male", "is no SQL"),
        ("net_amount", "must be a condition"),
        ("p.net_amount = 1", "without p."),
        ("exists (select 1)", "sub-queries|not allowed"),
        ("customer_id in (select customer_id from x)", "sub-queries"),
        ("read_csv('/etc/passwd') = 1", "'read_csv' is not allowed"),
        ("net_amount / 2 > 1", "not allowed"),
        ("cast(net_amount as varchar) = '1'", "casts are not allowed"),
        ("case when has_sms then true else false end", "not allowed"),
        ("sum(net_amount) > 1", "'sum' is not allowed"),
        ("row_number() over () = 1", "not allowed"),
        ("first_order_date > '2026-01-01'", "puts date and text together"),
        ("first_order_date > date '2026-13-01'", "cannot be evaluated"),
        ("has_sms = 1", "puts condition and number together"),
        ("not net_amount", "needs a condition, not a number"),
        ("city like 5", "puts number and text|needs a text"),
        ("rfm_segment in ('important_value', 'vip')", "rfm_segment is never 'vip'"),
    ],
)
def test_parse_rule_refuses_what_is_no_condition_over_columns(text, problem):
    with pytest.raises(RuleError, match=problem):
        parse_rule(text)


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("gender = 'female'", ["f"]),
        ("gender <> 'female'", ["m"]),
        ("not gender = 'female'", ["m"]),
        ("gender is null", ["n"]),
        ("gender is distinct from 'female'", ["m", "n"]),
        ("has_sms is not true", ["m", "n"]),
        ("not (has_sms is true)", ["m", "n"]),
        ("gender in ('female', null)", ["f"]),
        ("gender not in ('female', null)", []),
        ("gender = 'male' or has_sms", ["f", "m"]),
        ("coalesce(gender, 'male') = 'male'", ["m", "n"]),
        ("net_amount >= 10.5", ["f", "m"]),
        ("net_amount > 10.50", ["m"]),
        ("NET_AMOUNT between 0 and 11 -- a comment", ["f"]),
        ("first_order_date >= date '2026-02-01'", ["m"]),
        ("city like '上%'", ["f"]),
        ("starts_with(city, '上') and length(city) = 2", ["f"]),
        ("net_amount * 2 - 1 = 20", ["f"]),
    ],
)
def test_rule_match_keeps_three_valued_logic(world, text, matched):
    profile = world.profile(
        {
            "customer_id": "f",
            "gender": "female",
            "has_sms": True,
            "net_amount": Decimal("10.50"),
            "city": "上海",
            "first_order_date": date(2026, 1, 1),
        },
        {
            "customer_id": "m",
            "gender": "male",
            "has_sms": None,
            "net_amount": Decimal("20.00"),
            "city": "北京",
            "first_order_date": date(2026, 3, 1),
        },
        {"customer_id": "n", "gender": None, "has_sms": None, "net_amount": None},
    )
    assert parse_rule(text).match(profile)["customer_id"].to_list() == matched
