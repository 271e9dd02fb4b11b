"""Douyin: the order export of 抖店, one row per sub-order, presents among them."""

import numpy as np
import polars as pl

from siyu.demo.articles import article_ids, of_product
from siyu.demo.catalogue import DOUYIN
from siyu.demo.names import masked_name
from siyu.demo.order_course import REFUNDED, WAITING, exported_in
from siyu.demo.receivers import ciphered, masked_and_virtual, with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Flags, chance, picked
from siyu.demo.text_lines import Cells, chosen, csv_rows, yuan
from siyu.demo.wall_time import DAY, Span, spans_of, time_text
from siyu.demo.world import World

HEADINGS = [
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商品ID",
    "商家编码",
    "商品单价",
    "订单应付金额",
    "运费",
    "优惠总金额",
    "平台优惠",
    "商家优惠",
    "达人优惠",
    "商家改价",
    "支付优惠",
    "红包抵扣",
    "支付方式",
    "手续费",
    "收件人",
    "收件人手机号",
    "省",
    "市",
    "区",
    "街道",
    "详细地址",
    "是否修改过地址",
    "地址修改时段",
    "买家留言",
    "订单提交时间",
    "旗帜颜色",
    "商家备注",
    "订单完成时间",
    "支付完成时间",
    "APP渠道",
    "流量来源",
    "订单状态",
    "承诺发货时间",
    "订单类型",
    "鲁班落地页ID",
    "达人ID",
    "达人昵称",
    "所属门店ID",
    "售后状态",
    "取消原因",
    "预约发货时间",
    "仓库ID",
    "仓库名称",
    "是否安心购",
    "广告渠道",
    "流量类型",
    "流量体裁",
    "流量渠道",
    "发货主体",
    "发货主体明细",
    "发货时间",
    "降价类优惠",
    "平台实际承担优惠金额",
    "商家实际承担优惠金额",
    "达人实际承担优惠金额",
    "预计送达时间",
    "是否平台仓自流转",
    "车型",
    "商品69码",
    "发货SN码",
    "发货IMEI码1",
    "发货IMEI码2",
    "预约送达时间",
    "建议发货时间（起）",
    "建议发货时间（止）",
    "物流SN码",
    "物流IMEI码1",
    "物流IMEI码2",
]
_STATUS = ("待支付", "已取消", "待发货", "已发货", "已完成", "已关闭", "已关闭")
_AUTHORS = (
    ("72001000000001", "小满严选"),
    ("72001000000002", '"奶爸,测评"'),
    ("72001000000003", "圆圆好物"),
)
_SOURCES = ("直播间", "短视频", "精选联盟", "商城")
PRESENT_SHARE = 0.08


def export_douyin(world: World, shelf: Shelf) -> None:
    """Write the order exports."""
    orders = with_receivers(world.orders_of(DOUYIN), world)
    files = world.settings.file
    for span in spans_of(world.window, files.douyin_order):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        if seen.height:
            _write(seen, span, world, shelf)


