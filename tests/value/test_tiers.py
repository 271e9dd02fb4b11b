"""Tiers of small histories a person can check by hand."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from siyu.errors import ConfigError
from siyu.value.thresholds import TierThresholds, load_thresholds
from siyu.value.tiers import TIERS_SCHEMA, assign_tiers

AS_OF = date(2026, 6, 18)
CONFIG = Path(__file__).parents[2] / "config" / "tiers.yml"


def orders_of(*rows):
    """Rows of (customer, days before the as-of date, yuan, margin in yuan or None)."""
    return pl.DataFrame(
        [
            (who, AS_OF - timedelta(days=back), Decimal(yuan), margin and Decimal(margin))
            for who, back, yuan, margin in rows
        ],
        schema={
            "customer_id": pl.String,
            "order_date": pl.Date,
            "net_amount": pl.Decimal(18, 2),
            "margin_amount": pl.Decimal(18, 2),
        },
        orient="row",
    )


def touches_of(*rows):
    """Rows of (customer, days before the as-of date, interactions, logins)."""
    return pl.DataFrame(
        [(who, AS_OF - timedelta(days=back), *counts) for who, back, *counts in rows],
        schema={
            "customer_id": pl.String,
            "activity_date": pl.Date,
            "interaction_count": pl.Int64,
            "login_count": pl.Int64,
        },
        orient="row",
    )


def praise_of(*rows):
    return pl.DataFrame(
        [(who, AS_OF - timedelta(days=back), "nps_promoter") for who, back in rows],
        schema={"customer_id": pl.String, "advocacy_date": pl.Date, "kind": pl.String},
        orient="row",
    )


def tiers_of(orders=None, touches=None, praise=None, customers="abcdef"):
    known = pl.DataFrame(
        {"customer_id": list(customers), "first_seen_at": [None] * len(customers)},
        schema={"customer_id": pl.String, "first_seen_at": pl.Datetime("us")},
    )
    tiers = assign_tiers(
        orders if orders is not None else orders_of(),
        touches if touches is not None else touches_of(),
        praise if praise is not None else praise_of(),
        known,
        as_of_date=AS_OF,
        thresholds=TierThresholds(version="v1"),
    )
    return {row["customer_id"]: row for row in tiers.rows(named=True)}


# a to f buy ever more and on ever more days; margin rate .5 but where said otherwise
LADDER = [(who, day, "100", "50") for place, who in enumerate("abcdef", 1) for day in range(place)]


def test_assign_tiers_calls_the_top_fifth_high_and_the_lower_half_low():
    tiers = tiers_of(orders_of(*LADDER))
    assert [tiers[who]["value_tier"] for who in "abcdef"] == [
        "low",
        "low",
        "low",
        "mid",
        "high",
        "high",
    ]
    assert tiers["f"]["is_margin_unknown"] is False


def test_assign_tiers_keeps_a_poor_margin_out_of_high():
    poor = [(who, day, yuan, "1" if who == "f" else m) for who, day, yuan, m in LADDER]
    assert tiers_of(orders_of(*poor))["f"]["value_tier"] == "mid"


def test_assign_tiers_lets_an_unknown_margin_into_high_and_flags_it():
    one_unknown = [*LADDER[:-1], ("f", 5, "100", None)]
    row = tiers_of(orders_of(*one_unknown))["f"]
    assert (row["value_tier"], row["is_margin_unknown"]) == ("high", True)


def test_assign_tiers_asks_for_frequency_beside_amount():
    rows = [("a", day, "10", None) for day in range(5)]
    rows += [("b", day, "10", None) for day in range(4)]
    rows += [("c", 1, "9000", None)]
    assert tiers_of(orders_of(*rows))["c"]["value_tier"] == "mid"


def test_assign_tiers_has_no_value_tier_without_an_order_that_stayed():
    row = tiers_of(orders_of(("a", 3, "0", None), ("b", 400, "50", None)))
    assert (row["a"]["value_tier"], row["a"]["is_margin_unknown"]) == ("none", None)
    assert row["b"]["value_tier"] == "none"


@pytest.mark.parametrize(
    ("touches", "tier"),
    [
        ([("a", 0, 2, 0), ("a", 29, 2, 0)], "active"),
        ([("a", 0, 2, 0), ("a", 30, 2, 0)], "regular"),
        ([("a", day, 0, 1) for day in range(4)], "active"),
        ([("a", 0, 0, 4)], "regular"),
        ([("a", 29, 1, 0)], "regular"),
        ([("a", 30, 1, 0)], "dormant"),
        ([], "dormant"),
    ],
)
def test_assign_tiers_tells_active_regular_and_dormant_apart(touches, tier):
    assert tiers_of(touches=touches_of(*touches))["a"]["activity_tier"] == tier


def test_assign_tiers_waits_longer_for_dormant_when_customers_come_back_late():
    late = touches_of(("a", 100, 1, 0), ("a", 0, 1, 0), ("b", 80, 1, 0), ("c", 100, 1, 0))
    tiers = tiers_of(touches=late)
    assert tiers["a"]["dormant_after_days"] == 100
    assert tiers["b"]["activity_tier"] == "regular"
    assert tiers["c"]["activity_tier"] == "dormant"


def test_assign_tiers_asks_for_as_many_purchase_days_as_the_usual_gap_allows():
    every_ten_days = [("a", day, "1", None) for day in (0, 10, 20, 30)]  # p = ⌈30 ÷ 10⌉
    tiers = tiers_of(orders_of(*every_ten_days, ("b", 1, "1", None), ("b", 11, "1", None)))
    assert tiers["a"]["active_purchase_days"] == 3
    assert tiers["a"]["activity_tier"] == "active"
    assert tiers["b"]["activity_tier"] == "regular"


THIS_QUARTER = (0, 10, 20)
LAST_QUARTER = (80, 90, 100)
FIFTH_QUARTER_BACK = (354, 356, 358)


@pytest.mark.parametrize(
    ("days", "praised", "tier", "behavioural"),
    [
        (THIS_QUARTER + LAST_QUARTER, True, "loyal", True),
        (THIS_QUARTER + LAST_QUARTER, False, "potential", True),
        (THIS_QUARTER + LAST_QUARTER[:2], True, "potential", False),
        (THIS_QUARTER + FIFTH_QUARTER_BACK, True, "potential", False),
        (THIS_QUARTER[:1], True, "none", False),
        ((0, 364), False, "potential", False),
        ((0, 365), False, "none", False),
    ],
)
def test_assign_tiers_tells_loyal_potential_and_none_apart(days, praised, tier, behavioural):
    orders = orders_of(*(("a", day, "9", None) for day in days))
    row = tiers_of(orders, praise=praise_of(("a", 5)) if praised else None)["a"]
    assert (row["loyalty_tier"], row["is_loyal_behavioural"]) == (tier, behavioural)


def test_assign_tiers_of_nobody_is_an_empty_table_of_the_same_columns():
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "first_seen_at": pl.Datetime("us")})
    tiers = assign_tiers(
        orders_of(),
        touches_of(),
        praise_of(),
        nobody,
        as_of_date=AS_OF,
        thresholds=load_thresholds(CONFIG),
    )
    assert tiers.schema == TIERS_SCHEMA
    assert tiers.is_empty()


def test_load_thresholds_reads_the_shipped_file_as_the_documented_defaults():
    shipped = load_thresholds(CONFIG)
    assert shipped == TierThresholds(version=shipped.version)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('version: "1"\nrfm:\n  order_days: 0\n', "tiers.yml:3:15: rfm.order_days: "),
        ('version: "1"\nvalue: {high_amount: 0.8}\n', "tiers.yml:2:22: value.high_amount: Extra"),
        ('version: "1"\nversion: "2"\n', "tiers.yml:2:1: version: stands twice"),
        ('version: "1"\nloyalty: {quarters: 3, quarters_needed: 4}\n', "tiers.yml:2:10: loyalty: "),
        (
            'version: "1"\nvalue: {low_amount_share: 0.9}\n',
            "tiers.yml:2:8: value: Value error, low",
        ),
        ("window_days: 365\n", "tiers.yml:1:1: version: Field required"),
        ('version: "1\n', "tiers.yml:2:1: is no YAML"),
    ],
)
def test_load_thresholds_refuses_a_wrong_setting_with_its_line(tmp_path, text, message):
    path = tmp_path / "tiers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_thresholds(path)
    assert message in str(refused.value)
