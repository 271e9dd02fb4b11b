"""Alipay: the stores' bill as a zip of two GB18030 files whose names are GBK without a flag."""

import numpy as np
import polars as pl

from siyu.demo.archive import zip_of
from siyu.demo.articles import order_titles
from siyu.demo.catalogue import STORES
from siyu.demo.phones import masked
from siyu.demo.shelf import Shelf
from siyu.demo.text_lines import Cells, chosen, csv_rows, yuan
from siyu.demo.till_payments import alipay_entries
from siyu.demo.tokens import numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, compact_time_text, day_of, day_text, spans_of, time_text
from siyu.demo.world import World

ACCOUNT = "20880000000000000156"
HEADINGS = [
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
]
SUMMARY_HEADINGS = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,"
    "卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
_LINE, _SHORT = "-" * 41, "-" * 36
_ZEROS = (
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "分润（元）",
)


def export_alipay(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write the bill of each period."""
    entries = alipay_entries(world)
    for span in spans_of(world.window, world.settings.file.alipay_bill):
        told = entries.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))
        if told.height == 0:
            continue
        stem = f"{ACCOUNT}_{span.last_day}"
        archive = zip_of(
            {
                f"{stem}_业务明细.csv".encode("gb18030"): _details(told, span, world),
                f"{stem}_业务明细(汇总).csv".encode("gb18030"): _summary(told, span),
            },
            utf8_names=False,
        )
        shelf.put("alipay_bill", f"alipay_{stem}.csv.zip", archive, rows=told.height)
        keys = _transactions(told) + "|" + _refund_numbers(told)
        book.records("alipay_bill", keys, told["person"], "pospal:" + told["source_order_id"])


def _details(told: pl.DataFrame, span: Span, world: World) -> bytes:
    rows = csv_rows(HEADINGS, _cells(told, world), rows=told.height, line_end="\r\n")
    paid = told.filter(~pl.col("is_refund"))["entry_fen"]
    back = told.filter(pl.col("is_refund"))["entry_fen"]
    sums = yuan(np.array([int(paid.sum()), int(back.sum())]))
    text = (
        _head("支付宝业务明细查询", span)
        + f"#{_LINE}业务明细列表{_LINE[1:]}\r\n{','.join(HEADINGS)}\r\n"
        + "".join(rows)
        + f"#{_LINE}业务明细列表结束{_SHORT}\r\n"
        + f"#交易合计：{len(paid)}笔，商家实收共{sums[0]}元，商家优惠共0.00元\r\n"
        + f"#退款合计：{len(back)}笔，商家实收退款共{sums[1]}元，商家优惠退款共0.00元\r\n"
        + _exported(span)
    )
    return text.encode("gb18030")


def _cells(told: pl.DataFrame, world: World) -> Cells:
    store = pl.Series(told["order"].to_numpy() % len(STORES))
    phone = world.phone_of(told["person"].to_numpy(), told["at"].to_numpy())
    name = world.people["name"].gather(told["person"]).str.slice(1)
    amount = yuan(told["entry_fen"].to_numpy())
    fee = -(told["entry_fen"].to_numpy() * 38 // 10_000)
    code = "S00" + (store + 1).cast(pl.String)
    return {
        "支付宝交易号": _transactions(told) + "\t",
        "商户订单号": told["source_order_id"] + "\t",
        "业务类型": chosen(told["is_refund"], "退款", "交易"),
        "商品名称": order_titles(world.lines_of(told), between="，") + "\t",
        "创建时间": time_text(told["ordered_at"].to_numpy()),
        "完成时间": time_text(told["at"].to_numpy()),
        "门店编号": code,
        "门店名称": pl.Series(STORES).gather(store) + "\t",
        "操作员": "01",
        "终端号": "T01",
        "对方账户": "*" + name + "(" + masked(phone) + ")\t",
        "订单金额（元）": amount,
        "商家实收（元）": amount,
        **dict.fromkeys(_ZEROS, "0.00"),
        "退款批次号/请求号": _refund_numbers(told) + "\t",
        "服务费（元）": yuan(fee),
    }


def _summary(told: pl.DataFrame, span: Span) -> bytes:
    store = told["order"] % len(STORES)
    stores = (
        told.with_columns(store=store)
        .group_by("store")
        .agg(
            paid=(~pl.col("is_refund")).sum(),
            back=pl.col("is_refund").sum(),
            fen=pl.col("entry_fen").sum(),
        )
        .sort("store")
    )
    lines = []
    for number, paid, back, fen in stores.iter_rows():
        amount = yuan(np.array([fen]))[0]
        place = f"S00{number + 1}\t,{STORES[number]}\t"
        lines.append(f"{place},{paid},{back},{amount},{amount},0.00,0.00,0.00,0.00,0.00,{amount}")
    text = (
        _head("支付宝业务汇总查询", span)
        + f"#{_LINE}业务汇总列表{_LINE[1:]}\r\n{SUMMARY_HEADINGS}\r\n"
        + "".join(f"{line}\r\n" for line in lines)
        + f"#{_LINE}业务汇总列表结束{_SHORT}\r\n"
        + _exported(span)
    )
    return text.encode("gb18030")


def _head(title: str, span: Span) -> str:
    first, last = day_of(span.start // DAY), day_of(span.end // DAY)
    return (
        f"#{title}\r\n#账号：[{ACCOUNT}]\r\n#起始日期：[{first:%Y年%m月%d日} 00:00:00]   "
        f"终止日期：[{last:%Y年%m月%d日} 00:00:00]\r\n"
    )


def _exported(span: Span) -> str:
    return f"#导出时间：[{day_of(span.end // DAY):%Y年%m月%d日} 10:00:00]\r\n"


def _transactions(told: pl.DataFrame) -> pl.Series:
    day = day_text(told["ordered_at"].to_numpy() // DAY, "%Y%m%d")
    return day + "22001" + numbers(told["order"].to_numpy(), digits=12)


def _refund_numbers(told: pl.DataFrame) -> pl.Series:
    number = "RF" + compact_time_text(told["at"].to_numpy()) + numbers(told["order"].to_numpy())
    return chosen(told["is_refund"], number, "")
