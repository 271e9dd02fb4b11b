"""Douyin: orders as ``order/searchList`` gives them, which name the buyer, and settlements."""

import numpy as np
import polars as pl

from siyu.demo.articles import article_ids, of_product
from siyu.demo.catalogue import DOUYIN
from siyu.demo.json_pages import write_json_pages
from siyu.demo.order_course import FINISHED, REFUNDED, exported_in, seen_at
from siyu.demo.receivers import ciphered, with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import chance
from siyu.demo.text_lines import Cells, chosen, csv_rows, filled, grouped, yuan
from siyu.demo.tokens import numbers, tokens
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, spans_of, time_text, unix_seconds
from siyu.demo.world import World

_API_STATUS = ("1", "4", "2", "3", "5", "4", "4")
_STATUS_WORDS = ("待支付", "已关闭", "备货中", "已发货", "已完成", "已关闭", "已关闭")
_ORDER = (
    '{"shop_id":77977,"shop_name":"思屿演示旗舰店","order_id":"«no»","order_status":«status»,'
    '"order_status_desc":"«word»","main_status":«status»,"create_time":«created»,"pay_time":«paid»,'
    '"finish_time":«finished»,"update_time":«updated»,"order_amount":«listed»,"pay_amount":«fen»,'
    '"post_amount":0,"doudian_open_id":"«buyer»","open_id":"","encrypt_post_tel":"«tel»",'
    '"encrypt_post_receiver":"«name»","post_addr":{"province":{"name":"«province»","id":""},'
    '"city":{"name":"«city»","id":""},"town":{"name":"«district»","id":""}},'
    '"sku_order_list":[«items»]}'
)
_ITEM = (
    '{"order_id":"«no»","parent_order_id":"«main»","product_id":«product»,"product_name":"«title»",'
    '"item_num":«quantity»,"order_amount":«listed»,"pay_amount":«fen»,"after_sale_info":'
    '{"after_sale_status":«after»,"refund_status":«after»}}'
)
SETTLEMENT_HEADINGS = [
    "结算时间",
    "订单号",
    "子订单号",
    "结算金额",
    "结算账户",
    "结算单类型",
    "有结算前退款",
    "下单时间",
    "收入合计",
    "支出合计",
    "平台服务费",
    "达人佣金",
]
_FORMULA = " , , ,收入+支出, , , , , , , , \n"
KNOWN_SHARE = 0.6
# after-sale codes of the API: 0 none, 12 refunded
_REFUNDED_CODE = "12"


