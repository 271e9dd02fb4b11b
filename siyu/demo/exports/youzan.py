"""Youzan: trades as ``youzan.trades.sold.get`` 4.0.x gives them."""

import polars as pl

from siyu.demo.articles import article_ids, of_product
from siyu.demo.catalogue import YOUZAN
from siyu.demo.json_pages import write_json_pages
from siyu.demo.miniprogram import (
    merchant_numbers,
    mp_openids,
    pays_by_weixin,
    transaction_numbers,
)
from siyu.demo.names import masked_name
from siyu.demo.order_course import CLOSED_UNPAID, REFUNDED, exported_in
from siyu.demo.phones import masked
from siyu.demo.receivers import with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import chance
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled, grouped, yuan
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import Span, spans_of, time_text
from siyu.demo.world import World

_STATUS = (
    "WAIT_BUYER_PAY",
    "TRADE_CLOSED",
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "TRADE_SUCCESS",
    "TRADE_CLOSED",
    "TRADE_CLOSED",
)
_STATUS_WORDS = ("待支付", "已关闭", "待发货", "已发货", "已完成", "已关闭", "已关闭")
_TRADE = (
    '{"full_order_info":{"order_info":{"tid":"«tid»","status":"«status»","status_str":"«word»",'
    '"type":0,"pay_type":«pay_code»,"pay_type_str":"«pay_word»","team_type":0,"express_type":0,'
    '"close_type":«close»,"created":"«created»","update_time":"«updated»","pay_time":"«paid»",'
    '"success_time":"«finished»","refund_state":«refund_state»,"is_retail_order":false},'
    '"source_info":{"is_offline_order":false,"order_mark":"weapp_spotlight","source":'
    '{"platform":"wx","wx_entrance":"merchant_xcx"}},'
    '"buyer_info":{"buyer_id":0,"yz_open_id":"«yz»","buyer_phone":"«phone»","fans_type":1,'
    '"fans_id":«fans»,"fans_nickname":"«nick»","outer_user_id":"«openid»"},'
    '"pay_info":{"total_fee":"«goods»","post_fee":"«freight»","payment":"«payment»",'
    '"transaction":[«transaction»],"outer_transactions":[«outer»]},'
    '"remark_info":{"buyer_message":"","star":0,"trade_memo":""},'
    '"address_info":{"receiver_name":"«name»","receiver_tel":"«tel»","delivery_province":'
    '"«province»","delivery_city":"«city»","delivery_district":"«district»",'
    '"delivery_address":"«street»","address_extra":"{\\"areaCode\\":\\"000000\\"}"},'
    '"orders":[«items»],"refund_order":[«refunds»]}}'
)
_ITEM = (
    '{"oid":"«oid»","item_type":0,"title":"«title»","num":«num»,"price":"«price»",'
    '"total_fee":"«paid»","payment":"«paid»","item_id":«item»,"sku_id":«item»,'
    '"sku_properties_name":"[{\\"k\\":\\"规格\\",\\"k_id\\":1,\\"v\\":\\"«size»\\",\\"v_id\\":2}]",'
    '"outer_sku_id":"«sku»","outer_item_id":"«sku»","is_present":false}'
)
_REFUND = (
    '{"refund_id":"«id»","refund_type":1,"refund_fee":"«fee»","refund_state":60,"oids":["«oid»"]}'
)
_NOT_REFUNDED, _PART_REFUNDED, _REFUNDED = "0", "2", "12"
MASKED_PHONE_SHARE = 0.2


def export_youzan(world: World, shelf: Shelf) -> None:
    """Write the trades of each period."""
    orders = with_receivers(world.orders_of(YOUZAN), world)
    files = world.settings.file
    for span in spans_of(world.window, files.youzan_trade):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        _write(seen, span, world, shelf)


