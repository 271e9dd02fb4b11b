"""RFM holds its definitions on any history: an oracle in plain Python, and laws."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, exp, floor, fsum, log
from statistics import median

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from siyu.value.rfm import score_rfm
from siyu.value.thresholds import RfmThresholds, TierThresholds
from tests.properties.value_histories import (
    AS_OF,
    CUSTOMERS,
    QUARTER_EVE,
    customers_frame,
    days,
    fen,
    gaps,
    in_window,
    inputs,
    interpolated,
    order_rows,
    orders_frame,
    percent_rank,
)

modes = st.sampled_from(["fixed", "mean", "median", "score_mean"])


def thresholds(mode="fixed", gaps_to_freeze=2):
    return TierThresholds(
        version="test", rfm=RfmThresholds(threshold_mode=mode, gaps_to_freeze=gaps_to_freeze)
    )


# --- the oracle: the design's sentences, one customer at a time ---------------------------------


def purchase_gaps(rows, last):
    by_customer = defaultdict(set)
    for who, day, net, _ in rows:
        if net > 0 and in_window(day, last):
            by_customer[who].add(day)
    return gaps(by_customer)


def scores(bought):
    recencies, f, m = ([entry[place] for entry in bought.values()] for place in range(3))
    less_recent = [-recency for recency in recencies]

    def score(value, population):
        return 1 + min(4, floor(5 * percent_rank(value, population)))

    return {
        who: (score(-entry[0], less_recent), score(entry[1], f), score(entry[2], m))
        for who, entry in bought.items()
    }


def limits(rows, bought, mode):
    if mode == "fixed":
        last = QUARTER_EVE
        found = purchase_gaps(rows, last)
        if len(found) < 2:
            last = AS_OF
            found = purchase_gaps(rows, last)
        amounts = [entry[2] for entry in inputs(rows, last).values() if entry[2] > 0]
        geometric = floor(exp(fsum(map(log, amounts)) / len(amounts)) + 0.5) if amounts else 0
        return (ceil(interpolated(found, "0.8")) if found else 90, 3, geometric)
    table = list(scores(bought).values() if mode == "score_mean" else bought.values())
    columns = list(zip(*[entry[:3] for entry in table], strict=True)) if table else []
    if mode == "median":
        return tuple(Fraction(median(map(Fraction, column))) for column in columns)
    return tuple(Fraction(sum(column), len(column)) for column in columns)


NAMES = {
    "111": "important_value",
    "101": "important_develop",
    "011": "important_keep",
    "001": "important_winback",
    "110": "general_value",
    "100": "general_develop",
    "010": "general_keep",
    "000": "general_winback",
}


def segment(who, rows, bought, mode):
    limit = limits(rows, bought, mode)
    if mode == "score_mean":
        values = scores(bought)[who]
        near = values[0] >= limit[0]
    else:
        values = bought[who]
        near = values[0] <= limit[0]
    bits = (near, values[1] >= limit[1], values[2] >= limit[2])
    return NAMES["".join(str(int(bit)) for bit in bits)]


@settings(max_examples=60, deadline=None)
@given(order_rows, modes)
def test_rfm_equals_the_definitions_written_out_in_plain_python(rows, mode):
    scored = score_rfm(
        orders_frame(rows), customers_frame(), as_of_date=AS_OF, thresholds=thresholds(mode)
    )
    bought = inputs(rows)
    expected_scores = scores(bought)
    assert scored["customer_id"].to_list() == CUSTOMERS
    for row in scored.rows(named=True):
        who = row["customer_id"]
        if who not in bought:
            assert row["rfm_segment"] is None
            assert row["recency_days"] is None
            assert (row["r_score"], row["f_score"], row["m_score"]) == (None, None, None)
            assert (row["order_count"], row["order_day_count"]) == (0, 0)
            continue
        recency, frequency, amount, _, order_count = bought[who]
        assert (row["recency_days"], row["order_day_count"]) == (recency, frequency)
        assert (row["net_amount"], row["order_count"]) == (Decimal(amount) / 100, order_count)
        assert (row["r_score"], row["f_score"], row["m_score"]) == expected_scores[who]
        assert row["rfm_segment"] == segment(who, rows, bought, mode)


@settings(max_examples=40, deadline=None)
@given(order_rows, st.integers(0, 99), modes)
def test_the_order_of_rows_changes_no_score(rows, seed, mode):
    orders = orders_frame(rows)
    shuffled = orders.sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(
        score_rfm(orders, customers_frame(), as_of_date=AS_OF, thresholds=thresholds(mode)),
        score_rfm(
            shuffled, customers_frame().reverse(), as_of_date=AS_OF, thresholds=thresholds(mode)
        ),
    )


@settings(max_examples=40, deadline=None)
@given(
    order_rows,
    st.sampled_from(CUSTOMERS),
    days.filter(lambda day: day <= AS_OF),
    st.integers(1, 99_999),
)
def test_one_more_order_never_lowers_frequency_or_amount_nor_raises_recency(rows, who, day, net):
    def row_of(all_rows):
        scored = score_rfm(
            orders_frame(all_rows), customers_frame(), as_of_date=AS_OF, thresholds=thresholds()
        )
        return scored.row(by_predicate=pl.col("customer_id") == who, named=True)

    before, after = row_of(rows), row_of([*rows, (who, day, net, None)])
    assert after["order_day_count"] >= before["order_day_count"]
    assert after["order_count"] >= before["order_count"]
    assert after["net_amount"] >= before["net_amount"]
    if before["recency_days"] is not None:
        assert after["recency_days"] <= before["recency_days"]


@settings(max_examples=25, deadline=None)
@given(order_rows, st.integers(-5, -1), fen)
def test_facts_after_the_as_of_date_count_for_nothing(rows, back, net):
    later = (CUSTOMERS[0], AS_OF - timedelta(days=back), net, None)
    for mode in ("fixed", "mean"):
        before, after = (
            score_rfm(
                orders_frame(all_rows),
                customers_frame(),
                as_of_date=AS_OF,
                thresholds=thresholds(mode),
            )
            for all_rows in (rows, [*rows, later])
        )
        assert_frame_equal(before, after)