def _write(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    lines = _with_presents(seen, world.lines_of(seen), world)
    file = f"fxg_export_{span.stamp}.csv"
    with shelf.export("douyin_order", file) as work:
        work.write("\ufeff" + ",".join(HEADINGS) + "\n")
        work.write_lines(csv_rows(HEADINGS, _cells(seen, lines, world), rows=lines.height))
    shelf.expect("douyin_order", file, rows=lines.height)


def _with_presents(seen: pl.DataFrame, lines: pl.DataFrame, world: World) -> pl.DataFrame:
    """The lines and, after some orders' last one, a present that costs nothing."""
    gets = chance(seen["order"].to_numpy(), salt="present", seed=world.seed, share=PRESENT_SHARE)
    rows = np.flatnonzero(gets)
    presents = pl.DataFrame(
        {
            "order": seen["order"].gather(pl.Series(rows)),
            "number": pl.Series(np.full(len(rows), 9), dtype=pl.Int8),
            "product": pl.Series(np.zeros(len(rows)), dtype=pl.Int8),
            "quantity": pl.Series(np.ones(len(rows)), dtype=pl.Int16),
            "list_fen": pl.Series(np.zeros(len(rows)), dtype=pl.Int64),
            "paid_fen": pl.Series(np.zeros(len(rows)), dtype=pl.Int64),
            "row": pl.Series(rows),
        }
    )
    return pl.concat([lines.cast({"row": pl.Int64}), presents]).sort("row", "number")


def _cells(seen: pl.DataFrame, lines: pl.DataFrame, world: World) -> Cells:
    row = lines["row"]
    is_present = lines["number"] == 9
    main = seen["source_order_id"].gather(row)
    first = main.cast(pl.Int64) + lines["number"].cast(pl.Int64)
    sku = chosen(is_present, "GIFT", of_product(lines, "sku"))
    title = chosen(is_present, "赠品小样", of_product(lines, "title"))
    price = _amount((lines["list_fen"] // lines["quantity"]).to_numpy())
    saved = (lines["list_fen"] - lines["paid_fen"]).to_numpy()
    is_refunded = _refunded_lines(seen, lines)
    return {
        **{heading: cells.gather(row) for heading, cells in _order_cells(seen, world).items()},
        "主订单编号": '"\t' + main + '"',
        "子订单编号": '"\t' + first.cast(pl.String) + '"',
        "选购商品": '"\t' + title + '"',
        "商品规格": '"\t' + chosen(is_present, "默认", of_product(lines, "size")) + '"',
        "商品数量": lines["quantity"].cast(pl.String),
        "商品ID": '"\t' + article_ids(lines, 3_473_196_049_974_326_001) + '"',
        "商家编码": '"\t' + sku + '"',
        "商品单价": price,
        "订单应付金额": _amount(lines["paid_fen"].to_numpy()),
        "运费": "0.00",
        "优惠总金额": yuan(saved),
        "商家优惠": chosen(pl.Series(saved > 0), "店铺满减-" + yuan(saved), ""),
        "手续费": "0.00",
        "商家备注": "-",
        "鲁班落地页ID": '"\t"',
        "售后状态": chosen(pl.Series(is_refunded), "退款成功", "-"),
        "预约发货时间": "-",
        "仓库ID": '"\t"',
        "仓库名称": '"\t"',
    }


def _order_cells(seen: pl.DataFrame, world: World) -> dict[str, pl.Series]:
    name_cipher, phone_cipher, is_ciphered = ciphered(seen, world)
    hidden = pl.Series(is_ciphered)
    state = seen["state"]
    order = seen["order"].to_numpy()
    author = pl.Series(picked(order, salt="author", seed=world.seed, below=len(_AUTHORS)))
    is_paid = seen["pay_time"] > 0
    due = time_text(np.where(is_paid, seen["pay_time"] + 2 * DAY, 0))
    return {
        "支付方式": chosen(is_paid, "抖音支付", ""),
        "收件人": chosen(hidden, name_cipher, masked_name(seen["receiver_name"])),
        "收件人手机号": chosen(hidden, phone_cipher, masked_and_virtual(seen, world)),
        "省": seen["province"],
        "市": chosen(seen["city"] == "", "-", seen["city"]),
        "区": seen["district"],
        "详细地址": chosen(hidden, name_cipher, "****"),
        "订单提交时间": time_text(seen["ordered_at"].to_numpy()),
        "订单完成时间": _time_or_dash(seen["finish_time"]),
        "支付完成时间": _time_or_dash(seen["pay_time"]),
        "APP渠道": chosen(pl.Series(order % 7 == 0), "抖音极速版", "抖音"),
        "流量来源": pl.Series(_SOURCES).gather(pl.Series(order % len(_SOURCES))),
        "订单状态": pl.Series(_STATUS).gather(state),
        "承诺发货时间": due,
        "订单类型": pl.Series(["普通订单"] * seen.height, dtype=pl.String),
        "达人ID": '"\t' + pl.Series([row[0] for row in _AUTHORS]).gather(author) + '"',
        "达人昵称": pl.Series([row[1] for row in _AUTHORS]).gather(author),
        "取消原因": chosen(
            state == REFUNDED,
            "主品订单售后完成",
            chosen((state > WAITING) & ~is_paid, "超时未支付系统关闭", "-"),
        ),
    }


def _refunded_lines(seen: pl.DataFrame, lines: pl.DataFrame) -> Flags:
    """All lines of a closed order; of a part refund the first one."""
    row = lines["row"]
    whole = (seen["state"] == REFUNDED).gather(row)
    part = ((seen["refund_fen"] > 0) & (seen["state"] != REFUNDED)).gather(row)
    return (whole | (part & (lines["number"] == 0))).to_numpy()


def _amount(fen: np.ndarray) -> pl.Series:
    """``169.00``, and ``"1,299.00"`` from a thousand yuan up."""
    text = yuan(fen)
    grouped_text = '"' + text.str.replace(r"^(\d+)(\d{3}\.)", "${1},${2}") + '"'
    return chosen(pl.Series(fen >= 100_000), grouped_text, text)


def _time_or_dash(seconds: pl.Series) -> pl.Series:
    return chosen(seconds > 0, time_text(seconds.to_numpy()), "-")
