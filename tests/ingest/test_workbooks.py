"""Cells of workbooks as text: digits, dates and texts as the sheet means them, damage refused."""

import io
import zipfile

import openpyxl
import pytest

from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.rows import Row
from siyu.ingest.workbooks import workbook_tables

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f"""<workbook xmlns="m" xmlns:r="{OFFICE}"><workbookPr date1904="EPOCH"/>
<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = """<Relationships xmlns="r">
<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/>
</Relationships>"""
STYLES = """<styleSheet xmlns="m"><numFmts>
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/>
<numFmt numFmtId="165" formatCode="0&quot;day&quot;"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="165"/>
<xf numFmtId="31"/></cellXfs></styleSheet>"""
TEXTS = """<sst xmlns="m"><si><t>好 </t></si><si><r><t>富</t></r><r><t>文本</t></r>
<rPh><t>fu</t></rPh></si></sst>"""


def workbook(sheet: str, *, epoch: str = "0", texts: str = TEXTS) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/workbook.xml", BOOK.replace("EPOCH", epoch))
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr("xl/sharedStrings.xml", texts)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return data.getvalue()


def rows_of(data: bytes) -> list[Row]:
    (rows,) = [list(table) for table in workbook_tables(lambda: io.BytesIO(data))]
    return rows


def cells_of(cells: str, **settings) -> list[str]:
    sheet = f'<worksheet xmlns="m"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return rows_of(workbook(sheet, **settings))[0].cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>2231958349000001001</v></c>', "2231958349000001001"),
        ('<c r="A1"><v>2.2319583490000011E+18</v></c>', "2.231958349000001e+18"),
        ('<c r="A1"><v>189.05000000000001</v></c>', "189.05"),
        ('<c r="A1"><v>1299.0</v></c>', "1299"),
        ('<c r="A1" t="s"><v>0</v></c>', "好 "),
        ('<c r="A1" t="s"><v>1</v></c>', "富文本"),
        ('<c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c>', "a&b"),
        ('<c r="A1" t="str"><f>A2&amp;"x"</f><v>formula</v></c>', "formula"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1" t="b"><v>1</v></c>', "true"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" s="1"><v>46191.83424768519</v></c>', "2026-06-18 20:01:19"),
        ('<c r="A1" s="2"><v>46191</v></c>', "2026-06-18 00:00:00"),
        ('<c r="A1" s="4"><v>46191</v></c>', "2026-06-18 00:00:00"),
        ('<c r="A1" s="3"><v>7</v></c>', "7"),
        ('<c r="A1" s="1"><v>0.5</v></c>', "12:00:00"),
        ('<c r="A1" s="1"/>', ""),
    ],
)
def test_a_cell_is_the_text_an_export_would_show(cell, text):
    assert cells_of(cell) == [text]


def test_days_may_be_counted_from_1904():
    assert cells_of('<c r="A1" s="2"><v>44729</v></c>', epoch="1") == ["2026-06-18 00:00:00"]


def test_cells_and_rows_that_are_left_out_keep_their_place():
    sheet = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="3"><x:c r="B3"><x:v>1</x:v></x:c>'
        '<x:c r="D3"><x:v>2</x:v></x:c></x:row><x:row><x:c><x:v>3</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert rows_of(workbook(sheet)) == [Row(3, ["", "1", "", "2"]), Row(4, ["3"])]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="s"><v>9</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="ZZZZ1"><v>1</v></c>',
        '<c r="A1"><v>x</v></c>',
        '<c r="A1"><v>1</v>',
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused(cell):
    with pytest.raises(ExportRefusedError, match="cut or damaged"):
        cells_of(cell)


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "cc">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(ExportRefusedError, match="cut or damaged"):
        rows_of(workbook(bomb))


def test_every_sheet_of_a_workbook_that_fits_is_read(brand):
    headings = ["订单号", "订单状态", "用户实付金额(元)", "支付时间", "售后状态"]
    book = openpyxl.Workbook()
    for number, title in enumerate(("说明", "一店", "二店")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = title
        if number:
            sheet.append(headings)
            sheet.append([f"260618-{number}", "已收货", 17.8, None, "无"])
        else:
            sheet.append(["请勿修改"])
    data = io.BytesIO()
    book.save(data)
    rows = brand.land_one("pdd_order", data.getvalue(), "a.xlsx")
    assert sorted(rows["order_id"]) == ["260618-1", "260618-2"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("六月.xlsx", data.getvalue())
    assert brand.land_one("pdd_order", packed.getvalue(), "b.zip").height == 2
