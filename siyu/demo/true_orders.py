"""True orders as the exports' last word has them, by the pipeline's published definitions.

Returns at the till are orders of their own with a negative net amount.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.demo.catalogue import JD, PDD, PLATFORMS, POSPAL, WECHAT
from siyu.demo.exports.jd import pay_times, pays_on_delivery
from siyu.demo.exports.pospal import returns_of
from siyu.demo.order_course import CLOSED_UNPAID, FINISHED, REFUNDED, VOIDED, WAITING, seen_at
from siyu.demo.streams import Ints
from siyu.demo.text_lines import yuan
from siyu.demo.till_payments import price_refund_fen
from siyu.demo.truth_book import TruthBook, person_ids, utc_times
from siyu.demo.world import World

ORDERS_AT_ONCE = 400_000


@dataclass
class OrderTotals:
    """What the true orders add up to.

    Attributes:
        orders: Number of orders.
        net_fen: Their net amount.
        counts: Per person, orders with a net amount above zero.
        nets: Per person, net amount in fen.
    """

    orders: int
    net_fen: int
    counts: Ints
    nets: Ints


def note_orders(world: World, book: TruthBook) -> OrderTotals:
    """Fill ``truth/orders`` part by part, so that memory does not grow with it.

    One row per order some export tells of: order_id, platform, source_order_id, person_id,
    ordered_at, paid_at (null = not paid), status, campaign (-1 = none), gross_amount,
    refund_amount, net_amount (yuan).
    """
    people = world.people.height
    totals = OrderTotals(0, 0, np.zeros(people, np.int64), np.zeros(people, np.int64))
    for start in range(0, world.orders.height, ORDERS_AT_ONCE):
        orders = world.orders[start : start + ORDERS_AT_ONCE]
        for settled in (settled_orders(orders, world), _settled_returns(orders, world)):
            book.append("orders", _table(settled))
            person, net = settled["person"].to_numpy(), settled["net_fen"].to_numpy()
            totals.orders += settled.height
            totals.net_fen += int(net.sum())
            np.add.at(totals.counts, person, net > 0)
            np.add.at(totals.nets, person, net)
    return totals


def settled_orders(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Orders that exports tell of with status and amounts; see ``note_orders``.

    Returns:
        platform (place), number, person, at, paid_at, status, campaign, gross_fen, refund_fen,
        net_fen.
    """
    seen = seen_at(orders, world.window.end)
    # the mini-program's list and the bill tell of paid orders only
    is_told = ~((pl.col("platform") == WECHAT) & (pl.col("pay_time") == 0))
    seen = seen.filter(is_told)
    status = _statuses(seen, world)
    is_open = np.isin(status, ("unpaid", "cancelled"))
    in_store = (seen["platform"] == POSPAL).to_numpy()
    refund = np.where(in_store, price_refund_fen(seen, world), seen["refund_fen"].to_numpy())
    refund = np.where(is_open, 0, refund)
    on_jd = (seen["platform"] == JD).to_numpy()
    # a bill tells when an order was paid; so does PDD, and nothing of when it was made
    tells_payment = seen["is_bill_only"] | (seen["platform"] == PDD)
    return pl.DataFrame(
        {
            "platform": seen["platform"],
            "number": seen["source_order_id"],
            "person": seen["person"],
            "at": np.where(tells_payment.to_numpy(), seen["pay_time"], seen["ordered_at"]),
            "paid_at": np.where(on_jd, pay_times(seen, world), seen["pay_time"].to_numpy()),
            "status": pl.Series(status.astype(object), dtype=pl.String),
            "campaign": seen["campaign"],
            "gross_fen": seen["gross_fen"],
            "refund_fen": refund,
            "net_fen": np.where(is_open, 0, seen["gross_fen"].to_numpy() - refund),
        }
    )


def _statuses(seen: pl.DataFrame, world: World) -> np.ndarray:
    state, platform = seen["state"].to_numpy(), seen["platform"].to_numpy()
    is_jd = platform == JD
    return np.select(
        [
            (state == VOIDED) | (state == CLOSED_UNPAID) | (is_jd & (state == REFUNDED)),
            (state == WAITING) | _unpaid_at_door(seen, world),
            (platform != POSPAL) & (seen["refund_fen"] >= seen["gross_fen"]).to_numpy(),
        ],
        ["cancelled", "unpaid", "refunded"],
        "paid",
    )


def _unpaid_at_door(seen: pl.DataFrame, world: World) -> np.ndarray:
    at_door = pays_on_delivery(seen, world) & (seen["platform"] == JD)
    return (at_door & (seen["state"] != FINISHED)).to_numpy()


def _settled_returns(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    back = returns_of(orders.filter(pl.col("platform") == POSPAL))
    back = back.filter(pl.col("ticket_at") < world.window.end)
    return back.select(
        "platform",
        "person",
        "campaign",
        number="sn",
        at="ticket_at",
        paid_at="ticket_at",
        status=pl.lit("refunded"),
        gross_fen=pl.lit(0, dtype=pl.Int64),
        refund_fen="refund_1_fen",
        net_fen=-pl.col("refund_1_fen"),
    )


def _table(settled: pl.DataFrame) -> pl.DataFrame:
    platform = pl.Series(PLATFORMS).gather(settled["platform"])
    return pl.DataFrame(
        {
            "order_id": platform + ":" + settled["number"],
            "platform": platform,
            "source_order_id": settled["number"],
            "person_id": person_ids(settled["person"]),
            "ordered_at": utc_times(settled["at"]),
            "paid_at": utc_times(settled["paid_at"]),
            "status": settled["status"],
            "campaign": settled["campaign"],
            **{
                f"{name}_amount": yuan_amounts(settled[f"{name}_fen"].to_numpy())
                for name in ("gross", "refund", "net")
            },
        }
    )


def yuan_amounts(fen: Ints) -> pl.Series:
    """Fen as yuan of the type ``decimal(18, 2)``."""
    return yuan(fen).cast(pl.Decimal(18, 2))
