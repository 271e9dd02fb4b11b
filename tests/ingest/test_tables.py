"""Tables: broken rows, trailers, encodings; nothing shifts or is guessed."""

import gzip
import io
import zipfile

import pytest

from siyu.ingest.csv_form import find_form
from siyu.ingest.csv_rows import parse_block
from siyu.ingest.text_blocks import text_blocks

from .pdd_orders import PDD, TIME, order


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_delimiter_and_encoding_reads_the_same(brand, delimiter, encoding):
    lines = [PDD, order(1), order(2, "1299.00", status="已发货，待签收䶮🌸")]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)
    rows = brand.land_one("pdd_order", text.encode(encoding))
    assert rows["status"].to_list() == ["已收货", "已发货，待签收䶮🌸"]
    assert rows["_line_number"].to_list() == [2, 3]


def test_the_suffix_of_a_file_says_nothing(brand, csv_of):
    assert brand.land_one("pdd_order", csv_of(PDD, order(1)), "export.xls").height == 1
    assert brand.land_one("pdd_order", csv_of(PDD, order(2)), "export").height == 1


def test_a_byte_that_is_no_text_is_named(brand, csv_of):
    good = csv_of(PDD, *(order(n) for n in range(20))).encode()
    place = good.index("已收货".encode(), 500) + 1
    reason = brand.refusal("pdd_order", good[:place] + b"\xff" + good[place + 1 :])
    assert f"byte {place - 1}" in reason
    assert "UTF-8" in reason
    gbk = csv_of(PDD, *(order(n) for n in range(20))).encode("gb18030")
    place = gbk.index("已收货".encode("gb18030"), 500)
    reason = brand.refusal("pdd_order", gbk[:place] + b"\xff" + gbk[place + 1 :], "gbk.csv")
    assert "GB18030" in reason


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_refused_for_what_it_is(brand, csv_of, encoding):
    text = csv_of(PDD, order(1), order(2, status="已发货"))
    assert "UTF-16 without its mark" in brand.refusal("pdd_order", text.encode(encoding))


def test_lines_that_end_as_on_old_macs_are_refused_for_what_they_are(brand, csv_of):
    text = csv_of(PDD, order(1), order(2)).replace("\r\n", "\n").replace("\n", "\r")
    assert "carriage return" in brand.refusal("pdd_order", text.encode("gb18030"))


def test_rows_with_too_few_or_too_many_cells_are_rejected(brand, csv_of):
    short, long = order(2)[:4], [*order(3), "无"]
    rows = brand.land_one("pdd_order", csv_of(PDD, order(1), short, long, order(4)))
    assert rows["order_id"].to_list() == ["260618-1", "260618-4"]
    assert rows["_line_number"].to_list() == [2, 5]
    rejected = brand.rejected("pdd_order")
    assert [(row["line"], row["reason"]) for row in rejected] == [
        ("3", "the row has 4 cells, the headings are 5"),
        ("4", "the row has 6 cells, the headings are 5"),
    ]


def test_one_surplus_cell_is_a_shift_also_when_the_last_cell_is_empty(brand, csv_of):
    shifted = ["260618-2", "已收", "货", *order(2)[2:4], ""]
    rows = brand.land_one("pdd_order", csv_of(PDD, order(1), shifted, order(3)))
    assert rows["order_id"].to_list() == ["260618-1", "260618-3"]
    assert "6 cells" in brand.rejected("pdd_order")[0]["reason"]


def test_cells_with_newlines_and_quotes_keep_the_lines_right(brand, csv_of):
    talk = '"要礼袋,\n""谢谢"""'
    rows = brand.land_one("pdd_order", csv_of([*PDD, "备注"], [*order(1), talk], [*order(2), "无"]))
    assert rows["_line_number"].to_list() == [2, 4]
    assert rows["_extra"][0] == '{"备注":"要礼袋,\\n\\"谢谢\\""}'


def test_a_quote_that_never_closes_refuses_the_file(brand, csv_of):
    text = csv_of(PDD, order(1), ['"260618-2', *order(2)[1:]], order(3))
    assert "line 3" in brand.refusal("pdd_order", text)
    assert "never ends" in brand.refusal("pdd_order", csv_of(PDD, order(1), ['260618-2,"已']), "b")


def test_a_broken_quote_rejects_its_row(brand, csv_of):
    rows = brand.land_one(
        "pdd_order", csv_of(PDD, order(1), ['"2606"18-2', *order(2)[1:]], order(3))
    )
    assert rows["order_id"].to_list() == ["260618-1", "260618-3"]
    assert brand.rejected("pdd_order")[0]["line"] == "3"


