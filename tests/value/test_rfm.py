"""RFM of small histories a person can check by hand."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from siyu.value.rfm import RFM_SCHEMA, score_rfm
from siyu.value.thresholds import RfmThresholds, TierThresholds

AS_OF = date(2026, 6, 18)


def orders_of(*rows):
    """Rows of (customer, ISO date, yuan)."""
    return pl.DataFrame(
        [(who, date.fromisoformat(day), Decimal(yuan), None) for who, day, yuan in rows],
        schema={
            "customer_id": pl.String,
            "order_date": pl.Date,
            "net_amount": pl.Decimal(18, 2),
            "margin_amount": pl.Decimal(18, 2),
        },
        orient="row",
    )


def customers_of(*rows):
    """Rows of (customer, ISO moment in UTC or None)."""
    return pl.DataFrame(
        [(who, moment and datetime.fromisoformat(moment)) for who, moment in rows],
        schema={"customer_id": pl.String, "first_seen_at": pl.Datetime("us")},
        orient="row",
    )


def score(orders, customers, *, as_of_date=AS_OF, **rfm):
    thresholds = TierThresholds(version="v1", rfm=RfmThresholds(**rfm))
    return score_rfm(orders, customers, as_of_date=as_of_date, thresholds=thresholds)


def row_of(scored, who):
    return scored.row(by_predicate=pl.col("customer_id") == who, named=True)


def test_score_rfm_counts_two_orders_of_a_day_once_in_frequency():
    orders = orders_of(("a", "2026-06-01", "10"), ("a", "2026-06-01", "5.50"))
    row = row_of(score(orders, customers_of(("a", None))), "a")
    assert (row["order_count"], row["order_day_count"]) == (2, 1)
    assert (row["recency_days"], row["net_amount"]) == (17, Decimal("15.50"))


def test_score_rfm_lets_a_fully_refunded_order_count_for_nothing():
    orders = orders_of(("a", "2026-06-01", "10"), ("a", "2026-06-17", "0"))
    row = row_of(score(orders, customers_of(("a", None))), "a")
    assert (row["order_count"], row["order_day_count"], row["recency_days"]) == (1, 1, 17)


def test_score_rfm_subtracts_a_return_booked_as_a_row_of_its_own():
    orders = orders_of(("a", "2026-06-01", "100"), ("a", "2026-06-03", "-30"))
    row = row_of(score(orders, customers_of(("a", None))), "a")
    assert (row["net_amount"], row["order_day_count"]) == (Decimal("70.00"), 1)
    assert row["recency_days"] == 17


def test_score_rfm_window_holds_365_days_with_the_as_of_date():
    orders = orders_of(("first", "2025-06-19", "10"), ("before", "2025-06-18", "10"))
    scored = score(orders, customers_of(("first", None), ("before", None)))
    assert row_of(scored, "first")["recency_days"] == 364
    before = row_of(scored, "before")
    assert before["order_count"] == 0
    assert before["recency_days"] is None
    assert before["rfm_segment"] is None


def test_score_rfm_has_a_row_for_customers_who_never_ordered():
    scored = score(orders_of(), customers_of(("a", "2026-01-01T00:00:00")))
    row = row_of(scored, "a")
    assert scored.schema == RFM_SCHEMA
    assert row["net_amount"] == 0
    nulls = ("rfm_segment", "rfm_segment_zh", "recency_days", "r_score", "f_score", "m_score")
    assert [row[column] for column in nulls] == [None] * 6


def test_score_rfm_knows_a_customer_until_midnight_in_shanghai():
    customers = customers_of(("in", "2026-06-18T15:59:59"), ("out", "2026-06-18T16:00:00"))
    assert score(orders_of(), customers)["customer_id"].to_list() == ["in"]


def test_score_rfm_knows_a_customer_by_an_order_older_than_first_seen():
    scored = score(orders_of(("a", "2026-06-01", "1")), customers_of(("a", "2026-07-01T00:00:00")))
    assert scored["customer_id"].to_list() == ["a"]


def test_score_rfm_gives_ties_the_same_score_and_the_best_the_highest():
    orders = orders_of(
        ("a", "2026-06-01", "10"),
        ("b", "2026-06-01", "10"),
        ("c", "2026-06-10", "20"),
        ("d", "2026-06-18", "30"),
    )
    scored = score(orders, customers_of(*((who, None) for who in "abcd")))
    assert scored["m_score"].to_list() == [1, 1, 4, 5]
    assert scored["r_score"].to_list() == [1, 1, 4, 5]
    assert scored["f_score"].to_list() == [1, 1, 1, 1]


def test_score_rfm_gives_a_lone_buyer_the_lowest_scores():
    row = row_of(score(orders_of(("a", "2026-06-01", "9")), customers_of(("a", None))), "a")
    assert (row["r_score"], row["f_score"], row["m_score"]) == (1, 1, 1)


EIGHT = [
    # R days, F days, yuan a day, segment, Chinese name
    (10, 3, 200, "important_value", "重要价值"),
    (10, 1, 500, "important_develop", "重要发展"),
    (200, 3, 200, "important_keep", "重要保持"),
    (200, 1, 500, "important_winback", "重要挽留"),
    (10, 3, 30, "general_value", "一般价值"),
    (10, 1, 50, "general_develop", "一般发展"),
    (200, 3, 30, "general_keep", "一般保持"),
    (200, 1, 50, "general_winback", "一般挽留"),
]


@pytest.mark.parametrize(("recency", "days", "yuan", "segment", "name"), EIGHT)
def test_score_rfm_names_each_of_the_eight_segments(recency, days, yuan, segment, name):
    last = AS_OF.toordinal() - recency
    orders = orders_of(
        *(("a", date.fromordinal(last - day).isoformat(), yuan) for day in range(days))
    )
    scored = score(orders, customers_of(("a", None)), recency_days=60, net_amount=Decimal(300))
    row = row_of(scored, "a")
    assert (row["rfm_segment"], row["rfm_segment_zh"]) == (segment, name)


def test_score_rfm_reads_r_star_from_the_80th_percentile_of_gaps_rounded_up():
    days = ["2026-06-01", "2026-06-02", "2026-06-04", "2026-06-08"]  # gaps 1, 2, 4 → P80 = 3.2
    scored = score(orders_of(*(("a", day, "1") for day in days)), customers_of(("a", None)))
    assert row_of(scored, "a")["recency_threshold"] == Decimal("4.00")


def test_score_rfm_reads_m_star_from_the_geometric_mean():
    orders = orders_of(("a", "2026-06-01", "100"), ("b", "2026-06-01", "400"))
    scored = score(orders, customers_of(("a", None), ("b", None)))
    assert scored["monetary_threshold"].unique().to_list() == [Decimal("200.00")]
    assert scored["rfm_segment"].to_list() == ["general_develop", "important_develop"]


def test_score_rfm_keeps_fixed_thresholds_through_the_quarter_whatever_happens_in_it():
    history = [("a", "2026-01-05", "50"), ("a", "2026-01-15", "50"), ("b", "2026-02-01", "80")]
    inside = [("a", "2026-04-02", "9000"), ("b", "2026-05-02", "9000"), ("b", "2026-05-03", "1")]
    customers = customers_of(("a", None), ("b", None))
    columns = ["recency_threshold", "monetary_threshold", "thresholds_measured_to_date"]

    def used(rows, day):
        scored = score(orders_of(*rows), customers, as_of_date=day, gaps_to_freeze=1)
        return scored.select(columns).unique().rows()

    first_day = used(history, date(2026, 4, 1))
    assert first_day == [(Decimal(10), Decimal("89.44"), date(2026, 3, 31))]
    assert used(history + inside, date(2026, 6, 30)) == first_day
    assert used(history + inside, date(2026, 7, 1)) != first_day


def test_score_rfm_measures_to_the_as_of_date_when_the_quarter_has_too_little_history():
    orders = orders_of(("a", "2026-03-01", "10"), ("a", "2026-03-03", "10"))
    row = row_of(score(orders, customers_of(("a", None))), "a")
    assert row["thresholds_measured_to_date"] == AS_OF
    assert row["threshold_version"] == "v1"


def test_score_rfm_mode_median_compares_with_the_middle_customer():
    orders = orders_of(
        ("a", "2026-06-01", "10"), ("b", "2026-06-05", "20"), ("c", "2026-06-09", "90")
    )
    scored = score(orders, customers_of(*((who, None) for who in "abc")), threshold_mode="median")
    assert scored["monetary_threshold"].to_list() == [Decimal(20)] * 3
    assert scored["rfm_segment"].to_list() == [
        "general_keep",
        "important_value",
        "important_value",
    ]
