"""What exports state below their rows is compared with the rows, whatever the year's wording."""

import csv
import io

import pytest

from .conftest import SAMPLES
from .drift import as_xlsx
from .pdd_orders import PDD

ALIPAY = "alipay_20880000000000000156_20260618_业务明细.csv"
WXPAY = "wxpay_trade_bill_20260618_ALL.csv"


def difference(brand, source: str, content: bytes | str, file: str = "export.csv") -> str | None:
    brand.put(source, file, content)
    row = brand.land().row(0, named=True)
    assert (row["status"], row["rows_rejected"]) == ("landed", 0)
    return row["totals_difference"]


def sample(name: str, encoding: str) -> str:
    return (SAMPLES / name).read_bytes().decode(encoding)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("交易合计：2笔，商家实收共1498.00元", "交易合计: 2 笔,商家实收共 1,498.00 元"),
        ("#交易合计：2笔，商家实收共1498.00元", "#交易总计：共2笔，实收金额：1,498.00元"),
        ("#退款合计：1笔", "退款合计：1笔"),
    ],
)
def test_totals_of_an_alipay_bill_in_other_words(brand, was, now):
    bill = sample(ALIPAY, "gb18030")
    assert was in bill
    assert difference(brand, "alipay_bill", bill.replace(was, now).encode("gb18030")) is None


def test_totals_of_an_alipay_bill_that_differ_with_thousands(brand):
    bill = sample(ALIPAY, "gb18030").replace("实收共1498.00元", "实收共1,598.00元")
    stated = difference(brand, "alipay_bill", bill)
    assert stated == ("交易 received_amount: the export states 1598.00, the rows add up to 1498.00")


def test_totals_of_an_alipay_bill_re_saved_as_a_workbook_are_no_rows(brand):
    bill = sample(ALIPAY, "gb18030").replace("商家实收共1498.00元", "商家实收共1499.00元")
    rows = list(csv.reader(io.StringIO(bill)))
    stated = difference(brand, "alipay_bill", as_xlsx(rows), "bill.xlsx")
    assert "the export states 1499.00" in stated


@pytest.mark.parametrize("first", ["总交易单数", "总交易笔数", "交易总笔数"])
def test_totals_of_a_pay_bill_by_the_names_of_other_years(brand, first):
    bill = sample(WXPAY, "utf-8-sig").replace("总交易单数", first)
    assert difference(brand, "wxpay_bill", bill) is None
    wrong = bill.replace("`208.16,`50.00", "`1,208.16,`50.00")
    assert wrong != bill
    brand.put("wxpay_bill", "wrong.csv", wrong)
    files = dict(brand.land().select("file", "totals_difference").iter_rows())
    assert "订单总金额: the export states 1208.16, the rows add up to 208.16" in files["wrong.csv"]


def test_totals_in_words_nobody_declared_are_said_to_be_unread(brand):
    bill = sample(ALIPAY, "gb18030").replace("合计", "小结")
    assert "in words nobody declared" in difference(brand, "alipay_bill", bill)


@pytest.mark.parametrize("label", ["总计", "合计：", "总计（元）", "合计金额", "总 计"])
def test_a_row_of_totals_is_no_order_whatever_stands_behind_its_word(brand, csv_of, label):
    orders = [[f"260618-{n}", "已收货", "800.00", "2026-06-18 20:00:00", "无"] for n in (1, 2)]
    right = csv_of(PDD, *orders, [label, "", '"¥1,600.00"', "", ""])
    assert difference(brand, "pdd_order", right) is None
    wrong = csv_of(PDD, *orders, [label, "", '"1,700.00"', "", ""])
    brand.put("pdd_order", "wrong.csv", wrong)
    files = dict(brand.land().select("file", "totals_difference").iter_rows())
    assert files["wrong.csv"].startswith("paid_amount: the export states 1700.00")
