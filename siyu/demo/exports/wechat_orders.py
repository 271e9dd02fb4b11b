"""Mini-program orders as ``wxa/sec/order/get_order_list`` gives them: paid orders only."""

import numpy as np
import polars as pl

from siyu.demo.articles import order_descriptions
from siyu.demo.catalogue import MERCHANT, WECHAT
from siyu.demo.json_pages import json_flag, write_json_pages
from siyu.demo.miniprogram import mp_openids, transaction_numbers
from siyu.demo.order_course import exported_in
from siyu.demo.shelf import Shelf
from siyu.demo.text_lines import Cells, chosen, filled
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import spans_of, unix_seconds
from siyu.demo.world import World

# place in order_course.STATES → 1 待发货, 2 已发货, 4 交易完成, 5 已退款
_ORDER_STATE = ("1", "1", "1", "2", "4", "5", "5")
_ORDER = (
    '{"transaction_id":"«txn»","merchant_trade_no":"«no»","merchant_id":"«merchant»",'
    '"sub_merchant_id":"","description":"«title»","paid_amount":«fen»,"openid":"«openid»",'
    '"trade_create_time":«created»,"pay_time":«paid»,"order_state":«state»,"in_complaint":false,'
    '"shipping":{«shipping»}}'
)
_SHIPPING = (
    '"delivery_mode":1,"logistics_type":1,"finish_shipping":true,"finish_shipping_count":1,'
    '"goods_desc":"«title»","shipping_list":[{"tracking_no":"SF«waybill»","express_company":"SF",'
    '"upload_time":«shipped»}]'
)


def export_wechat_orders(world: World, shelf: Shelf) -> None:
    """Write the order lists of each period."""
    orders = world.orders_of(WECHAT).filter(~pl.col("is_bill_only"))
    files = world.settings.file
    for span in spans_of(world.window, files.wxapp_order):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        write_json_pages(
            shelf,
            "wxapp_order",
            f"get_order_list_{span.stamp}",
            seen.filter(pl.col("pay_time") > 0),
            entries=lambda page: _orders(page, world),
            head=lambda _page, _more: '{"errcode":0,"errmsg":"ok","order_list":[\n',
            tail=lambda page, has_more: (
                f'\n],"last_index":"{page["order"][-1]:016x}","has_more":{json_flag(has_more)}}}'
            ),
            per_page=files.rows_per_page,
        )


def _orders(seen: pl.DataFrame, world: World) -> pl.Series:
    title = order_descriptions(world.lines_of(seen))
    is_sent = pl.Series(np.isin(seen["state"].to_numpy(), (3, 4)))
    shipping = filled(
        _SHIPPING,
        {
            "title": title,
            "waybill": numbers(seen["order"].to_numpy(), digits=13),
            "shipped": numbers(unix_seconds(seen["shipped_at"].to_numpy())),
        },
        rows=seen.height,
    )
    cells: Cells = {
        "txn": transaction_numbers(seen),
        "no": seen["source_order_id"],
        "merchant": MERCHANT,
        "title": title,
        "fen": seen["gross_fen"].cast(pl.String),
        "openid": mp_openids(seen["account"].to_numpy(), world),
        "created": numbers(unix_seconds(seen["ordered_at"].to_numpy())),
        "paid": numbers(unix_seconds(seen["pay_time"].to_numpy())),
        "state": pl.Series(_ORDER_STATE).gather(seen["state"]),
        "shipping": chosen(is_sent, shipping, ""),
    }
    return filled(_ORDER, cells, rows=seen.height)
