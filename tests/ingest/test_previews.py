"""Before anything lands: what a file is, what would be read, a declaration for a new one."""

import io

import openpyxl
import pytest

from siyu.home import Home
from siyu.ingest.drafts import draft_source
from siyu.ingest.guesses import guess_source
from siyu.ingest.previews import describe_sources, preview_export
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.sources import load_sources

from .conftest import SAMPLES, Brand
from .test_samples import BAD_SAMPLES, SAMPLE_ROWS

NEW_SHOP = (
    "小程序商城订单\r\n"
    "订单编号,下单时间,会员手机号,实付金额,商品,门店,推荐人\r\n"
    "2026061800000001,2026/6/18 20:00,19900001001,¥169.00,舒缓面霜,杭州一店,思思\r\n"
    '2026061800000002,2026/6/18 20:05,199****1002,"¥1,299.00",礼盒,杭州一店,\r\n'
)


def test_sources_are_described_in_both_languages(sources):
    described = describe_sources(sources)
    assert described["source"].to_list() == sorted(sources)
    assert described.null_count().sum_horizontal().item() == 0
    unverified = described.filter(~described["is_verified"])["source"].to_list()
    assert {"wecom_admin_customer", "dianping_review", "pos_sales"} <= set(unverified)


@pytest.mark.parametrize(
    ("source", "file"), [(source, file) for source, files in SAMPLE_ROWS.items() for file in files]
)
def test_every_sample_is_recognised(sources, source, file):
    best = guess_source(SAMPLES / file, sources)[0]
    assert (best.source, best.is_complete) == (source, True)


def test_what_fits_nothing_is_not_guessed(sources, tmp_path):
    assert guess_source(SAMPLES / "error_bodies.json", sources) == []
    strange = tmp_path / "a.csv"
    strange.write_text("甲,乙\n1,2\n")
    assert guess_source(strange, sources) == []


def test_a_preview_shows_the_mapping_and_lands_nothing(brand):
    preview = preview_export(
        SAMPLES / "taobao_ExportOrderList202606200900.csv", brand.sources["taobao_order"]
    )
    found = {place.column: place.found_as for place in preview.placements}
    assert (preview.form, preview.encoding, preview.header_line) == ("csv", "gb18030", 1)
    assert found["receiver_address"] == "收货地址"
    assert "是否手机订单" in preview.unplaced
    assert preview.first_rows["order_id"].to_list()[0] == "2231958349000001001"
    assert (preview.rows_read, preview.refusal, preview.is_whole) == (5, None, True)
    assert not brand.home.root.exists()


def test_a_preview_of_documents_shows_unknown_keys(sources):
    preview = preview_export(SAMPLES / "sensors_events.jsonl", sources["sensors_event"])
    assert preview.unplaced == ["_flush_time", "lib"]
    missing = [place.column for place in preview.placements if place.found_as is None]
    assert missing == ["city", "province"] or "event" not in missing


def test_a_preview_says_what_would_be_rejected(sources, tmp_path, csv_of):
    path = tmp_path / "a.csv"
    headings = ["订单号", "订单状态", "用户实付金额(元)", "支付时间", "售后状态"]
    path.write_text(csv_of(headings, ["1", "a", "1", "", ""], ["2", "a", "?", "", ""], ["3"]))
    preview = preview_export(path, sources["pdd_order"])
    assert preview.rejected["line"].to_list() == [3, 4]
    assert preview.rows_read == 3


@pytest.mark.parametrize(("file", "source"), BAD_SAMPLES.items())
def test_a_preview_says_why_a_file_would_be_refused(sources, file, source):
    assert preview_export(SAMPLES / file, sources[source]).refusal


def test_a_new_shops_export_needs_a_declaration_and_no_code(tmp_path, sources):
    path = tmp_path / "订单.csv"
    path.write_bytes(NEW_SHOP.encode("gb18030"))
    declared = tmp_path / "sources"
    declared.mkdir()
    (declared / "new_shop.yml").write_text(draft_source(path, sources, name="new_shop"))
    new = load_sources(declared)
    columns = {column.name: (column.type, column.headings[0]) for column in new["new_shop"].columns}
    assert columns["order_id"] == ("id", "订单编号")
    assert columns["phone"] == ("phone", "会员手机号")
    assert columns["paid_amount"] == ("money_yuan_loose", "实付金额")
    assert columns["created_at"] == ("ts_cn", "下单时间")
    assert new["new_shop"].key == ("order_id",)
    brand = Brand(Home(tmp_path / "home"), new)
    rows = brand.land_one("new_shop", path.read_bytes())
    assert [str(amount) for amount in rows["paid_amount"]] == ["169.00", "1299.00"]
    assert rows["phone"].to_list() == ["19900001001", None]


@pytest.mark.parametrize(
    ("source", "file"),
    [(source, next(iter(files))) for source, files in SAMPLE_ROWS.items()],
)
def test_a_draft_of_any_sample_is_a_declaration_that_lands_it(tmp_path, source, file):
    if source in {"wechat_oa_follower", "wecom_customer_id"}:
        pytest.skip("rows that are bare texts have no keys to learn from")
    declared = tmp_path / "sources"
    declared.mkdir()
    text = draft_source(SAMPLES / file, {}, name="drafted")
    (declared / "drafted.yml").write_text(text)
    preview = preview_export(SAMPLES / file, load_sources(declared)["drafted"])
    assert preview.refusal is None
    assert preview.rows_read - preview.rejected.height >= 1


def test_a_file_without_rows_is_no_teacher(tmp_path):
    book = openpyxl.Workbook()
    data = io.BytesIO()
    book.save(data)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data.getvalue())
    with pytest.raises(ExportRefusedError, match="no rows to learn from"):
        draft_source(path, {}, name="empty")
