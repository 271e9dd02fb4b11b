"""Exports look like the samples: encodings, headings, keys, wrappings, trailers.

``sample_shapes.json`` was taken from the channel samples: heading lines, encodings, JSON key paths.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siyu.demo.exports import jd, taobao

SHAPES = json.loads((Path(__file__).parent / "sample_shapes.json").read_text(encoding="utf-8"))
# kept by Youzan in trades that were refunded; the sample has none
ADDED_KEYS = {"youzan_trade": "data.full_order_info_list[].full_order_info.refund_order"}


def text_of(path: Path, encoding: str) -> str:
    return path.read_bytes().decode(encoding)


def key_paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        own = {f"{path}.{key}" if path else key for key in value}
        return own.union(
            *(key_paths(value[key], f"{path}.{key}" if path else key) for key in value)
        )
    if isinstance(value, list):
        return set().union(*(key_paths(one, f"{path}[]") for one in value))
    return set()


@pytest.mark.parametrize("source", SHAPES["csv"])
def test_csv_exports_have_the_samples_headings_encoding_and_line_ends(
    brand: Any, source: str
) -> None:
    shape = SHAPES["csv"][source]
    files = brand.files(source)
    assert files
    newest = text_of(files[-1], shape["encoding"])
    heading, _, rest = newest.partition("\n")
    assert heading.endswith("\r") == (shape["line_end"] == "\r\n")
    heading = heading.rstrip("\r")
    if source == "taobao_order":
        heading = heading.removesuffix(f',"{taobao.NEW_HEADING}"')
    assert heading == shape["heading"]
    assert rest.count("\n") >= 1
    has_bom = files[-1].read_bytes().startswith(b"\xef\xbb\xbf")
    assert has_bom == (shape["encoding"] == "utf-8-sig")


@pytest.mark.parametrize("source", SHAPES["json"])
def test_json_exports_use_no_key_the_sample_does_not_have(brand: Any, source: str) -> None:
    allowed = set(SHAPES["json"][source])
    added = ADDED_KEYS.get(source)
    found: set[str] = set()
    for path in brand.files(source):
        text = path.read_text(encoding="utf-8")
        documents = text.splitlines() if path.suffix == ".jsonl" else [text]
        found = found.union(*(key_paths(json.loads(document)) for document in documents))
    if added:
        found = {path for path in found if not path.startswith(added)}
    ours = {"properties.nps_score", "properties.rating", "properties.content"}
    ours |= {f"properties.{key}" for key in ("quantity", "$share_method", "$share_depth")}
    ours |= {"properties.$share_distinct_id"} if source == "sensors_event" else set()
    assert found - ours - {"external_contact_list[].follow_info.remark_corp_name"} <= allowed


@pytest.mark.parametrize("source", SHAPES["sheet"])
def test_sheets_have_the_samples_title_and_headings(brand: Any, source: str) -> None:
    shape = SHAPES["sheet"][source]
    sheet = openpyxl.load_workbook(brand.files(source)[-1]).active
    assert sheet.title == shape["title"]
    assert [cell.value for cell in sheet[1]] == shape["heading"]
    assert sheet.max_row > 1


def test_ids_are_wrapped_as_platforms_wrap_them(brand: Any) -> None:
    taobao_row = text_of(brand.files("taobao_order")[-1], "gb18030").splitlines()[1]
    assert taobao_row.startswith('"=""2231958349')
    assert ",\"'1" in taobao_row
    douyin_row = text_of(brand.files("douyin_order")[-1], "utf-8-sig").splitlines()[1]
    assert douyin_row.startswith('"\t69')
    bill_row = text_of(brand.files("wxpay_bill")[-1], "utf-8-sig").splitlines()[1]
    assert all(cell.startswith("`") for cell in bill_row.split(","))
    settled = text_of(brand.files("douyin_settlement")[-1], "utf-8-sig").splitlines()
    assert settled[1] == " , , ,收入+支出, , , , , , , , "
    assert settled[2].split(",")[1].startswith("'69")


def test_bill_trailers_add_up(brand: Any) -> None:
    for path in brand.files("wxpay_bill"):
        *rows, total_heading, totals = text_of(path, "utf-8-sig").splitlines()[1:]
        assert total_heading.startswith("总交易单数,")
        told = [cell.strip("`") for cell in totals.split(",")]
        cells = [row.split(",`") for row in rows]
        assert int(told[0]) == len(rows)
        assert float(told[1]) == pytest.approx(sum(float(row[12]) for row in cells))
        assert float(told[6]) == pytest.approx(sum(float(row[25]) for row in cells))


def test_alipay_zip_holds_two_files_with_gbk_names_and_true_totals(brand: Any) -> None:
    with zipfile.ZipFile(brand.files("alipay_bill")[-1]) as archive:
        names = [info.filename.encode("cp437").decode("gb18030") for info in archive.infolist()]
        assert [info.flag_bits for info in archive.infolist()] == [0, 0]
        text = archive.read(archive.infolist()[0]).decode("gb18030")
    assert names[0].endswith("_业务明细.csv")
    assert names[1].endswith("_业务明细(汇总).csv")
    lines = text.split("\r\n")
    rows = [row for row in csv.reader(io.StringIO("\r\n".join(lines[5:]))) if len(row) > 1]
    paid = [row for row in rows if row[2] == "交易"]
    assert f"#交易合计：{len(paid)}笔，" in text
    assert f"商家实收共{sum(float(row[12]) for row in paid):.2f}元" in text
    assert rows[0][0].endswith("\t")


def test_wrong_dimension_of_kuaishou_sheets_is_kept(brand: Any) -> None:
    with zipfile.ZipFile(brand.files("kuaishou_order")[-1]) as archive:
        assert b'<dimension ref="A1"/>' in archive.read("xl/worksheets/sheet1.xml")


def test_headings_drift_with_the_years(brand: Any) -> None:
    oldest = text_of(brand.files("taobao_order")[0], "gb18030").splitlines()[0]
    newest = text_of(brand.files("taobao_order")[-1], "gb18030").splitlines()[0]
    assert taobao.NEW_HEADING not in oldest
    assert newest.endswith(f',"{taobao.NEW_HEADING}"')
    oldest = text_of(brand.files("jd_order")[0], "gb18030").splitlines()[0]
    assert oldest.split(",") == jd.HEADINGS[:30]


def test_rare_characters_and_formulas_stand_in_the_exports(brand: Any) -> None:
    people = brand.truth("persons")
    odd = [name for name in people["nickname"] if name[0] in "=+-@"]
    assert odd
    assert any("䶮" in name or "㛃" in name for name in people["name"])
    contacts = "".join(path.read_text("utf-8") for path in brand.files("wecom_customer"))
    assert any(json.dumps(name, ensure_ascii=False) in contacts for name in odd)
