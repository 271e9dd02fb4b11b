"""What lies in each order, what it costs and what is paid back, in whole fen.

When orders happen belongs to ``orders``; how exports show amounts to ``exports``.
"""

import numpy as np
import polars as pl

from siyu.demo.catalogue import PRODUCTS, TAOBAO, WECHAT, YOUZAN
from siyu.demo.orders import (
    BY_ARTICLE,
    FULL_REFUND,
    NORMAL,
    PART_REFUND,
    SPLIT_PARCEL,
    SPLIT_REFUND,
)
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import Ints, stream
from siyu.demo.wall_time import DAY

_LINE_COUNT_REACHED = (0.56, 0.84)
# per mille of the shelf price people pay in quiet and in busy times
_QUIET_PRICES, _BUSY_PRICES = (860, 1000), (680, 900)
_BUSY_MONTHS = (6, 11)
_FREIGHT_FEN = (600, 800, 1000, 1200)


def make_lines(orders: pl.DataFrame, people: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """One row per article in an order; no article stands twice in one order.

    Returns:
        Sorted by order and ``number`` (0, 1, …): order, number, product, quantity, list_fen (shelf
        price × quantity), paid_fen (what the customer was to pay for it).
    """
    generator = stream(seed, "baskets")
    count = orders.height
    many = 1 + np.searchsorted(_LINE_COUNT_REACHED, generator.random(count), side="right")
    order = np.repeat(np.arange(count), many)
    number = np.arange(len(order)) - np.repeat(np.cumsum(many) - many, many)
    buyers = people.select("buys_for_baby", "is_big_basket")[orders["person"]]
    product = _products(generator, buyers["buys_for_baby"].to_numpy(), order, number)
    price = np.array([article.price_fen for article in PRODUCTS])[product]
    is_baby = np.array([article.is_baby for article in PRODUCTS])[product]
    big = buyers["is_big_basket"].to_numpy()[order]
    quantity = (
        1 + (generator.random(len(order)) < 0.18) + is_baby * generator.integers(0, 2, len(order))
    )
    quantity = np.where(
        big & (price < 50_000), quantity * generator.integers(2, 4, len(order)), quantity
    )
    listed = price * quantity
    month = pl.Series(orders["ordered_at"] // DAY).cast(pl.Int32).cast(pl.Date).dt.month()
    is_busy = np.isin(month.to_numpy(), _BUSY_MONTHS)[order]
    low = np.where(is_busy, _BUSY_PRICES[0], _QUIET_PRICES[0])
    high = np.where(is_busy, _BUSY_PRICES[1], _QUIET_PRICES[1])
    share = low + (generator.random(len(order)) * (high - low + 1)).astype(np.int64)
    return pl.DataFrame(
        {
            "order": order,
            "number": number.astype(np.int8),
            "product": product.astype(np.int8),
            "quantity": quantity.astype(np.int16),
            "list_fen": listed,
            "paid_fen": listed * share // 1000,
        }
    )


def priced(
    orders: pl.DataFrame, lines: pl.DataFrame, *, seed: int, settings: DemoSettings
) -> pl.DataFrame:
    """Orders with what is to pay and what goes back.

    Returns:
        The orders and: line_count, goods_fen, freight_fen, gross_fen, first_fen (amount of the
        first article), refund_1_fen, refund_1_at, refund_2_fen, refund_2_at (0 = none), parent.
    """
    sums = lines.group_by("order", maintain_order=True).agg(
        line_count=pl.len().cast(pl.Int8),
        goods_fen=pl.col("paid_fen").sum(),
        first_fen=pl.col("paid_fen").first(),
    )
    generator = stream(seed, "prices")
    goods = sums["goods_fen"].to_numpy()
    platform = orders["platform"].to_numpy()
    pays_freight = np.isin(platform, (TAOBAO, YOUZAN, WECHAT)) & (
        goods < settings.order.free_shipping_from_yuan * 100
    )
    freight = np.array(_FREIGHT_FEN)[generator.integers(0, len(_FREIGHT_FEN), len(goods))]
    freight = np.where(pays_freight, freight, 0)
    fate = _settled_fates(orders, sums)
    priced_orders = orders.with_columns(
        fate=pl.Series(fate.astype(np.int8)),
        line_count=sums["line_count"],
        first_fen=sums["first_fen"],
        goods_fen=sums["goods_fen"],
        freight_fen=pl.Series(freight),
        gross_fen=pl.Series(goods + freight),
        parent=pl.lit(-1, dtype=pl.Int64),
    )
    return priced_orders.with_columns(**_refunds(generator, priced_orders))


def with_parcels(orders: pl.DataFrame, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders a marketplace split into one per article stand beside what they were split into."""
    parents = orders.filter(pl.col("fate") == SPLIT_PARCEL)
    pieces = lines.join(parents.select("order"), on="order", how="semi").sort("order", "number")
    children = parents[
        np.searchsorted(parents["order"].to_numpy(), pieces["order"].to_numpy())
    ].with_columns(
        order=pl.Series(orders.height + np.arange(pieces.height), dtype=pl.Int64),
        parent=pieces["order"],
        fate=pl.lit(NORMAL, dtype=pl.Int8),
        line_count=pl.lit(1, dtype=pl.Int8),
        goods_fen=pieces["paid_fen"],
        first_fen=pieces["paid_fen"],
        gross_fen=pieces["paid_fen"],
        **{
            name: pl.lit(0, dtype=pl.Int64)
            for name in ("refund_1_fen", "refund_1_at", "refund_2_fen", "refund_2_at")
        },
        shipped_at=pl.col("paid_at") + DAY,
        finished_at=pl.col("paid_at") + 5 * DAY,
    )
    child_lines = pieces.with_columns(order=children["order"], number=pl.lit(0, dtype=pl.Int8))
    return pl.concat([orders, children]), pl.concat([lines, child_lines])


def _products(generator: np.random.Generator, baby: np.ndarray, order: Ints, number: Ints) -> Ints:
    """The first article fits the buyer; further ones lie at different distances from it."""
    beauty = np.array([place for place, article in enumerate(PRODUCTS) if not article.is_baby])
    nursery = np.array([place for place, article in enumerate(PRODUCTS) if article.is_baby])
    orders = len(baby)
    for_baby = baby & (generator.random(orders) < 0.65)
    # squared draws: the first articles of each list sell most
    drawn = generator.random(orders) ** 1.6
    first = np.where(
        for_baby,
        nursery[(drawn * len(nursery)).astype(np.int64)],
        beauty[(drawn * len(beauty)).astype(np.int64)],
    )
    step = generator.integers(1, len(PRODUCTS) // 3, orders)
    return np.asarray((first[order] + number * step[order]) % len(PRODUCTS))


def _settled_fates(orders: pl.DataFrame, sums: pl.DataFrame) -> Ints:
    """Fates that need several articles become simpler ones where there is only one."""
    fate, platform = orders["fate"].to_numpy(), orders["platform"].to_numpy()
    is_single = sums["line_count"].to_numpy() == 1
    fate = np.where((fate == SPLIT_PARCEL) & is_single, NORMAL, fate)
    whole = (fate == PART_REFUND) & is_single & np.isin(platform, BY_ARTICLE)
    return np.where(whole, FULL_REFUND, fate)


def _refunds(generator: np.random.Generator, orders: pl.DataFrame) -> dict[str, pl.Series]:
    """Up to two refunds an order, the first 1–10 days after payment, the second soon after."""
    fate, gross = orders["fate"].to_numpy(), orders["gross_fen"].to_numpy()
    first_line, count = orders["first_fen"].to_numpy(), orders.height
    is_single = orders["line_count"].to_numpy() == 1
    share = generator.integers(10, 45, count)
    of_gross = np.maximum(gross * share // 100, 1)
    by_line = ~is_single | np.isin(orders["platform"].to_numpy(), BY_ARTICLE)
    part = np.where(by_line, first_line, of_gross)
    first = np.select(
        [np.isin(fate, (FULL_REFUND, SPLIT_PARCEL)), fate == PART_REFUND, fate == SPLIT_REFUND],
        [gross, part, of_gross],
        0,
    )
    second = np.where(fate == SPLIT_REFUND, np.maximum(of_gross // 2, 1), 0)
    days = generator.integers(DAY // 2, 10 * DAY, count)
    # a parcel is split the moment it is paid, never later than its pieces are seen
    days = np.where(fate == SPLIT_PARCEL, 1, days)
    first_at = orders["paid_at"].to_numpy() + days
    second_at = first_at + generator.integers(3600, 3 * DAY, count)
    return {
        "refund_1_fen": pl.Series(first),
        "refund_1_at": pl.Series(np.where(first > 0, first_at, 0)),
        "refund_2_fen": pl.Series(second),
        "refund_2_at": pl.Series(np.where(second > 0, second_at, 0)),
    }
