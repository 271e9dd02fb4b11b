"""Invented buying histories for properties of value, and the design's words on them, as an oracle.

The oracle is plain Python, one customer at a time; it shares nothing with `siyu.value`.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import polars as pl
from hypothesis import strategies as st

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


def orders_frame(rows):
    yuan = [
        (who, f"taobao:{number}", day, Decimal(net) / 100, None if g is None else Decimal(g) / 100)
        for number, (who, day, net, g) in enumerate(rows)
    ]
    return pl.DataFrame(yuan, schema=ORDERS_SCHEMA, orient="row")


def customers_frame():
    first_seen = [datetime.fromisoformat("2025-01-01")] * len(CUSTOMERS)
    return pl.DataFrame({"customer_id": CUSTOMERS, "first_seen_at": first_seen})


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


def interpolated(values, share):
    place = Fraction(share) * (len(values) - 1)
    low = floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def percent_rank(value, population):
    if len(population) == 1:
        return Fraction(0)
    return Fraction(sum(other < value for other in population), len(population) - 1)