def export_douyin_api(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write API orders and settlements of each period."""
    orders = with_receivers(world.orders_of(DOUYIN), world)
    told = orders.filter(known_by_api(orders, world))
    settled = _settled(world)
    files = world.settings.file
    for span in spans_of(world.window, files.douyin_order):
        seen = exported_in(told, span, overlap_days=files.overlap_days)
        write_json_pages(
            shelf,
            "douyin_order_api",
            f"order_searchList_{span.stamp}",
            seen,
            entries=lambda page: _orders(page, world),
            head=lambda page, _more: (
                f'{{"err_no":0,"message":"success","data":{{"page":0,"size":100,'
                f'"total":{page.height},"shop_order_list":[\n'
            ),
            tail=lambda _page, _more: "\n]}}",
            per_page=files.rows_per_page,
        )
        due = settled.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))
        _write_settlement(due, span, world, shelf)
    number = told["source_order_id"]
    book.records("douyin_order_api", number, told["person"], "douyin:" + number)


def known_by_api(orders: pl.DataFrame, world: World) -> pl.Series:
    """Which orders the API tells of."""
    order = orders["order"].to_numpy()
    return pl.Series(chance(order, salt="douyin api", seed=world.seed, share=KNOWN_SHARE))


def buyer_ids(person: np.ndarray, *, seed: int) -> pl.Series:
    """``doudian_open_id`` of people."""
    return tokens(person, salt="doudian", seed=seed, length=43, prefix="1@#") + "="


def _orders(seen: pl.DataFrame, world: World) -> pl.Series:
    lines = world.lines_of(seen)
    row = lines["row"].to_numpy()
    listed = np.bincount(row, weights=lines["list_fen"].to_numpy(), minlength=seen.height)
    name, tel, _ = ciphered(seen, world)
    cells: Cells = {
        "no": seen["source_order_id"],
        "status": pl.Series(_API_STATUS).gather(seen["state"]),
        "word": pl.Series(_STATUS_WORDS).gather(seen["state"]),
        "created": numbers(unix_seconds(seen["ordered_at"].to_numpy())),
        "paid": _unix_or_zero(seen["pay_time"]),
        "finished": _unix_or_zero(seen["finish_time"]),
        "updated": numbers(unix_seconds(seen["changed_at"].to_numpy())),
        "listed": numbers(listed.astype(np.int64)),
        "fen": seen["gross_fen"].cast(pl.String),
        "buyer": buyer_ids(seen["person"].to_numpy(), seed=world.seed),
        "tel": tel,
        "name": name,
        **{place: seen[place] for place in ("province", "city", "district")},
        "items": _items(seen, lines),
    }
    return filled(_ORDER, cells, rows=seen.height)


def _items(seen: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    row = lines["row"]
    main = seen["source_order_id"].gather(row)
    is_back = (seen["state"] == REFUNDED).gather(row)
    is_part = (seen["refund_fen"] > 0).gather(row) & (lines["number"] == 0)
    items = filled(
        _ITEM,
        {
            "no": (main.cast(pl.Int64) + lines["number"].cast(pl.Int64)).cast(pl.String),
            "main": main,
            "product": article_ids(lines, 3_473_196_049_974_326_001),
            "title": of_product(lines, "title"),
            "quantity": lines["quantity"].cast(pl.String),
            "listed": lines["list_fen"].cast(pl.String),
            "fen": lines["paid_fen"].cast(pl.String),
            "after": chosen(is_back | is_part, _REFUNDED_CODE, "0"),
        },
        rows=lines.height,
    )
    return grouped(items, row.to_numpy())["text"]


def _settled(world: World) -> pl.DataFrame:
    """Finished orders with the moment their money comes."""
    seen = seen_at(world.orders_of(DOUYIN), world.window.end)
    done = seen.filter(pl.col("state") == FINISHED)
    return done.with_columns(at=pl.col("finish_time") + 2 * DAY).sort("at", "order")


def _write_settlement(due: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    if due.height == 0:
        return
    lines = world.lines_of(due)
    lines = lines.filter((lines["number"] != 0) | (due["refund_fen"] == 0).gather(lines["row"]))
    row = lines["row"]
    main = due["source_order_id"].gather(row)
    income = lines["paid_fen"].to_numpy()
    fee, commission = income * 5 // 100, income * 10 // 100
    cells: Cells = {
        "结算时间": time_text(due["at"].gather(row).to_numpy()),
        "订单号": "'" + main,
        "子订单号": "'" + (main.cast(pl.Int64) + lines["number"].cast(pl.Int64)).cast(pl.String),
        "结算金额": yuan(income - fee - commission),
        "结算账户": "聚合账户",
        "结算单类型": "已结算",
        "有结算前退款": "否",
        "下单时间": time_text(due["ordered_at"].gather(row).to_numpy()),
        "收入合计": yuan(income),
        "支出合计": yuan(fee + commission),
        "平台服务费": yuan(fee),
        "达人佣金": yuan(commission),
    }
    file = f"douyin_settlement_{span.stamp}.csv"
    with shelf.export("douyin_settlement", file) as work:
        work.write("\ufeff" + ",".join(SETTLEMENT_HEADINGS) + "\n" + _FORMULA)
        work.write_lines(csv_rows(SETTLEMENT_HEADINGS, cells, rows=lines.height))
    shelf.expect("douyin_settlement", file, rows=lines.height)


def _unix_or_zero(seconds: pl.Series) -> pl.Series:
    return chosen(seconds > 0, numbers(unix_seconds(seconds.to_numpy())), "0")
