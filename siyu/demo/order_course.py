"""What a platform knows of an order at a moment: state, refunds so far, numbers.

The rules are those of the exports: a state changes only through time.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from siyu.demo.catalogue import PLATFORMS
from siyu.demo.orders import FULL_REFUND, SPLIT_PARCEL, UNPAID, VOID
from siyu.demo.streams import Flags, Ints
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import DAY, Span, compact_time_text, day_text

STATES = ("waiting_for_payment", "closed_unpaid", "paid", "shipped", "finished", "refunded", "void")
WAITING, CLOSED_UNPAID, PAID, SHIPPED, FINISHED, REFUNDED, VOIDED = range(len(STATES))
UNPAID_CLOSES_AFTER = DAY


def seen_at(orders: pl.DataFrame, moment: int) -> pl.DataFrame:
    """Orders as a platform shows them at a moment.

    Returns:
        The orders and: state, refund_fen (so far), pay_time, finish_time (0 = not yet), changed_at.
    """
    fate = orders["fate"].to_numpy()
    paid, shipped = orders["paid_at"].to_numpy(), orders["shipped_at"].to_numpy()
    finished = orders["finished_at"].to_numpy()
    refund_1_at, refund_2_at = orders["refund_1_at"].to_numpy(), orders["refund_2_at"].to_numpy()
    is_back = np.isin(fate, (FULL_REFUND, SPLIT_PARCEL)) & _happened(refund_1_at, moment)
    closed = (fate == UNPAID) & (orders["ordered_at"].to_numpy() + UNPAID_CLOSES_AFTER <= moment)
    state = np.select(
        [
            fate == VOID,
            closed,
            is_back,
            _happened(finished, moment),
            _happened(shipped, moment),
            _happened(paid, moment),
        ],
        [VOIDED, CLOSED_UNPAID, REFUNDED, FINISHED, SHIPPED, PAID],
        WAITING,
    )
    refund = orders["refund_1_fen"].to_numpy() * _happened(refund_1_at, moment)
    refund = refund + orders["refund_2_fen"].to_numpy() * _happened(refund_2_at, moment)
    return orders.with_columns(
        state=pl.Series(state.astype(np.int8)),
        refund_fen=pl.Series(refund),
        pay_time=pl.Series(np.where(_happened(paid, moment), paid, 0)),
        finish_time=pl.Series(np.where(_happened(finished, moment), finished, 0)),
        changed_at=pl.Series(_last_change(orders, moment)),
    )


def exported_in(orders: pl.DataFrame, span: Span, *, overlap_days: int) -> pl.DataFrame:
    """Orders one export holds: made in its days (and a little before) or changed in them."""
    made = orders["ordered_at"].to_numpy()
    until = made < span.end
    seen = seen_at(orders.filter(pl.Series(until)), span.end)
    is_due = (seen["ordered_at"] >= span.start - overlap_days * DAY) | (
        seen["changed_at"] >= span.start
    )
    return seen.filter(is_due)


def order_numbers(orders: pl.DataFrame) -> pl.Series:
    """Each platform's own order number; unique within the platform."""
    platform = orders["platform"].to_numpy()
    place = _place_in_platform(platform)
    text = pl.Series("text", [""] * len(platform), dtype=pl.String)
    makers: dict[str, Callable[[Ints, Ints], pl.Series]] = {
        "taobao": lambda _at, n: numbers(2_231_958_349_000_000_000 + n * 17 + 3),
        "jd": lambda _at, n: numbers(300_000_000_000 + n * 7),
        "douyin": lambda _at, n: numbers(6_917_926_768_000_000_000 + n * 64),
        "kuaishou": lambda _at, n: numbers(2_618_000_000_000_000 + n * 11),
        "xiaohongshu": lambda _at, n: "P" + numbers(800_347_296_000_000_000 + n * 13),
        "pdd": lambda at, n: day_text(at // DAY, "%y%m%d") + "-" + numbers(n * 19 + 7, digits=15),
        "youzan": lambda at, n: "E" + compact_time_text(at) + numbers(n, digits=9),
        "wechat": lambda at, n: "MP" + day_text(at // DAY, "%Y%m%d") + numbers(n, digits=8),
        "pospal": lambda at, n: compact_time_text(at) + numbers(n, digits=7),
    }
    ordered_at = orders["ordered_at"].to_numpy()
    for code, name in enumerate(PLATFORMS):
        own = np.flatnonzero(platform == code)
        if len(own):
            text = text.scatter(own, makers[name](ordered_at[own], place[own]))
    return text


def _place_in_platform(platform: Ints) -> Ints:
    place = np.zeros(len(platform), dtype=np.int64)
    for code in range(len(PLATFORMS)):
        own = platform == code
        place[own] = np.arange(1, own.sum() + 1)
    return place


def _last_change(orders: pl.DataFrame, moment: int) -> Ints:
    last = orders["ordered_at"].to_numpy().copy()
    closes = np.where(orders["fate"].to_numpy() == UNPAID, last + UNPAID_CLOSES_AFTER, 0)
    for column in ("paid_at", "shipped_at", "finished_at", "refund_1_at", "refund_2_at"):
        happened = orders[column].to_numpy()
        last = np.where(_happened(happened, moment), np.maximum(last, happened), last)
    return np.where(_happened(closes, moment), np.maximum(last, closes), last)


def _happened(times: Ints, moment: int) -> Flags:
    return (times > 0) & (times < moment)
