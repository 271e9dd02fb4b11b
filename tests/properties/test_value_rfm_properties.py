"""RFM holds its definitions on any history: an oracle in plain Python, and laws."""

from collections import defaultdict
from datetime import date, datetime, timedelta
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

AS_OF = date(2026, 5, 20)
QUARTER_EVE = date(2026, 3, 31)
CUSTOMERS = [f"C{number:010d}" for number in range(1, 8)]
ORDERS_SCHEMA = {
    "customer_id": pl.String,
    "order_id": pl.String,
    "order_date": pl.Date,
    "net_amount": pl.Decimal(18, 2),
    "margin_amount": pl.Decimal(18, 2),
}

days = st.integers(-5, 500).map(lambda back: AS_OF - timedelta(days=back))
fen = st.one_of(st.just(0), st.integers(1, 5), st.integers(1, 500_000), st.integers(-9_000, -1))
order_rows = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), days, fen, st.one_of(st.none(), st.integers(-500, 9000))),
    max_size=40,
)
modes = st.sampled_from(["fixed", "mean", "median", "score_mean"])


def orders_frame(rows):
    yuan = [
        (who, f"taobao:{number}", day, Decimal(net) / 100, None if g is None else Decimal(g) / 100)
        for number, (who, day, net, g) in enumerate(rows)
    ]
    return pl.DataFrame(yuan, schema=ORDERS_SCHEMA, orient="row")


def customers_frame():
    first_seen = [datetime.fromisoformat("2025-01-01")] * len(CUSTOMERS)
    return pl.DataFrame({"customer_id": CUSTOMERS, "first_seen_at": first_seen})


def thresholds(mode="fixed", gaps_to_freeze=2):
    return TierThresholds(
        version="test", rfm=RfmThresholds(threshold_mode=mode, gaps_to_freeze=gaps_to_freeze)
    )


# --- the oracle: the design's sentences, one customer at a time ---------------------------------


def in_window(day, last=AS_OF):
    return last - timedelta(days=365) < day <= last


def inputs(rows, last=AS_OF):
    """Customer → (R, F, M in fen, G in fen or None, orders) for who bought in W."""
    found = {}
    for who in CUSTOMERS:
        mine = [row for row in rows if row[0] == who and in_window(row[1], last)]
        bought = {row[1] for row in mine if row[2] > 0}
        if bought:
            margins = [row[3] for row in mine if row[2] != 0]
            found[who] = (
                (last - max(bought)).days,
                len(bought),
                sum(row[2] for row in mine),
                None if None in margins else sum(margins),
                sum(row[2] > 0 for row in mine),
            )
    return found


def gaps(days_by_customer):
    return sorted(
        (later - earlier).days
        for found in days_by_customer.values()
        for earlier, later in zip(sorted(found), sorted(found)[1:], strict=False)
    )


def purchase_gaps(rows, last):
    by_customer = defaultdict(set)
    for who, day, net, _ in rows:
        if net > 0 and in_window(day, last):
            by_customer[who].add(day)
    return gaps(by_customer)


def interpolated(values, share):
    place = Fraction(share) * (len(values) - 1)
    low = floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def percent_rank(value, population):
    if len(population) == 1:
        return Fraction(0)
    return Fraction(sum(other < value for other in population), len(population) - 1)


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
