"""Kuaishou and Xiaohongshu: order exports as xlsx sheets."""

import polars as pl

from siyu.demo.archive import sheet_file
from siyu.demo.articles import article_ids, of_product, order_quantities, order_titles
from siyu.demo.catalogue import KUAISHOU, SHOP, XIAOHONGSHU
from siyu.demo.names import masked_name
from siyu.demo.order_course import REFUNDED, exported_in
from siyu.demo.phones import masked
from siyu.demo.receivers import with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints
from siyu.demo.text_lines import Cells, chosen, short_yuan, yuan
from siyu.demo.tokens import tokens
from siyu.demo.wall_time import Span, spans_of, time_text
from siyu.demo.world import World

KUAISHOU_HEADINGS = [
    "订单号",
    "赠品订单号",
    "活动订单编号",
    "订单创建时间",
    "订单支付时间",
    "预售定金支付时间",
    "订单状态",
    "实付款",
    "快递费",
    "店铺优惠",
    "平台补贴",
    "主播补贴",
    "混资活动优惠",
    "支付优惠",
    "支付方式",
    "成交数量",
    "买家留言",
    "账号类型",
    "账号明细",
    "订单备注",
    "旗帜颜色",
    "售后状态",
    "活动订单",
    "预售/承诺发货时间",
    "订单载体",
    "商品名称",
    "商品ID",
    "商品规格",
    "SKU编码",
    "商品单价",
    "渠道",
    "CPS达人ID",
    "CPS达人昵称",
    "预估推广佣金",
    "预估推广者分佣比例",
    "团长ID",
    "团长昵称",
    "快赚客ID",
    "快赚客昵称",
    "授权推广者ID",
    "授权推广者昵称",
    "收货人姓名",
    "收货人电话",
    "收货地址-省",
    "收货地址-市",
    "收货地址-区",
    "收货地址-街道",
    "收货地址",
    "发货时间",
    "快递公司",
    "快递单号",
    "物流信息",
    "集运类型",
    "直邮类型",
    "仓库名称",
    "仓库地址",
    "实名姓名",
    "服务门店ID",
    "服务门店名称",
    "服务门店地址",
    "国补/类国补/消费券",
]
XIAOHONGSHU_HEADINGS = [
    "订单号",
    "订单状态",
    "售后状态",
    "订单类型",
    "订单标记",
    "收件人姓名",
    "收件人电话",
    "收件人地址",
    "省",
    "市",
    "区",
    "区域编码",
    "小红书编码",
    "条形码",
    "规格ID",
    "达人ID",
    "达人名称",
    "SKU名称",
    "SKU规格",
    "SKU件数",
    "是否为赠品",
    "发票/Invoice",
    "商品总价(元)",
    "用户应付金额(元)",
    "平台优惠(元)",
    "店铺优惠(元)",
    "支付渠道优惠(元)",
    "SKU商家改价(元)",
    "商家应收金额(元)（支付金额）",
    "支付方式",
    "支付渠道订单号",
    "支付期数",
    "利息费用",
    "手续费承担方",
    "支付时间",
    "sku净重(kg)",
    "包裹总净重(kg)",
    "包裹总运费(元)",
    "快递公司",
    "快递单号",
    "发货链接",
    "大头笔/Paint Marker",
    "集包地/Express Extend 1",
    "三段码/Express Extend 2",
    "订购人身份证姓名/ID Name",
    "订购人身份证号/ID Number",
    "收件人身份证姓名",
    "收件人身份证号",
    "订单创建时间",
    "预售订单开始发货时间",
    "预售订单截止发货时间",
    "承诺发货时间",
    "订单发货时间",
    "订单完成时间",
    "发货仓库",
    "确认收货类型",
    "是否延迟收货",
    "用户备注",
    "包裹备注标记",
    "包裹备注信息",
    "异常原因",
    "店铺名称",
    "用户编号",
    "运费模版名称",
    "物流方案名称",
    "第三方机构订单号",
    "国补模式",
    "供应商id",
    "供应商名称",
    "商家编码",
    "商品ID",
    "商品名称",
]
_KUAISHOU_STATUS = (
    "待付款",
    "交易关闭",
    "待发货",
    "已发货",
    "交易成功",
    "交易关闭",
    "交易关闭",
)
_XIAOHONGSHU_STATUS = ("待付款", "已取消", "待配货", "已发货", "已完成", "已取消", "已取消")
_XIAOHONGSHU_NUMBERS = frozenset(
    ("SKU件数", "商品总价(元)", "用户应付金额(元)", "店铺优惠(元)", "商家应收金额(元)（支付金额）")
)


