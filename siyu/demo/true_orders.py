"""True orders as the exports' last word has them, by the pipeline's published definitions.

Returns at the till are orders of their own with a negative net amount.
"""

import numpy as np
import polars as pl

from siyu.demo.catalogue import JD, PDD, PLATFORMS, POSPAL, WECHAT
from siyu.demo.exports.jd import pay_times, pays_on_delivery
from siyu.demo.exports.pospal import returns_of
from siyu.demo.order_course import CLOSED_UNPAID, FINISHED, REFUNDED, VOIDED, WAITING, seen_at
from siyu.demo.text_lines import yuan
from siyu.demo.till_payments import price_refund_fen
from siyu.demo.truth_book import person_ids, utc_times
from siyu.demo.world import World


def true_orders(world: World) -> pl.DataFrame:
    """One row per order some export tells of.

    Returns:
        order_id, platform, source_order_id, person_id, ordered_at, paid_at (null = not paid),
        status, gross_amount, refund_amount, net_amount (yuan), campaign (-1 = none).
    """
    seen = seen_at(world.orders, world.window.end)
    # the mini-program's list and the bill tell of paid orders only
    is_told = ~((pl.col("platform") == WECHAT) & (pl.col("pay_time") == 0))
    seen = seen.filter(is_told)
    status = _statuses(seen, world)
    is_open = np.isin(status, ("unpaid", "cancelled"))
    in_store = (seen["platform"] == POSPAL).to_numpy()
    refund = np.where(in_store, price_refund_fen(seen, world), seen["refund_fen"].to_numpy())
    refund = np.where(is_open, 0, refund)
    net = np.where(is_open, 0, seen["gross_fen"].to_numpy() - refund)
    on_jd = (seen["platform"] == JD).to_numpy()
    paid_at = np.where(on_jd, pay_times(seen, world), seen["pay_time"].to_numpy())
    # a bill tells when an order was paid; so does PDD, and nothing of when it was made
    tells_payment = seen["is_bill_only"] | (seen["platform"] == PDD)
    at = np.where(tells_payment.to_numpy(), seen["pay_time"], seen["ordered_at"])
    sales = _table(seen, seen["source_order_id"], at, paid_at, status)
    sales = sales.with_columns(
        gross_amount=_yuan(seen["gross_fen"].to_numpy()),
        refund_amount=_yuan(refund),
        net_amount=_yuan(net),
    )
    return pl.concat([sales, _returns(world)]).sort("order_id")


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


def _returns(world: World) -> pl.DataFrame:
    back = returns_of(world.orders.filter(pl.col("platform") == POSPAL))
    back = back.filter(pl.col("ticket_at") < world.window.end)
    at = back["ticket_at"].to_numpy()
    table = _table(back, back["sn"], at, at, np.full(back.height, "refunded"))
    amount = _yuan(back["refund_1_fen"].to_numpy())
    return table.with_columns(
        gross_amount=_yuan(np.zeros(back.height, dtype=np.int64)),
        refund_amount=amount,
        net_amount=_yuan(-back["refund_1_fen"].to_numpy()),
    )


def _table(
    orders: pl.DataFrame, number: pl.Series, at: np.ndarray, paid_at: np.ndarray, status: np.ndarray
) -> pl.DataFrame:
    platform = pl.Series(PLATFORMS).gather(orders["platform"])
    return pl.DataFrame(
        {
            "order_id": platform + ":" + number,
            "platform": platform,
            "source_order_id": number,
            "person_id": person_ids(orders["person"]),
            "ordered_at": utc_times(pl.Series(at)),
            "paid_at": utc_times(pl.Series(paid_at)),
            "status": pl.Series(status.astype(object), dtype=pl.String),
            "campaign": orders["campaign"],
        }
    )


def _yuan(fen: np.ndarray) -> pl.Series:
    return yuan(fen).cast(pl.Decimal(18, 2))
