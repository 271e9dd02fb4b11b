"""How tickets at the till were paid, and what Alipay paid back for them."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import POSPAL
from siyu.demo.orders import NORMAL, VOID
from siyu.demo.streams import Flags, chance, picked
from siyu.demo.world import World

# 微信 twice, cash, Alipay
PAY_CODES = ("payCode_13", "payCode_13", "payCode_1", "payCode_11")
ALIPAY = PAY_CODES.index("payCode_11")
# a lower price within days is paid back through Alipay, without a return at the till
PRICE_REFUND_SHARE, PRICE_REFUND_PART, PRICE_REFUND_AFTER = 0.03, 10, 3 * 86_400


def pay_code_places(orders: pl.DataFrame, world: World) -> pl.Series:
    """Place in PAY_CODES of each ticket."""
    order = orders["order"].to_numpy()
    return pl.Series(picked(order, salt="pays", seed=world.seed, below=len(PAY_CODES)))


def price_refund_fen(orders: pl.DataFrame, world: World) -> np.ndarray:
    """What Alipay paid back of each order for a lower price, 0 = nothing (or another platform)."""
    order = orders["order"].to_numpy()
    drawn = chance(order, salt="price refund", seed=world.seed, share=PRICE_REFUND_SHARE)
    is_due: Flags = (
        drawn
        & (orders["platform"] == POSPAL).to_numpy()
        & (orders["fate"] == NORMAL).to_numpy()
        & (pay_code_places(orders, world) == ALIPAY).to_numpy()
        & (orders["paid_at"].to_numpy() + PRICE_REFUND_AFTER < world.window.end)
    )
    return np.where(is_due, orders["gross_fen"].to_numpy() // PRICE_REFUND_PART, 0)


def alipay_entries(world: World) -> pl.DataFrame:
    """One row per line of Alipay's bill.

    Returns:
        The orders and: is_refund, at, entry_fen (negative for refunds).
    """
    orders = world.orders_of(POSPAL)
    paid = orders.filter((pay_code_places(orders, world) == ALIPAY) & (orders["fate"] != VOID))
    refunds = price_refund_fen(paid, world)
    sales = paid.with_columns(
        is_refund=pl.lit(False), at=pl.col("paid_at") + 5, entry_fen=pl.col("gross_fen")
    )
    lower = paid.with_columns(
        is_refund=pl.lit(True),
        at=pl.col("paid_at") + PRICE_REFUND_AFTER,
        entry_fen=-pl.Series(refunds),
    ).filter(pl.Series(refunds > 0))
    returned = paid.filter(pl.col("refund_1_fen") > 0).with_columns(
        is_refund=pl.lit(True), at=pl.col("refund_1_at"), entry_fen=-pl.col("refund_1_fen")
    )
    return pl.concat([sales, lower, returned]).sort("at", "order", "is_refund")
