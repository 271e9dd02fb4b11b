"""The moment an export speaks for, as its name tells it."""

from datetime import datetime

import pytest

from siyu.ingest.exports import exported_at


@pytest.mark.parametrize(
    ("file", "moment"),
    [
        ("orders_20260620.csv", "2026-06-19T16:00:00"),
        ("orders_20260620090000.csv", "2026-06-20T01:00:00"),
        # a month's export is newer than the one of a day within it
        ("订单_20260601-20260630.csv", "2026-06-29T16:00:00"),
        ("订单_20260610.csv", "2026-06-09T16:00:00"),
        ("订单_2026-06-01_2026-06-30.csv", "2026-06-29T16:00:00"),
        ("20260601_20260630_202607011030.csv", "2026-07-01T02:30:00"),
        ("orders_2026-06-30.csv", "2026-06-29T16:00:00"),
        ("orders_2026_06_30.csv", "2026-06-29T16:00:00"),
        ("2026-05-01/orders_2026-06-30.csv", "2026-06-29T16:00:00"),
    ],
)
def test_the_latest_moment_in_a_name_counts(file, moment):
    assert exported_at(file) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "file",
    [
        "orders.csv",
        "2026-06-30/orders.csv",
        "order_4781202606300123456.csv",  # an order number
        "shop_88001234.csv",  # no month 12 of the year 8800
        "alipay_20880000000000000156.csv",
        "orders_19990101.csv",
        "orders_2026-13-30.csv",
        "orders_2026-06_30.csv",
        "orders_12026-06-301.csv",
        "13912345678.csv",
    ],
)
def test_other_numbers_in_a_name_are_no_moment(file):
    assert exported_at(file) is None
