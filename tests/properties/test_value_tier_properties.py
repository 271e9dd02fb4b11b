"""Tiers hold their definitions on any history: an oracle in plain Python."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from statistics import median

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from siyu.value.thresholds import TierThresholds
from siyu.value.tiers import assign_tiers
from tests.properties.value_histories import (
    AS_OF,
    CUSTOMERS,
    customers_frame,
    days,
    gaps,
    in_window,
    inputs,
    interpolated,
    order_rows,
    orders_frame,
    percent_rank,
)

touch_rows = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), days, st.integers(0, 3), st.integers(0, 2)), max_size=40
)
praise_rows = st.lists(st.tuples(st.sampled_from(CUSTOMERS), days), max_size=8)


def touches_frame(rows):
    return pl.DataFrame(
        rows,
        schema={
            "customer_id": pl.String,
            "activity_date": pl.Date,
            "interaction_count": pl.Int64,
            "login_count": pl.Int64,
        },
        orient="row",
    )


def praise_frame(rows):
    return pl.DataFrame(
        [(*row, "referral") for row in rows],
        schema={"customer_id": pl.String, "advocacy_date": pl.Date, "kind": pl.String},
        orient="row",
    )


def thresholds():
    return TierThresholds(version="test")


# --- the oracle: the design's sentences, one customer at a time ---------------------------------


def value_tier(who, bought):
    if who not in bought:
        return "none"
    _, frequency, amount, margin, _ = bought[who]
    rates = [Fraction(e[3], e[2]) for e in bought.values() if e[3] is not None and e[2] > 0]
    amounts = [entry[2] for entry in bought.values()]
    days = [entry[1] for entry in bought.values()]
    margin_is_good = margin is None or (
        amount > 0
        and floor(Fraction(margin, amount) * 10**6)
        >= median([floor(rate * 10**6) for rate in rates])
    )
    if (
        percent_rank(amount, amounts) >= Fraction(8, 10)
        and percent_rank(frequency, days) >= Fraction(6, 10)
        and margin_is_good
    ):
        return "high"
    return "low" if percent_rank(amount, amounts) < Fraction(1, 2) else "mid"


def activity_tiers(rows, touches):
    event_days, buying_days = defaultdict(set), defaultdict(set)
    for who, day, net, _ in rows:
        if net > 0 and day <= AS_OF:
            event_days[who].add(day)
            buying_days[who].add(day)
    for who, day, interactions, logins in touches:
        if interactions + logins > 0 and day <= AS_OF:
            event_days[who].add(day)
    recent_events = {who: {d for d in found if in_window(d)} for who, found in event_days.items()}
    recent_buys = {who: {d for d in found if in_window(d)} for who, found in buying_days.items()}
    event_gaps, buy_gaps = gaps(recent_events), gaps(recent_buys)
    dormant_days = max(30, ceil(interpolated(event_gaps, "0.99"))) if event_gaps else 30
    needed = min(4, ceil(30 / Fraction(median(map(Fraction, buy_gaps))))) if buy_gaps else 1
    month = {AS_OF - timedelta(days=back) for back in range(30)}
    tiers = {}
    for who in CUSTOMERS:
        mine = [touch for touch in touches if touch[0] == who and touch[1] in month]
        if (
            sum(touch[2] for touch in mine) >= 4
            or len({touch[1] for touch in mine if touch[3] > 0}) >= 4
            or len(buying_days[who] & month) >= needed
        ):
            tiers[who] = "active"
        elif any((AS_OF - day).days < dormant_days for day in event_days[who]):
            tiers[who] = "regular"
        else:
            tiers[who] = "dormant"
    return tiers


def loyalty_tier(who, rows, praise):
    buys = {row[1] for row in rows if row[0] == who and row[2] > 0 and row[1] <= AS_OF}
    starts = [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
    ends = [*starts[1:], date(2026, 7, 1)]
    full = sum(
        sum(start <= day < end for day in buys) >= 3
        for start, end in zip(starts, ends, strict=True)
    )
    spoke = any(entry[0] == who and in_window(entry[1]) for entry in praise)
    if full >= 2 and spoke:
        return "loyal", True
    potential = sum(in_window(day) for day in buys) >= 2
    return ("potential" if potential else "none"), full >= 2


@settings(max_examples=60, deadline=None)
@given(order_rows, touch_rows, praise_rows)
def test_tiers_equal_the_definitions_written_out_in_plain_python(rows, touches, praise):
    tiers = assign_tiers(
        orders_frame(rows),
        touches_frame(touches),
        praise_frame(praise),
        customers_frame(),
        as_of_date=AS_OF,
        thresholds=thresholds(),
    )
    bought = inputs(rows)
    active = activity_tiers(rows, touches)
    assert tiers["customer_id"].to_list() == CUSTOMERS
    for row in tiers.rows(named=True):
        who = row["customer_id"]
        assert row["value_tier"] == value_tier(who, bought)
        assert row["activity_tier"] == active[who]
        assert (row["loyalty_tier"], row["is_loyal_behavioural"]) == loyalty_tier(who, rows, praise)
        assert row["is_margin_unknown"] == (bought[who][3] is None if who in bought else None)


dense_days = st.integers(0, 330).map(lambda back: AS_OF - timedelta(days=back))
dense_rows = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS[:2]), dense_days, st.just(100), st.none()),
    min_size=15,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(dense_rows, st.lists(st.tuples(st.sampled_from(CUSTOMERS[:2]), dense_days), max_size=2))
def test_loyalty_of_frequent_buyers_equals_its_definition(rows, praise):
    tiers = assign_tiers(
        orders_frame(rows),
        touches_frame([]),
        praise_frame(praise),
        customers_frame(),
        as_of_date=AS_OF,
        thresholds=thresholds(),
    )
    for row in tiers.rows(named=True):
        found = (row["loyalty_tier"], row["is_loyal_behavioural"])
        assert found == loyalty_tier(row["customer_id"], rows, praise)


@settings(max_examples=40, deadline=None)
@given(order_rows, touch_rows, praise_rows, st.integers(0, 99))
def test_the_order_of_rows_changes_no_tier(rows, touches, praise, seed):
    frames = (
        orders_frame(rows),
        touches_frame(touches),
        praise_frame(praise),
        customers_frame(),
    )
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in frames]
    assert_frame_equal(
        assign_tiers(*frames, as_of_date=AS_OF, thresholds=thresholds()),
        assign_tiers(*shuffled, as_of_date=AS_OF, thresholds=thresholds()),
    )
