"""Taobao: order lists and detail lists as 千牛 exports them."""

import polars as pl

from siyu.demo.articles import of_product, order_quantities, order_titles
from siyu.demo.catalogue import SHOP, TAOBAO
from siyu.demo.exports.taobao_api import write_trades
from siyu.demo.names import masked_name
from siyu.demo.order_course import CLOSED_UNPAID, FINISHED, REFUNDED, exported_in
from siyu.demo.receivers import masked_and_virtual, with_receivers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import chance, picked
from siyu.demo.text_lines import Cells, chosen, csv_rows, short_yuan, yuan
from siyu.demo.wall_time import Span, spans_of, time_text
from siyu.demo.world import World

# six headings end in a space in the real file
ORDER_HEADINGS = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "支付单号",
    "支付详情",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "是否上传合同照片",
    "是否上传小票",
    "是否代付",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
    "新零售交易类型",
    "新零售导购门店名称",
    "新零售导购门店id",
    "新零售发货门店名称",
    "新零售发货门店id",
    "退款金额",
    "预约门店",
    "确认收货时间",
    "打款商家金额",
    "含应开票给个人的个人红包",
    "是否信用购",
    "体验期结束时间",
    "前N有礼",
    "配送类型",
    "主订单编号",
]
DETAIL_HEADINGS = [
    "订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
]
# since spring 2026 exports say when a virtual number expires
NEW_HEADING, NEW_HEADING_SINCE = "虚拟号过期时间", "202603010900"
STATUS_WORDS = (
    "等待买家付款",
    "交易关闭",
    "买家已付款，等待卖家发货",
    "卖家已发货，等待买家确认",
    "交易成功",
    "交易关闭",
    "交易关闭",
)
_MESSAGES = ("", "", "", "", "", "", "请尽快发货", '要小票,""谢谢""', "不要放驿站")


def export_taobao(world: World, shelf: Shelf) -> None:
    """Write order lists, detail lists and API trades."""
    orders = with_receivers(world.orders_of(TAOBAO), world)
    files = world.settings.file
    for span in spans_of(world.window, files.taobao_order):
        seen = exported_in(orders, span, overlap_days=files.overlap_days)
        if seen.height:
            _write_orders(seen, span, world, shelf)
            _write_details(seen, span, world, shelf)
            write_trades(seen, span, world, shelf)


def _write_orders(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    headings, cells = ORDER_HEADINGS, _order_cells(seen, world)
    if world.settings.file.headings_drift and span.stamp >= NEW_HEADING_SINCE:
        headings = [*ORDER_HEADINGS, NEW_HEADING]
    file = f"ExportOrderList{span.stamp}.csv"
    with shelf.export("taobao_order", file, encoding="gb18030") as work:
        work.write('"' + '","'.join(headings) + '"\r\n')
        work.write_lines(csv_rows(headings, cells, rows=seen.height, quote='"', line_end="\r\n"))
    shelf.expect("taobao_order", file, rows=seen.height)


def _order_cells(seen: pl.DataFrame, world: World) -> Cells:
    state = seen["state"]
    lines = world.lines_of(seen)
    number = '=""' + seen["source_order_id"] + '""'
    nick = masked_name(world.people["nickname"].gather(seen["person"])).str.replace_all('"', '""')
    day_no = seen["order"].to_numpy()
    address = seen["province"] + " " + chosen(seen["city"] != "", seen["city"] + " ", "")
    address = address + seen["district"] + " " + seen["street"] + "(000000)"
    messages = pl.Series(_MESSAGES).gather(
        pl.Series(picked(day_no, salt="message", seed=world.seed, below=len(_MESSAGES)))
    )
    return {
        "订单编号": number,
        "买家会员名": nick,
        **_money_cells(seen, world),
        "订单状态": pl.Series(STATUS_WORDS).gather(state),
        "买家留言": messages,
        "收货人姓名": seen["receiver_name"],
        "收货地址 ": address,
        "运送方式": "快递",
        "联系电话 ": "'",
        "联系手机": "'" + masked_and_virtual(seen, world),
        "订单创建时间": time_text(seen["ordered_at"].to_numpy()),
        "订单付款时间 ": time_text(seen["pay_time"].to_numpy()),
        "宝贝标题 ": order_titles(lines, between="，"),
        "宝贝种类 ": seen["line_count"].cast(pl.String),
        "宝贝总数量": order_quantities(lines, seen.height),
        "店铺Id": "0",
        "店铺名称": SHOP,
        "订单关闭原因": chosen(state == CLOSED_UNPAID, "买家未付款", "订单未关闭"),
        "是否手机订单": "手机订单",
        "确认收货时间": time_text(seen["finish_time"].to_numpy()),
        "主订单编号": number,
    }


def _money_cells(seen: pl.DataFrame, world: World) -> Cells:
    is_paid = seen["pay_time"] > 0
    gross = short_yuan(seen["gross_fen"].to_numpy())
    done = (seen["state"] == FINISHED) & (seen["finish_time"] > 0)
    received = yuan(((seen["gross_fen"] - seen["refund_fen"]) * done).to_numpy())
    return {
        "支付详情": chosen(is_paid, "支付宝支付" + gross, ""),
        "买家应付货款": short_yuan(seen["goods_fen"].to_numpy()),
        "买家应付邮费": short_yuan(seen["freight_fen"].to_numpy()),
        "买家支付积分": "0",
        "总金额": gross,
        "返点积分": "0",
        "买家实际支付金额": chosen(is_paid, gross, "0"),
        "买家实际支付积分": "0",
        "买家服务费": "0元",
        "退款金额": _refund_cells(seen, world),
        "打款商家金额": received + "元",
    }


def _refund_cells(seen: pl.DataFrame, world: World) -> pl.Series:
    """Amounts, ``无退款申请``, or nothing; a closed order sometimes does not say how much."""
    is_silent = pl.Series(
        chance(seen["order"].to_numpy(), salt="silent refund", seed=world.seed, share=0.1)
    )
    whole = (seen["state"] == REFUNDED) & is_silent
    none = chosen(is_silent, "无退款申请", "0")
    amounts = chosen(seen["refund_fen"] > 0, short_yuan(seen["refund_fen"].to_numpy()), none)
    return chosen(whole, "", amounts)


def _write_details(seen: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    lines = world.lines_of(seen)
    row = lines["row"]
    cells: Cells = {
        "订单编号": '=""' + seen["source_order_id"].gather(row) + '""',
        "标题": of_product(lines, "title") + of_product(lines, "size"),
        "价格": yuan((lines["list_fen"] // lines["quantity"]).to_numpy()),
        "购买数量": lines["quantity"].cast(pl.String),
        "外部系统编号": of_product(lines, "sku"),
        "商品属性": "规格:" + of_product(lines, "size"),
        "订单状态": pl.Series(STATUS_WORDS).gather(seen["state"].gather(row)),
        "商家编码": of_product(lines, "sku"),
    }
    file = f"ExportOrderDetailList{span.stamp}.csv"
    with shelf.export("taobao_order_item", file, encoding="gb18030") as work:
        work.write('"' + '","'.join(DETAIL_HEADINGS) + '"\r\n')
        work.write_lines(
            csv_rows(DETAIL_HEADINGS, cells, rows=lines.height, quote='"', line_end="\r\n")
        )
    shelf.expect("taobao_order_item", file, rows=lines.height)
