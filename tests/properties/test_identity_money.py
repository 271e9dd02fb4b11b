"""Money is conserved: whoever orders belong to, nothing is counted twice and nothing is lost."""

import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from identity_histories import QUIET, Brand, lives

from siyu.identity.incremental import resolve_incrementally
from siyu.identity.resolution import Ledger, Resolution


def sums(resolution: Resolution, orders: pl.DataFrame) -> tuple[Decimal, Decimal]:
    """Net of all customers, and net of orders nobody is known for."""
    owned = orders.join(resolution.records, on="record_id", how="left", validate="1:1")
    of_customers = owned.drop_nulls("customer_id").group_by("customer_id").agg(pl.col("net").sum())
    of_nobody = owned.filter(pl.col("customer_id").is_null())["net"].sum()
    known = set(resolution.nodes["customer_id"].drop_nulls())
    assert set(of_customers["customer_id"]) <= known
    return of_customers["net"].sum(), of_nobody


@QUIET
@given(lives(), st.randoms(use_true_random=False))
def test_net_of_customers_and_of_nobody_is_net_of_orders(nights, chance):
    """Through merges, splits and undone overrides, from scratch and incrementally."""
    brand, run_date = Brand(), date(2026, 6, 1)
    before, incremental = brand.input(), brand.resolve()
    net: dict[str, Decimal] = {}
    for records, orders in nights:
        ledger = Ledger(brand.registry, brand.log)
        for stated in records:
            brand.record(**stated)
        for action, left, right in orders:
            brand.order(action, left, right)
        if brand.overrides and chance.random() < 0.3:
            brand.overrides.pop()
        for record_id in {row[0] for row in brand.rows} - set(net):
            net[record_id] = Decimal(chance.randint(-5000, 50000)) / 100
        now = brand.input()
        incremental = resolve_incrementally(
            incremental,
            before,
            now,
            rules=brand.rules,
            ledger=ledger,
            run_date=run_date,
            secret=b"s" * 32,
        )
        whole = brand.resolve(run_date)
        seen = {row[0] for row in brand.rows}
        frame = pl.DataFrame(
            {
                "record_id": [record_id for record_id in net if record_id in seen],
                "net": [amount for record_id, amount in net.items() if record_id in seen],
            },
            schema={"record_id": pl.String, "net": pl.Decimal(18, 2)},
        )
        for resolution in (whole, incremental):
            of_customers, of_nobody = sums(resolution, frame)
            assert of_customers + of_nobody == frame["net"].sum()
        brand.registry, brand.log = incremental.registry, incremental.log
        before, run_date = now, run_date + timedelta(days=1)
