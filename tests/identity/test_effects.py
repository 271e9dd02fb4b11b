"""What a change of identity does to tiers and audiences, side by side."""

import polars as pl

from siyu.identity.effects import Outcome, compare_outcomes


def outcome(rows, members):
    columns = ["customer_id", "value_tier", "activity_tier", "loyalty_tier"]
    return Outcome(pl.DataFrame(rows, schema=columns, orient="row"), members)


def test_customers_are_compared_by_id_and_audiences_by_name():
    before = outcome(
        [
            ("1", "high", "active", "loyal"),
            ("2", "low", "dormant", "none"),
            ("3", "mid", "active", "none"),
        ],
        {"a": 2, "gone": 1},
    )
    after = outcome(
        [
            ("1", "mid", "active", "none"),
            ("2", "low", "dormant", "none"),
            ("4", "low", "active", "none"),
        ],
        {"a": 1, "stopped": None},
    )
    effects = compare_outcomes(before, after)
    assert (effects.customers_changed, effects.customers_gone, effects.customers_new) == (1, 1, 1)
    assert effects.tier_changes.rows() == [
        ("loyalty_tier", "loyal", "none", 1),
        ("value_tier", "high", "mid", 1),
    ]
    assert effects.audiences.rows() == [("a", 2, 1), ("gone", 1, None), ("stopped", None, None)]
