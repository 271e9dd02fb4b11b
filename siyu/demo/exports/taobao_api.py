"""Taobao: trades as ``taobao.trades.sold.get`` gives them; the only place that names the buyer."""

import polars as pl

from siyu.demo.articles import of_product, order_quantities
from siyu.demo.json_pages import json_flag, write_json_pages
from siyu.demo.names import masked_name
from siyu.demo.phones import masked
from siyu.demo.shelf import Shelf
from siyu.demo.streams import chance
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled, grouped, yuan
from siyu.demo.tokens import numbers, tokens
from siyu.demo.wall_time import Span, time_text
from siyu.demo.world import World

_API_STATUS = (
    "WAIT_BUYER_PAY",
    "TRADE_CLOSED_BY_TAOBAO",
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "TRADE_FINISHED",
    "TRADE_CLOSED",
    "TRADE_CLOSED",
)
_TRADE = (
    '{"tid":«no»,"tid_str":"«no»","status":"«status»","type":"fixed","buyer_nick":"«nick»",'
    '"buyer_open_uid":"«uid»","payment":"«payment»","total_fee":"«goods»","post_fee":"«freight»",'
    '"created":"«created»",«paid»"modified":"«modified»","receiver_name":"«name»",'
    '"receiver_state":"«province»",«city»"receiver_district":"«district»",'
    '"receiver_address":"****","receiver_mobile":"«mobile»","oaid":"«oaid»","num":«num»,'
    '"seller_flag":0,"orders":{"order":[«items»]}}'
)
_ITEM = (
    '{"oid":«oid»,"title":"«title»","num":«num»,"price":"«price»","payment":"«paid»",'
    '"sku_properties_name":"规格:«size»","outer_sku_id":"«sku»","refund_status":"NO_REFUND"}'
)


def write_trades(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    """Write the trades of one export's days that the API tells of."""
    told = seen.filter(known_by_api(seen, world))
    write_json_pages(
        shelf,
        "taobao_trade_api",
        f"trades_sold_get_{span.stamp}",
        told,
        entries=lambda page: _trades(page, world),
        head=lambda _page, has_more: (
            f'{{"trades_sold_get_response":{{"total_results":{told.height},'
            f'"has_next":{json_flag(has_more)},"trades":{{"trade":[\n'
        ),
        tail=lambda _page, _more: "\n]}}}",
        per_page=world.settings.file.rows_per_page,
    )


def _trades(told: pl.DataFrame, world: World) -> pl.Series:
    order = told["order"].to_numpy()
    lines = world.lines_of(told)
    is_paid = told["pay_time"] > 0
    pay_time = '"pay_time":"' + time_text(told["pay_time"].to_numpy()) + '",'
    nicknames = world.people["nickname"].gather(told["person"])
    cells: Cells = {
        "no": told["source_order_id"],
        "status": pl.Series(_API_STATUS).gather(told["state"]),
        "nick": escaped_json(masked_name(nicknames)),
        "uid": buyer_uids(told, world),
        "payment": yuan(told["gross_fen"].to_numpy()),
        "goods": yuan(told["goods_fen"].to_numpy()),
        "freight": yuan(told["freight_fen"].to_numpy()),
        "created": time_text(told["ordered_at"].to_numpy()),
        "paid": chosen(is_paid, pay_time, ""),
        "modified": time_text(told["changed_at"].to_numpy()),
        "name": masked_name(told["receiver_name"]),
        "province": told["province"],
        "city": chosen(told["city"] != "", '"receiver_city":"' + told["city"] + '",', ""),
        "district": told["district"],
        "mobile": "*******" + masked(told["receiver_phone"]).str.slice(-4),
        "oaid": tokens(order, salt="oaid", seed=world.seed, length=40, prefix="1Xb"),
        "num": order_quantities(lines, told.height),
        "items": _items(told, lines),
    }
    return filled(_TRADE, cells, rows=told.height)


def _items(told: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    items = filled(
        _ITEM,
        {
            "oid": told["source_order_id"].gather(lines["row"]).str.slice(0, 17)
            + numbers((lines["order"].to_numpy() % 10) * 10 + lines["number"].to_numpy(), digits=2),
            "title": of_product(lines, "title"),
            "num": lines["quantity"].cast(pl.String),
            "price": yuan((lines["list_fen"] // lines["quantity"]).to_numpy()),
            "paid": yuan(lines["paid_fen"].to_numpy()),
            "size": of_product(lines, "size"),
            "sku": of_product(lines, "sku"),
        },
        rows=lines.height,
    )
    return grouped(items, lines["row"].to_numpy())["text"]


def buyer_uids(orders: pl.DataFrame, world: World) -> pl.Series:
    """``buyer_open_uid`` of each order's buyer in this shop."""
    return tokens(
        orders["person"].to_numpy(), salt="taobao", seed=world.seed, length=21, prefix="AAF"
    )


def known_by_api(orders: pl.DataFrame, world: World) -> pl.Series:
    """Which orders the API's trades tell of; the brand connected only some of its shops' sales."""
    share = world.settings.order.trade_api
    return pl.Series(chance(orders["order"].to_numpy(), salt="api", seed=world.seed, share=share))
