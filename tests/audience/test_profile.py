"""The profile as of a date: what a rule is asked of."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl

from siyu.audience.columns import PROFILE_COLUMNS, PROFILE_SCHEMA
from siyu.audience.profile import build_profile
from siyu.value.rfm import score_rfm
from siyu.value.thresholds import load_thresholds
from siyu.value.tiers import assign_tiers


def customers_of(**changes):
    person = {
        "customer_id": "C1",
        "display_name": "王晓彤",
        "gender": "female",
        "birth_date": date(1990, 6, 19),
        "birth_day": "06-19",
        "province": "上海",
        "city": "上海",
        "member_level": None,
        "first_seen_at": datetime.fromisoformat("2026-06-10T16:00:00"),
        "is_anonymous": False,
        **changes,
    }
    schema = {
        "birth_date": pl.Date,
        "birth_day": pl.String,
        "first_seen_at": pl.Datetime("us"),
        "member_level": pl.String,
    }
    return pl.DataFrame([person], schema_overrides=schema)


def profile_of(world, customers, orders=(), contact_points=None):
    orders = pl.DataFrame(
        [("C1", f"taobao:{n}", day, Decimal(net), None) for n, (day, net) in enumerate(orders)],
        schema={
            "customer_id": pl.String,
            "order_id": pl.String,
            "order_date": pl.Date,
            "net_amount": pl.Decimal(18, 2),
            "margin_amount": pl.Decimal(18, 2),
        },
        orient="row",
    )
    activity = pl.DataFrame(
        schema={
            "customer_id": pl.String,
            "activity_date": pl.Date,
            "interaction_count": pl.Int64,
            "login_count": pl.Int64,
        }
    )
    advocacy = pl.DataFrame(
        schema={"customer_id": pl.String, "advocacy_date": pl.Date, "kind": pl.String}
    )
    as_of = {
        "as_of_date": world.as_of_date,
        "thresholds": load_thresholds(world.config / "tiers.yml"),
    }
    profile = build_profile(
        customers,
        orders,
        contact_points if contact_points is not None else world.contact_points(),
        score_rfm(orders, customers, **as_of),
        assign_tiers(orders, activity, advocacy, customers, **as_of),
        as_of_date=world.as_of_date,
    )
    assert profile.schema == PROFILE_SCHEMA
    return profile.row(0, named=True)


def test_build_profile_tells_age_and_days_known_as_of_the_date(world):
    row = profile_of(world, customers_of())
    assert (row["age_years"], row["birth_month"]) == (35, 6)
    assert row["known_days"] == 7
    on_birthday = profile_of(world, customers_of(birth_date=date(1990, 6, 18)))
    assert on_birthday["age_years"] == 36


def test_build_profile_tells_the_month_of_a_birthday_without_a_year(world):
    row = profile_of(world, customers_of(birth_date=None, birth_day="12-31"))
    assert (row["age_years"], row["birth_month"]) == (None, 12)


def test_build_profile_keeps_the_unknown_null(world):
    nothing = {"birth_date": None, "birth_day": None, "gender": None, "first_seen_at": None}
    row = profile_of(world, customers_of(**nothing))
    unknown = ("age_years", "birth_month", "gender", "known_days", "recency_days", "rfm_segment")
    assert [row[column] for column in unknown] == [None] * 6
    assert (row["lifetime_order_count"], row["value_tier"]) == (0, "none")


def test_build_profile_sums_a_lifetime_beside_the_window(world):
    orders = [
        (date(2020, 1, 1), "50"),
        (date(2026, 6, 8), "20"),
        (date(2026, 6, 10), "-5"),
        (date(2026, 6, 19), "999"),
    ]
    row = profile_of(world, customers_of(), orders)
    assert (row["lifetime_order_count"], row["lifetime_net_amount"]) == (2, Decimal("65.00"))
    assert (row["order_count"], row["net_amount"]) == (1, Decimal("15.00"))
    assert row["first_order_date"] == date(2020, 1, 1)
    assert (row["days_since_last_order"], row["recency_days"]) == (10, 10)


def test_build_profile_shows_channels_that_are_alive_on_the_day(world):
    contact_points = pl.concat(
        [
            world.contact_points(("C1", "wm1", "guide", None, True)),
            world.contact_points(("C1", "o1", "", None, False), channel="oa"),
            world.contact_points(("C1", "1", "", "2026-06-18T16:00:00", True), channel="sms"),
        ]
    )
    row = profile_of(world, customers_of(), contact_points=contact_points)
    assert (row["has_wecom"], row["has_oa"], row["has_sms"]) == (True, False, False)


def test_profile_columns_all_have_a_chinese_label_and_a_meaning():
    assert all(column.label_zh and column.meaning.endswith(".") for column in PROFILE_COLUMNS)
    assert len(PROFILE_SCHEMA) == len(PROFILE_COLUMNS)
