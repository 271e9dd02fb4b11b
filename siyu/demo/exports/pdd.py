"""PDD (拼多多): the order export, which says nothing of the buyer."""

import numpy as np
import polars as pl

from siyu.demo.articles import article_ids, of_product, order_quantities
from siyu.demo.catalogue import PDD
from siyu.demo.order_course import REFUNDED, exported_in
from siyu.demo.shelf import Shelf
from siyu.demo.text_lines import Cells, chosen, csv_rows, short_yuan
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import Span, spans_of, time_text
from siyu.demo.world import World

HEADINGS = [
    "商品",
    "订单号",
    "订单状态",
    "商品总价(元)",
    "邮费(元)",
    "店铺优惠折扣(元)",
    "平台优惠折扣(元)",
    "多多支付立减金额(元)",
    "用户实付金额(元)",
    "商家实收金额(元)",
    "商品数量(件)",
    "省",
    "市",
    "区",
    "支付时间",
    "承诺发货时间",
    "发货时间",
    "确认收货时间",
    "商品id",
    "商品规格",
    "样式ID",
    "商家编码-规格维度",
    "商家编码-商品维度",
    "商家备注",
    "售后状态",
    "快递单号",
    "快递公司",
    "订单成交时间",
]
_STATUS = ("待付款", "已取消", "待发货", "已发货，待签收", "已收货", "未发货，退款成功", "已取消")


def export_pdd(world: World, shelf: Shelf) -> None:
    """Write the order exports of each period."""
    orders = world.orders_of(PDD)
    files = world.settings.file
    for span in spans_of(world.window, files.marketplace_sheets):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        if seen.height:
            _write(seen, span, world, shelf)


def _write(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    lines = world.lines_of(seen)
    first = lines.filter(pl.col("number") == 0)
    listed = np.bincount(
        lines["row"].to_numpy(), weights=lines["list_fen"].to_numpy(), minlength=seen.height
    ).astype(np.int64)
    gross = seen["gross_fen"].to_numpy()
    amount = short_yuan(gross)
    pay_time = time_text(seen["pay_time"].to_numpy())
    is_sent = seen["shipped_at"] > 0
    cells: Cells = {
        "商品": of_product(first, "title"),
        "订单号": seen["source_order_id"],
        "订单状态": pl.Series(_STATUS).gather(seen["state"]),
        "商品总价(元)": short_yuan(listed),
        "邮费(元)": "0",
        "店铺优惠折扣(元)": short_yuan(listed - gross),
        "平台优惠折扣(元)": "0",
        "多多支付立减金额(元)": "0",
        "用户实付金额(元)": amount,
        "商家实收金额(元)": amount,
        "商品数量(件)": order_quantities(lines, seen.height),
        **dict.fromkeys(("省", "市", "区"), "****"),
        "支付时间": pay_time,
        "确认收货时间": time_text(seen["finish_time"].to_numpy()),
        "商品id": article_ids(first, 754_299_529_001) + "\t",
        "商品规格": of_product(first, "size"),
        "售后状态": chosen(seen["state"] == REFUNDED, "退款成功", "无售后或售后取消"),
        "快递单号": chosen(is_sent, "SF" + numbers(seen["order"].to_numpy(), digits=10) + "\t", ""),
        "快递公司": "申通快递",
        "订单成交时间": pay_time,
    }
    file = f"pdd_orders_export{span.stamp}.csv"
    with shelf.export("pdd_order", file) as work:
        work.write("\ufeff" + ",".join(HEADINGS) + "\n")
        work.write_lines(csv_rows(HEADINGS, cells, rows=seen.height))
    shelf.expect("pdd_order", file, rows=seen.height)