@pytest.mark.parametrize("rows_above", [0, 1])
def test_broken_rows_are_rejected_right_below_the_headings_too(brand, csv_of, rows_above):
    above = [order(9)] * rows_above
    line = str(2 + rows_above)
    glued = csv_of(PDD, *above, order(1), order(2), order(3)).replace(
        "\r\n260618-2", "\r260618-2", 1
    )
    assert brand.land_one("pdd_order", glued, "glued.csv")["order_id"][-1] == "260618-3"
    quoted = csv_of(PDD, *above, ['"260618-1', *order(1)[1:]], ['260618-2"x', "已收货"], order(3))
    assert brand.land_one("pdd_order", quoted, "quoted.csv")["order_id"][-1] == "260618-3"
    rejected = {(row["line"], row["reason"]) for row in brand.rejected("pdd_order")}
    assert rejected == {
        (line, "a carriage return stands alone in the row, two rows may be one line"),
        (
            line,
            f"a quote opens here and is broken in line {int(line) + 1}, "
            "the lines between are one row",
        ),
    }


def test_an_amount_that_is_never_negative_rejects_its_row(brand, csv_of):
    rows = brand.land_one(
        "pdd_order", csv_of(PDD, order(1, "0"), order(2, "-5"), order(3, "-0.00"), order(4, "x"))
    )
    assert rows["order_id"].to_list() == ["260618-1", "260618-3"]
    rejected = brand.rejected("pdd_order")
    assert [(row["line"], row["column"]) for row in rejected] == [
        ("3", "paid_amount"),
        ("5", "paid_amount"),
    ]
    assert rejected[0]["reason"] == (
        "用户实付金额(元) is below zero, which it never is in this export"
    )
    assert "correct the cell" in rejected[0]["what_to_do"]


def test_totals_that_agree_and_totals_that_do_not(brand, csv_of):
    total = ["总计", "", "35.60", "", ""]
    brand.land_one("pdd_order", csv_of(PDD, order(1), order(2), total), "right.csv")
    total = ["总计", "", "36.60", "", ""]
    brand.land_one("pdd_order", csv_of(PDD, order(3), order(4), total), "wrong.csv")
    files = dict(brand.land().select("file", "totals_difference").iter_rows())
    assert files["right.csv"] is None
    assert files["wrong.csv"] == ("paid_amount: the export states 36.60, the rows add up to 35.60")


def test_a_pay_bill_that_lost_a_row_says_so(brand):
    lines = (brand_sample("wxpay_trade_bill_20260618_ALL.csv")).splitlines(keepends=True)
    brand.land_one("wxpay_bill", "".join(lines[:2] + lines[3:]))
    difference = brand.land()["totals_difference"].item()
    assert "总交易单数: the export states 3, the rows add up to 2" in difference
    assert "订单总金额: the export states 208.16, the rows add up to 199.00" in difference


def test_a_comma_in_a_value_of_a_pay_bill_is_no_border(brand):
    text = brand_sample("wxpay_trade_bill_20260618_ALL.csv").replace("香蕉，1斤", "香蕉,1斤")
    rows = brand.land_one("wxpay_bill", text)
    assert rows["item_title"].to_list() == ["舒缓面霜", "香蕉,1斤", "舒缓面霜"]
    assert str(rows["order_amount"].sum()) == "208.16"


def test_every_bill_of_an_archive_is_read_and_checked_by_itself(brand):
    bill = brand_sample("wxpay_trade_bill_20260618_ALL.csv").encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("18.csv", bill)
        members.writestr("19.csv", bill.replace(b"MP2026061800", b"MP2026061900"))
    rows = brand.land_one("wxpay_bill", archive.getvalue(), "bills.zip")
    assert rows.height == 6
    assert brand.land()["totals_difference"].to_list() == [None]


@pytest.mark.parametrize(
    "cell", ["6.91793E+18", "1.39392005725484e+18", "2231958349000001001.0", "1E+19"]
)
def test_a_rounded_id_refuses_the_whole_file(brand, csv_of, cell):
    reason = brand.refusal("pdd_order", csv_of(PDD, order(1), [cell, *order(2)[1:]]))
    assert "re-saved by Excel" in reason
    assert "line 3" in reason


def test_a_phone_that_a_spreadsheet_floated_is_whole(brand, csv_of):
    headings = ["订单编号", "订单状态", "联系手机"]
    rows = [["E1", "交易成功", "19900001004.0"], ["E2", "交易成功", "null"]]
    known = ["订单付款时间", "订单创建时间", "买家应付货款", "买家实际支付金额", "退款金额"]
    cells = [[*row, TIME, TIME, "1", "1", "0"] for row in rows]
    landed = brand.land_one("taobao_order", csv_of([*headings, *known], *cells))
    assert landed["receiver_phone"].to_list() == ["19900001004", None]