def _write(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    write_json_pages(
        shelf,
        "youzan_trade",
        f"trades_sold_get_{span.stamp}",
        seen,
        entries=lambda page: _trades(page, span, world),
        head=lambda _page, _more: (
            '{"code":200,"success":true,"message":null,"data":{"total_results":'
            f'{seen.height},"full_order_info_list":[\n'
        ),
        tail=lambda _page, _more: "\n]}}",
        per_page=world.settings.file.rows_per_page,
    )


def buyer_phones(orders: pl.DataFrame, world: World) -> pl.Series:
    """``buyer_phone``: the buyer's own number, masked without the right to see it."""
    person, order = orders["person"].to_numpy(), orders["order"].to_numpy()
    phone = world.phone_of(person, orders["ordered_at"].to_numpy())
    is_masked = chance(order, salt="yz phone", seed=world.seed, share=MASKED_PHONE_SHARE)
    return chosen(pl.Series(is_masked), masked(phone), phone)


def _trades(seen: pl.DataFrame, span: Span, world: World) -> pl.Series:
    state, is_paid = seen["state"], seen["pay_time"] > 0
    by_weixin = pays_by_weixin(seen, world) & is_paid
    is_back = state == REFUNDED
    is_part = (seen["refund_fen"] > 0) & ~is_back
    refund_state = chosen(is_back, _REFUNDED, chosen(is_part, _PART_REFUNDED, _NOT_REFUNDED))
    cells: Cells = {
        "tid": seen["source_order_id"],
        "status": pl.Series(_STATUS).gather(state),
        "word": pl.Series(_STATUS_WORDS).gather(state),
        "pay_code": chosen(is_paid, chosen(by_weixin, "1", "2"), "0"),
        "pay_word": chosen(is_paid, chosen(by_weixin, "WEIXIN", "ALIWAP"), ""),
        "close": chosen(is_back, "2", chosen(state == CLOSED_UNPAID, "1", "0")),
        "created": time_text(seen["ordered_at"].to_numpy()),
        "updated": time_text(seen["changed_at"].to_numpy()),
        "paid": time_text(seen["pay_time"].to_numpy()),
        "finished": time_text(seen["finish_time"].to_numpy()),
        "refund_state": refund_state,
        "goods": yuan(seen["goods_fen"].to_numpy()),
        "freight": yuan(seen["freight_fen"].to_numpy()),
        "payment": yuan(seen["gross_fen"].to_numpy()),
        "transaction": chosen(is_paid, '"' + merchant_numbers(seen) + '"', ""),
        "outer": chosen(by_weixin, '"' + transaction_numbers(seen) + '"', ""),
        **_people_cells(seen, world),
        "items": _items(seen, world),
        "refunds": _refunds(seen, span),
    }
    return filled(_TRADE, cells, rows=seen.height)


def _people_cells(seen: pl.DataFrame, world: World) -> Cells:
    """Buyer and receiver; without the right to see numbers all of it is masked."""
    account = seen["account"].to_numpy()
    phone = buyer_phones(seen, world)
    is_masked = phone.str.contains("*", literal=True)
    name, tel = seen["receiver_name"], seen["receiver_phone"]
    return {
        "yz": world.ids.yz_open_id(account),
        "phone": phone,
        "fans": numbers(9_000_000_000 + account),
        "nick": escaped_json(world.people["nickname"].gather(seen["person"])),
        "openid": mp_openids(account, world),
        "name": chosen(is_masked, masked_name(name), name),
        "tel": chosen(is_masked, masked(tel), tel),
        **{place: seen[place] for place in ("province", "city", "district", "street")},
    }


def _items(seen: pl.DataFrame, world: World) -> pl.Series:
    lines = world.lines_of(seen)
    cells: Cells = {
        "oid": _oids(lines),
        "title": of_product(lines, "title"),
        "num": lines["quantity"].cast(pl.String),
        "price": yuan((lines["list_fen"] // lines["quantity"]).to_numpy()),
        "paid": yuan(lines["paid_fen"].to_numpy()),
        "item": article_ids(lines, 500_001),
        "size": of_product(lines, "size"),
        "sku": of_product(lines, "sku"),
    }
    return grouped(filled(_ITEM, cells, rows=lines.height), lines["row"].to_numpy())["text"]


def _oids(lines: pl.DataFrame) -> pl.Series:
    return numbers(
        2_600_000_000_000_000 + lines["order"].to_numpy() * 10 + lines["number"].to_numpy()
    )


def _refunds(seen: pl.DataFrame, span: Span) -> pl.Series:
    """Each refund so far as an object of its own."""
    texts = []
    for which in ("1", "2"):
        at = seen[f"refund_{which}_at"]
        text = filled(
            _REFUND,
            {
                "id": "2026" + numbers(seen["order"].to_numpy(), digits=12) + which,
                "fee": yuan(seen[f"refund_{which}_fen"].to_numpy()),
                "oid": numbers(
                    2_600_000_000_000_000 + seen["order"].to_numpy().astype("int64") * 10
                ),
            },
            rows=seen.height,
        )
        texts.append(chosen((at > 0) & (at < span.end), text, ""))
    between = chosen((texts[0] != "") & (texts[1] != ""), ",", "")
    return texts[0] + between + texts[1]
