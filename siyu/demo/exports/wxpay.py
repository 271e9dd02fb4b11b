"""WeChat Pay: the trade bill, every value behind a backtick, totals in the trailer."""

import numpy as np
import polars as pl

from siyu.demo.articles import order_descriptions
from siyu.demo.catalogue import MERCHANT, WECHAT, YOUZAN
from siyu.demo.miniprogram import (
    app_ids,
    merchant_numbers,
    mp_openids,
    pays_by_weixin,
    transaction_numbers,
)
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance, picked
from siyu.demo.text_lines import Cells, chosen, filled, yuan
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import DAY, Span, day_text, spans_of, time_text
from siyu.demo.world import World

HEADINGS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTAL_HEADINGS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
_ROW = (
    "`«time»,`«app»,`«merchant»,`0,`,`«txn»,`«no»,`«openid»,`JSAPI,`«state»,`«bank»,`CNY,"
    "`«settled»,`0.00,`«wx_refund»,`«refund»,`«back»,`0.00,`«kind»,`«back_state»,`«title»,`,"
    "`«fee»,`0.60%,`«amount»,`«back»,`\r\n"
)
_BANKS = ("OTHERS", "CMB_DEBIT", "PSBC_DEBIT", "ICBC_DEBIT", "CFT")
PAYMENT, REFUND, FAILED_REFUND = range(3)


def export_wxpay(world: World, shelf: Shelf) -> None:
    """Write the bills of each period."""
    entries = bill_entries(world)
    for span in spans_of(world.window, world.settings.file.wxpay_bill):
        told = entries.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))
        if told.height:
            _write(told, span, world, shelf)


def bill_entries(world: World) -> pl.DataFrame:
    """One row per line of the bill, in the order of time.

    Returns:
        The orders and: entry (payment, refund or failed refund), entry_no, at, back_fen.
    """
    orders = world.orders.filter(pl.col("platform").is_in([WECHAT, YOUZAN]))
    paid = orders.filter(pays_by_weixin(orders, world) & (orders["paid_at"] > 0))
    parts = [_entries(paid, PAYMENT, 0, "paid_at", None)]
    for which in (1, 2):
        back = paid.filter(pl.col(f"refund_{which}_fen") > 0)
        parts.append(_entries(back, REFUND, which, f"refund_{which}_at", f"refund_{which}_fen"))
    first = paid.filter(pl.col("refund_1_fen") > 0)
    fails = chance(
        first["order"].to_numpy(),
        salt="refund fails",
        seed=world.seed,
        share=world.settings.order.failed_refund,
    )
    failed = first.filter(pl.Series(fails))
    # the bank refuses once; the refund that works comes later
    failed = failed.with_columns(refund_1_at=pl.col("refund_1_at") - 600)
    parts.append(_entries(failed, FAILED_REFUND, 9, "refund_1_at", "refund_1_fen"))
    return pl.concat(parts).sort("at", "order", "entry_no")


def wx_refund_numbers(entries: pl.DataFrame) -> pl.Series:
    """微信退款单号 of refunds; ``0`` on payments."""
    day = day_text(entries["at"].to_numpy() // DAY, "%Y%m%d")
    number = "50300002300" + day + numbers(_refund_places(entries), digits=11)
    return chosen(entries["entry"] == PAYMENT, "0", number)


def _entries(
    orders: pl.DataFrame, entry: int, number: int, at: str, amount: str | None
) -> pl.DataFrame:
    return orders.with_columns(
        entry=pl.lit(entry, dtype=pl.Int8),
        entry_no=pl.lit(number, dtype=pl.Int8),
        at=pl.col(at),
        back_fen=pl.col(amount) if amount else pl.lit(0, dtype=pl.Int64),
    )


def _write(told: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    file = f"wxpay_trade_bill_{span.last_day}_ALL.csv"
    is_payment = (told["entry"] == PAYMENT).to_numpy()
    amount = np.where(is_payment, told["gross_fen"].to_numpy(), 0)
    back = told["back_fen"].to_numpy()
    fee = _fees(np.where(is_payment, amount, -back))
    with shelf.export("wxpay_bill", file) as work:
        work.write("\ufeff" + HEADINGS + "\r\n")
        work.write_lines(_rows(told, amount, back, fee, world))
        sums = yuan(np.array([amount.sum(), back.sum(), fee.sum()])).to_list()
        work.write(TOTAL_HEADINGS + "\r\n")
        work.write(f"`{told.height},`{sums[0]},`{sums[1]},`0.00,`{sums[2]}000,")
        work.write(f"`{sums[0]},`{sums[1]}\r\n")
    shelf.expect("wxpay_bill", file, rows=told.height)


def _rows(told: pl.DataFrame, amount: Ints, back: Ints, fee: Ints, world: World) -> pl.Series:
    order, account = told["order"].to_numpy(), told["account"].to_numpy()
    is_payment = told["entry"] == PAYMENT
    bank = picked(order, salt="bank", seed=world.seed, below=len(_BANKS))
    comma = chance(order, salt="comma", seed=world.seed, share=world.settings.order.bill_comma)
    title = order_descriptions(world.lines_of(told))
    cells: Cells = {
        "time": time_text(told["at"].to_numpy()),
        "app": app_ids(account, world),
        "merchant": MERCHANT,
        "txn": transaction_numbers(told),
        "no": merchant_numbers(told),
        "openid": mp_openids(account, world),
        "state": chosen(is_payment, "SUCCESS", "REFUND"),
        "bank": pl.Series(_BANKS).gather(pl.Series(bank)),
        "settled": yuan(amount),
        "wx_refund": wx_refund_numbers(told),
        "refund": chosen(is_payment, "0", "RF" + numbers(_refund_places(told), digits=12)),
        "back": yuan(back),
        "kind": chosen(is_payment, "", "ORIGINAL"),
        "back_state": chosen(
            is_payment, "", chosen(told["entry"] == FAILED_REFUND, "FAIL", "SUCCESS")
        ),
        "title": chosen(pl.Series(comma), title.str.replace("，", ","), title),
        "fee": yuan(fee) + "000",
        "amount": yuan(amount),
    }
    return filled(_ROW, cells, rows=told.height)


def _refund_places(entries: pl.DataFrame) -> Ints:
    return np.asarray(entries["order"].to_numpy() * 10 + entries["entry_no"].to_numpy())


def _fees(fen: Ints) -> Ints:
    """0.60 % rounded to the fen, half up; refunds give it back."""
    return np.asarray(np.sign(fen) * ((np.abs(fen) * 6 + 500) // 1000))
