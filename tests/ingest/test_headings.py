"""Headings are found and placed although they drift; one that is in doubt refuses the file."""

import io
import zipfile
from decimal import Decimal

import openpyxl

from .pdd_orders import PDD, TIME, order


def test_headings_may_move_widen_and_gain_blanks(brand, csv_of):
    headings = [
        "售后状态 ",
        "\u3000支付时间",
        "新栏目",
        "用户实付金额（元）",
        "订单状态*",
        "订单号",
    ]
    row = ["无售后", TIME, "新", "17.8", "已收货", "260618-1"]
    rows = brand.land_one("pdd_order", csv_of(headings, row))
    assert rows["order_id"].to_list() == ["260618-1"]
    assert rows["paid_amount"].to_list() == [Decimal("17.80")]
    assert rows["_extra"].to_list() == ['{"新栏目":"新"}']


def test_brackets_may_come_and_go(brand, csv_of):
    headings = ["订单号(拼单)", "订单状态", "用户实付金额", "支付时间（北京）", "售后状态"]
    rows = brand.land_one("pdd_order", csv_of(headings, order(1)))
    assert rows["paid_amount"].to_list() == [Decimal("17.80")]
    assert rows["paid_at"].null_count() == 0


def test_an_amount_in_another_unit_is_not_the_amount(brand, csv_of):
    headings = ["订单号", "订单状态", "用户实付金额(分)", "支付时间", "售后状态"]
    reason = brand.refusal("pdd_order", csv_of(headings, order(1)))
    assert "用户实付金额(元) (nearest: 用户实付金额(分))" in reason


def test_a_missing_required_heading_names_what_was_found_and_the_nearest(brand, csv_of):
    headings = ["订单编码", "订单状态", "用户实付金额(元)", "支付时间", "售后状态"]
    reason = brand.refusal("pdd_order", csv_of(headings, order(1)))
    assert "订单号 or 订单编号 (nearest: 订单编码" in reason
    assert "headings found: 订单编码, 订单状态" in reason
    assert "config/sources/pdd_order.yml" in reason


def test_a_file_without_headings_shows_nobodys_data_in_the_reason(brand, csv_of):
    reason = brand.refusal(
        "pdd_order", csv_of(["王晓彤", "19900001001"], ["李建国", "19900001002"])
    )
    assert "no heading row" in reason
    assert "王晓彤" not in reason
    assert "199" not in reason


def test_an_optional_amount_with_a_damaged_heading_refuses_the_file(brand, csv_of):
    headings = [*PDD, "邮费元)"]
    assert brand.land_one("pdd_order", csv_of(headings, [*order(1), "0"])).height == 1
    reason = brand.refusal("pdd_order", csv_of([*PDD, "邮费#元)"], [*order(1), "0"]), "b.csv")
    assert "nearly 邮费(元)" in reason


def test_the_same_heading_twice_is_refused(brand, csv_of):
    reason = brand.refusal("pdd_order", csv_of([*PDD, "订单号"], [*order(1), "9"]))
    assert "stands twice" in reason


def test_headings_that_lost_a_delimiter_shift_no_column(brand, csv_of):
    # all rows end with an empty cell: it looks as if they only ended with a delimiter
    headings = ["赠品#备注", *PDD]
    rows = [["", "无", *order(n)[:4], ""] for n in (1, 2, 3)]
    reason = brand.refusal("pdd_order", csv_of(headings, *rows))
    assert "the row has 7 cells, the headings are 6" in reason


def test_title_lines_above_and_repeated_headings_below_are_no_rows(brand, csv_of):
    text = "店铺订单\r\n导出时间：2026-06-18\r\n\r\n" + csv_of(PDD, order(1), PDD, order(2))
    rows = brand.land_one("pdd_order", text)
    assert rows["_line_number"].to_list() == [5, 7]


def test_headings_alone_are_an_export_without_rows(brand, csv_of):
    assert brand.land_one("pdd_order", csv_of(PDD)).is_empty()


def test_a_workbook_with_merged_headings_a_wrong_dimension_and_a_number_for_an_id(brand):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["店铺订单"])
    sheet.append(["订单", None, "金额", "支付时间", "售后状态"])
    sheet.append(["订单号", "订单状态", "用户实付金额(元)", None, None])
    sheet.append(["260618-1", "已收货", 17.8, TIME, "无售后"])
    sheet.append(["260618-2", "已收货", "¥1,299.00", None, "无售后"])
    data = io.BytesIO()
    book.save(data)
    rows = brand.land_one("pdd_order", wrong_dimension(data.getvalue()), "a.xlsx")
    assert rows["paid_amount"].to_list() == [Decimal("17.80"), Decimal("1299.00")]
    assert rows["_line_number"].to_list() == [4, 5]
    sheet["A4"] = 2231958349000001001
    sheet["A4"].number_format = "0"
    sheet["A5"] = 2.231958349000001e18
    data = io.BytesIO()
    book.save(data)
    assert "re-saved by Excel" in brand.refusal("pdd_order", data.getvalue(), "b.xlsx")


def wrong_dimension(workbook: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if "sheet1" in member.filename:
                content = content.replace(b'<dimension ref="A1:E5"', b'<dimension ref="A1"')
            new.writestr(member, content)
    return out.getvalue()


def test_merged_headings_of_one_report_are_one_heading_in_another(brand, csv_of):
    rows = brand.land_one(
        "pos_sales",
        csv_of(
            ["流水号", "销售时间", "会员手机号", "会员电话备注", "商品/编码", "实收"],
            ["S1", "2026-06-18 20:00:00", "19900001001", "x", "690", "9.90"],
        ),
    )
    assert rows["phone"].to_list() == ["19900001001"]
    assert rows["item_code"].to_list() == ["690"]