def export_sheets(world: World, shelf: Shelf) -> None:
    """Write both platforms' sheets of each period."""
    files = world.settings.file
    for platform, write in ((KUAISHOU, _write_kuaishou), (XIAOHONGSHU, _write_xiaohongshu)):
        orders = with_receivers(world.orders_of(platform), world)
        for span in spans_of(world.window, files.marketplace_sheets):
            seen = exported_in(orders, span, overlap_days=files.overlap_days)
            if seen.height:
                write(seen, span, world, shelf)


def xhs_user_ids(person: Ints, *, seed: int) -> pl.Series:
    """用户编号 of each person."""
    return tokens(
        person, salt="xhs", seed=seed, length=22, prefix="5f", alphabet="0123456789abcdef" * 4
    )


def _write_kuaishou(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    lines = world.lines_of(seen)
    first = lines.filter(pl.col("number") == 0)
    cells: Cells = {
        "订单号": seen["source_order_id"],
        "订单创建时间": time_text(seen["ordered_at"].to_numpy()),
        "订单支付时间": time_text(seen["pay_time"].to_numpy()),
        "订单状态": pl.Series(_KUAISHOU_STATUS).gather(seen["state"]),
        "实付款": "¥" + yuan(seen["gross_fen"].to_numpy()),
        "快递费": "¥0.00",
        "成交数量": order_quantities(lines, seen.height),
        "售后状态": chosen(seen["state"] == REFUNDED, "退款成功", ""),
        "商品名称": order_titles(lines, between="，"),
        "商品ID": article_ids(first, 21_000_000_000_001),
        "商品规格": of_product(first, "size"),
        "SKU编码": of_product(first, "sku"),
        "商品单价": "¥" + yuan((first["list_fen"] // first["quantity"]).to_numpy()),
        "渠道": "直播",
        "CPS达人ID": "1234567890",
        "CPS达人昵称": "演示主播",
        "收货人姓名": masked_name(seen["receiver_name"]),
        "收货人电话": masked(seen["receiver_phone"]),
        "收货地址-省": seen["province"],
        "收货地址-市": seen["city"],
        "收货地址-区": seen["district"],
        "收货地址": "******",
    }
    content = sheet_file("Sheet1", KUAISHOU_HEADINGS, cells, rows=seen.height, wrong_dimension=True)
    shelf.put("kuaishou_order", f"kuaishou_order_{span.stamp}.xlsx", content, rows=seen.height)


def _write_xiaohongshu(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    lines = world.lines_of(seen)
    cells = _xiaohongshu_cells(seen, lines, world)
    content = sheet_file(
        "包裹详情", XIAOHONGSHU_HEADINGS, cells, rows=lines.height, numeric=_XIAOHONGSHU_NUMBERS
    )
    shelf.put(
        "xiaohongshu_order", f"xiaohongshu_order_{span.stamp}.xlsx", content, rows=lines.height
    )


def _xiaohongshu_cells(seen: pl.DataFrame, lines: pl.DataFrame, world: World) -> Cells:
    row = lines["row"]
    saved = (lines["list_fen"] - lines["paid_fen"]).to_numpy()
    amount = short_yuan(lines["paid_fen"].to_numpy())
    order_cells = {
        "订单号": seen["source_order_id"],
        "订单状态": pl.Series(_XIAOHONGSHU_STATUS).gather(seen["state"]),
        "收件人姓名": masked_name(seen["receiver_name"]),
        "收件人电话": masked(seen["receiver_phone"]),
        "省": seen["province"],
        "市": seen["city"],
        "区": seen["district"],
        "支付时间": time_text(seen["pay_time"].to_numpy()),
        "订单创建时间": time_text(seen["ordered_at"].to_numpy()),
        "订单完成时间": time_text(seen["finish_time"].to_numpy()),
        "用户编号": xhs_user_ids(seen["person"].to_numpy(), seed=world.seed),
    }
    return {
        **{heading: texts.gather(row) for heading, texts in order_cells.items()},
        "售后状态": _aftersale(seen, lines),
        "订单类型": "普通",
        "收件人地址": "******",
        "规格ID": article_ids(lines, 660_000_000_001),
        "SKU名称": of_product(lines, "title"),
        "SKU规格": of_product(lines, "size"),
        "SKU件数": lines["quantity"].cast(pl.String),
        "是否为赠品": "否",
        "商品总价(元)": short_yuan(lines["list_fen"].to_numpy()),
        "用户应付金额(元)": amount,
        "店铺优惠(元)": short_yuan(saved),
        "商家应收金额(元)（支付金额）": amount,
        "支付方式": "微信支付",
        "店铺名称": SHOP,
        "商家编码": of_product(lines, "sku"),
        "商品名称": of_product(lines, "title"),
    }


def _aftersale(seen: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    row = lines["row"]
    whole = (seen["state"] == REFUNDED).gather(row)
    part = ((seen["refund_fen"] > 0) & (seen["state"] != REFUNDED)).gather(row)
    return chosen(whole | (part & (lines["number"] == 0)), "售后完成", "无售后")