@pytest.mark.parametrize("cell", ["null", "NULL", "undefined", "(null)", "NaN", "\\N", "无"])
def test_an_order_whose_number_says_nobody_is_rejected(brand, csv_of, cell):
    rows = brand.land_one("pdd_order", csv_of(PDD, order(1), [cell, *order(2)[1:]]))
    assert rows["order_id"].to_list() == ["260618-1"]


def test_ids_that_all_end_in_zeros_after_fifteen_digits_are_rounded(brand, csv_of):
    rounded = [[f"22319583490{n:04d}0000", *order(n)[1:]] for n in range(1, 9)]
    assert "ends in zeros" in brand.refusal("pdd_order", csv_of(PDD, *rounded))
    one_whole = [*rounded, ["2231958349000011234", *order(9)[1:]]]
    assert brand.land_one("pdd_order", csv_of(PDD, *one_whole), "b.csv").height == 9


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("17.805", "is not an amount"),
        ("一百", "is not an amount"),
        ('"1,29"', "is not an amount"),
        ("1.78E+1", "is not an amount"),
        ("", "is empty"),
        ("-", "is empty"),
    ],
)
def test_an_amount_that_is_none_rejects_its_row(brand, csv_of, cell, reason):
    rows = brand.land_one("pdd_order", csv_of(PDD, order(1), order(2, cell), order(3)))
    assert rows["order_id"].to_list() == ["260618-1", "260618-3"]
    rejected = brand.rejected("pdd_order")[0]
    assert (rejected["line"], rejected["column"]) == ("3", "paid_amount")
    assert reason in rejected["reason"]


@pytest.mark.parametrize("cell", ["2026-02-30 00:00:00", "1999-01-01 00:00:00", "46191.83", "昨天"])
def test_a_time_that_is_none_rejects_its_row(brand, csv_of, cell):
    rows = brand.land_one("pdd_order", csv_of(PDD, order(1), order(2, paid_at=cell)))
    assert rows.height == 1
    assert brand.rejected("pdd_order")[0]["column"] == "paid_at"


def test_an_export_without_one_good_row_is_refused(brand, csv_of):
    reason = brand.refusal("pdd_order", csv_of(PDD, order(1, "?"), order(2, "?")))
    assert reason.startswith("line 2, column paid_amount: all 2 rows were rejected")


def test_a_file_cut_in_its_last_cell_loses_that_row_only(brand):
    headings = "app_id,collector_tstamp,event,event_id,domain_userid,tr_total"
    whole = [f"shop,2026-06-18 12:00:0{n}.000,page,id-{n},d-{n},199.00" for n in range(3)]
    text = "\n".join([headings, *whole])
    assert brand.land_one("snowplow_event", text, "whole.csv").height == 3
    assert brand.land_one("snowplow_event", text[:-1], "cut.csv").height == 2
    assert "it may be cut" in brand.rejected("snowplow_event")[0]["reason"]


def test_tables_in_blocks_read_as_tables_in_one(sources, csv_of):
    talk = '"多\n行, ""好"""'
    rows = [[*order(n), talk if n % 7 == 0 else f"备注{n}"] for n in range(300)]
    rows[200] = rows[200][:3]
    data = csv_of([*PDD, "备注"], *rows).encode("gb18030")
    source = sources["pdd_order"]

    def read(size):
        blocks = list(text_blocks(io.BytesIO(data), size=size))
        form, first = find_form(blocks[0], "gb18030", source)
        tables = [parse_block(block, form, source) for block in [first, *blocks[1:]]]
        cells = [row for table in tables for row in table.cells.rows()]
        lines = [line for table in tables for line in table.lines]
        return cells, lines, [row.line for table in tables for row in table.rejected]

    whole = read(len(data) + 1)
    assert len(whole[0]) == 299
    assert len(whole[2]) == 1
    for size in (3000, 4096, 7777):
        assert read(size) == whole


def test_a_page_named_xls_is_read_when_its_headings_fit(brand):
    cells = "".join(f"<td>{cell}</td>" for cell in order(1))
    heads = "".join(f"<th>{heading}</th>" for heading in PDD)
    page = f"<html><body><table><tr>{heads}</tr><tr>{cells}</tr></table></body></html>"
    assert brand.land_one("pdd_order", page.encode("gb18030"), "export.xls").height == 1
    assert "cut" in brand.refusal("pdd_order", page[:-30], "cut.xls")


def test_a_gzip_is_read_and_a_cut_one_refused(brand, csv_of):
    packed = gzip.compress(csv_of(PDD, *(order(n) for n in range(500))).encode())
    assert brand.land_one("pdd_order", packed, "a.gz").height == 500
    assert "cut or damaged" in brand.refusal("pdd_order", packed[:-20], "b.gz")


def brand_sample(name: str) -> str:
    from .conftest import SAMPLES

    return (SAMPLES / name).read_bytes().decode("utf-8-sig")
