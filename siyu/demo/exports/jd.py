"""JD: the order list as 京麦 exports it, one row per article with the order's amounts repeated."""

import numpy as np
import polars as pl

from siyu.demo.articles import article_ids, of_product
from siyu.demo.catalogue import JD
from siyu.demo.names import masked_name
from siyu.demo.order_course import (
    CLOSED_UNPAID,
    FINISHED,
    REFUNDED,
    WAITING,
    exported_in,
)
from siyu.demo.orders import SPLIT_PARCEL
from siyu.demo.phones import masked
from siyu.demo.receivers import with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance
from siyu.demo.text_lines import Cells, chosen, csv_rows, grouped, yuan
from siyu.demo.tokens import LETTERS_DIGITS, tokens
from siyu.demo.wall_time import Span, spans_of, time_text
from siyu.demo.world import World

HEADINGS = [
    "订单号",
    "商品ID",
    "商品名称",
    "订购数量",
    "支付方式",
    "下单时间",
    "京东价",
    "订单金额",
    "结算金额",
    "余额支付",
    "应付金额",
    "订单状态",
    "订单类型",
    "下单帐号",
    "客户姓名",
    "客户地址",
    "联系电话",
    "订单备注",
    "发票类型",
    "发票抬头",
    "发票内容",
    "商家备注",
    "商家备注等级（等级1-5为由高到低）",
    "运费金额",
    "付款确认时间",
    "增值税发票",
    "货号",
    "订单完成时间",
    "订单来源",
    "订单渠道",
    "送装服务",
    "服务费",
    "仓库ID",
    "仓库名称",
    "商家SKUID",
]
# exports before this stamp had 30 columns
OLD_HEADINGS, NEW_SINCE = HEADINGS[:30], "202603010900"
_STATUS = (
    "等待付款",
    "(删除)等待付款",
    "等待出库",
    "等待确认收货",
    "完成",
    "(删除)等待出库",
    "(删除)等待出库",
)


def export_jd(world: World, shelf: Shelf) -> None:
    """Write the order lists."""
    orders = with_receivers(world.orders_of(JD), world)
    files = world.settings.file
    for span in spans_of(world.window, files.jd_order):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        if seen.height:
            _write(seen, orders, span, world, shelf)


def jd_accounts(person: Ints, *, seed: int) -> pl.Series:
    """下单帐号 of each person."""
    return tokens(person, salt="jd", seed=seed, length=13, prefix="jd_", alphabet=LETTERS_DIGITS)


def pays_on_delivery(orders: pl.DataFrame, world: World) -> pl.Series:
    """Which orders are paid at the door; until they arrive nothing is paid."""
    share = world.settings.order.cash_on_delivery
    drawn = chance(orders["order"].to_numpy(), salt="at the door", seed=world.seed, share=share)
    return pl.Series(drawn) & (orders["finished_at"] > 0) & (orders["parent"] < 0)


def pay_times(seen: pl.DataFrame, world: World) -> Ints:
    """When orders were paid, 0 = not yet; at the door that is when they arrive."""
    at_door = pays_on_delivery(seen, world).to_numpy()
    return np.where(at_door, seen["finish_time"].to_numpy(), seen["pay_time"].to_numpy())


def _write(
    seen: pl.DataFrame, orders: pl.DataFrame, span: Span, world: World, shelf: Shelf
) -> None:
    drifts = world.settings.file.headings_drift
    headings = OLD_HEADINGS if drifts and span.stamp < NEW_SINCE else HEADINGS
    lines = world.lines_of(seen)
    file = f"jd_order_{span.stamp}.csv"
    with shelf.export("jd_order", file, encoding="gb18030") as work:
        work.write(",".join(headings) + "\r\n")
        cells = _cells(seen, orders, lines, world)
        work.write_lines(csv_rows(headings, cells, rows=lines.height, line_end="\r\n"))
    shelf.expect("jd_order", file, rows=lines.height)


def _cells(seen: pl.DataFrame, orders: pl.DataFrame, lines: pl.DataFrame, world: World) -> Cells:
    row = lines["row"]
    at_door = pays_on_delivery(seen, world)
    state = seen["state"]
    is_locked = chance(seen["order"].to_numpy(), salt="locked", seed=world.seed, share=0.01)
    lock = chosen(pl.Series(is_locked) & (state != REFUNDED) & (state > WAITING), "(锁定)", "")
    status = chosen(state == CLOSED_UNPAID, "", lock) + pl.Series(_STATUS).gather(state)
    pay_time = time_text(pay_times(seen, world))
    address = seen["province"].str.strip_suffix("省") + seen["city"] + seen["district"] + "****"
    amount = yuan(seen["gross_fen"].to_numpy())
    order_cells: dict[str, pl.Series] = {
        "订单号": seen["source_order_id"],
        "支付方式": chosen(at_door, "货到付款", "在线支付"),
        "下单时间": time_text(seen["ordered_at"].to_numpy()),
        "订单金额": amount,
        "结算金额": chosen(state == FINISHED, amount, "0.00"),
        "应付金额": amount,
        "订单状态": status,
        "下单帐号": jd_accounts(seen["person"].to_numpy(), seed=world.seed),
        "客户姓名": masked_name(seen["receiver_name"]),
        "客户地址": address,
        "联系电话": masked(seen["receiver_phone"]),
        "商家备注": _parcel_notes(seen, orders),
        "付款确认时间": pay_time,
        "订单完成时间": time_text(seen["finish_time"].to_numpy()),
    }
    return {
        **{heading: cells.gather(row) for heading, cells in order_cells.items()},
        "商品ID": article_ids(lines, 100_000_000_001),
        "商品名称": of_product(lines, "title") + " " + of_product(lines, "size"),
        "订购数量": lines["quantity"].cast(pl.String),
        "京东价": yuan((lines["list_fen"] // lines["quantity"]).to_numpy()),
        "余额支付": "0.00",
        "订单类型": "销售订单",
        "发票类型": "不需要开具发票",
        "运费金额": "0.00",
        "货号": of_product(lines, "sku"),
        "订单来源": "移动端订单",
        "订单渠道": "暂无来源",
    }


def _parcel_notes(seen: pl.DataFrame, orders: pl.DataFrame) -> pl.Series:
    """``订单拆分为  300000000003    300000000004`` on orders that were split into parcels."""
    pieces = orders.filter(pl.col("parent") >= 0)
    notes = grouped(pieces["source_order_id"], pieces["parent"].to_numpy(), between="    ")
    joined = seen.select(pl.col("order").cast(pl.Int64)).join(
        notes, left_on="order", right_on="key", how="left", maintain_order="left"
    )
    note = '"""订单拆分为  ' + joined["text"] + '"""'
    is_split = (seen["fate"] == SPLIT_PARCEL) & (seen["state"] == REFUNDED)
    return chosen(is_split, note, "").fill_null("")
