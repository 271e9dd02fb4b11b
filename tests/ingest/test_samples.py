"""Every sample that is an input lands, with the figures of `sample_figures`."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from siyu.home import Home

from .conftest import LOADED_AT, SAMPLES, Brand
from .sample_figures import BAD_SAMPLES, SAMPLE_ROWS, SUMS


@pytest.fixture(scope="module")
def landed(tmp_path_factory, sources):
    brand = Brand(Home(tmp_path_factory.mktemp("samples")), sources)
    for source, files in SAMPLE_ROWS.items():
        for file in files:
            brand.put_sample(source, file)
    for file, source in BAD_SAMPLES.items():
        brand.put_sample(source, file)
    brand.export_files = brand.land()
    return brand


def test_every_sample_and_every_source_is_covered(sources):
    covered = {file for files in SAMPLE_ROWS.values() for file in files} | set(BAD_SAMPLES)
    assert covered == {path.name for path in SAMPLES.iterdir()}
    assert set(SAMPLE_ROWS) == set(sources)


@pytest.mark.parametrize("source", SAMPLE_ROWS)
def test_sample_lands_its_rows_with_the_declared_columns(landed, sources, source):
    files = landed.export_files.filter(source=source, status="landed")
    assert dict(files.select("file", "rows_landed").iter_rows()) == SAMPLE_ROWS[source]
    assert files["totals_difference"].is_null().all()
    rows = landed.rows(source)
    assert rows.schema == sources[source].landing_schema()
    assert rows["_content_hash"].is_not_null().all()
    assert rows["_loaded_at"].unique().to_list() in ([LOADED_AT], [])
    for column in sources[source].columns:
        if column.required == "value":
            shown = f"{column.name}_shown"
            name = shown if shown in rows.columns else column.name
            assert rows[name].is_not_null().all(), name


@pytest.mark.parametrize(("source", "column"), SUMS)
def test_sample_amounts_are_exact(landed, source, column):
    first = next(iter(SAMPLE_ROWS[source]))
    rows = landed.rows(source).filter(pl.col("_source_file") == first)
    assert str(rows[column].sum()) == SUMS[source, column]


def test_only_the_failed_login_is_rejected(landed):
    rejected = landed.export_files.filter(pl.col("rows_rejected") > 0, status="landed")
    assert rejected.select("source", "rows_read", "rows_rejected").rows() == [("wxapp_login", 3, 1)]
    assert landed.rejected("wxapp_login")[0]["line"] == "3"


def test_bad_samples_are_refused_with_the_reason(landed):
    reasons = {
        row["file"]: row["reason"]
        for row in landed.export_files.filter(status="refused").iter_rows(named=True)
    }
    assert set(reasons) == set(BAD_SAMPLES)
    assert "re-saved by Excel" in reasons["bad_resaved_by_excel.csv"]
    assert "45009" in reasons["error_bodies.json"]
    assert "customerUid" in reasons["bad_html_named_xls.xls"]


def test_long_ids_keep_every_digit(landed):
    assert "2231958349000001001" in landed.rows("taobao_order")["order_id"].to_list()
    assert "6917926768823640001" in landed.rows("douyin_order")["order_id"].to_list()
    assert landed.rows("douyin_settlement")["order_id"].unique().to_list() == [
        "6917926768823640001"
    ]
    assert "1393920057254848127" in landed.rows("pospal_member")["pospal_customer_uid"].to_list()
    assert landed.rows("taobao_rating")["order_id"].to_list()[0] == "2231958349000001001"
    assert landed.rows("taobao_order")["waybill"].drop_nulls().unique().to_list() == [
        "SF0000000000002"
    ]
    assert landed.rows("pdd_order")["item_id"].unique().to_list() == ["754299529443"]


def test_times_are_utc_whatever_the_channel_writes(landed):
    eight_in_the_evening = datetime.fromisoformat("2026-06-18T12:00:00")
    for source, column, nth in [
        ("taobao_order", "created_at", 0),
        ("douyin_order", "created_at", 0),
        ("douyin_order_api", "created_at", 0),
        ("sensors_event", "occurred_at", 0),
        ("ga4_event", "occurred_at", 0),
        ("growingio_event", "occurred_at", 0),
        ("growingio_event", "occurred_at", 1),
        ("zendesk_ticket", "created_at", 0),
    ]:
        assert landed.rows(source)[column][nth] == eight_in_the_evening, source
    seconds = {
        "growingio_event": ("occurred_at", 3, "2026-06-18T12:10:00.500"),
        "segment_event": ("occurred_at", 0, "2026-06-18T12:00:00.400"),
        "snowplow_event": ("received_at", 0, "2026-06-18T12:00:00.123"),
        "weibo_comment": ("commented_at", 0, "2026-06-18T12:05:00"),
        "wjx_answers": ("submitted_at", 3, "2026-06-19T00:00:09"),
        "consent_ledger": ("effective_at", 0, "2026-06-18T12:03:50"),
        "pos_sales": ("sold_at", 2, "2026-06-18T10:05:00"),
    }
    for source, (column, nth, moment) in seconds.items():
        assert landed.rows(source)[column][nth] == datetime.fromisoformat(moment), source
    assert landed.rows("wxapp_page_visit")["stat_date"].to_list() == [date(2026, 6, 18)]
    assert landed.rows("linkwechat_customer")["added_on"][0] == date(2026, 5, 6)


def test_only_usable_phones_are_numbers_and_the_rest_is_shown(landed):
    phones = landed.rows("taobao_order").filter(pl.col("_source_file").str.ends_with(".csv"))
    assert phones["receiver_phone"].to_list() == [
        "19900001001",
        "19900001002",
        "19900001003",
        None,
        None,
    ]
    assert phones["receiver_phone_shown"].to_list()[3:] == ["199****1004", "19900001005-1234"]
    assert landed.rows("wjx_answers")["phone"].head(5).to_list() == [
        "19900001001",
        "19900001002",
        None,
        "19900001004",
        "19900001005",
    ]
    assert landed.rows("wxapp_phone")["phone"].to_list() == ["19900001001", "+85260000005"]
    assert landed.rows("linkwechat_customer")["phones"].to_list() == [
        '["19900001001"]',
        None,
        '["19900001002"]',
        None,
        "[]",
    ]
    # profile_unset says true where a number stood
    assert landed.rows("sensors_event")["phone_shown"].to_list()[6] == "true"
    assert landed.rows("sensors_event")["phone"].drop_nulls().to_list() == ["19900001001"]


def test_both_shapes_of_wecom_customers_give_the_same_columns(landed):
    rows = landed.rows("wecom_customer")
    listed = rows.filter(pl.col("_source_file").str.contains("p1"), staff_userid="guide_zhang")
    single = rows.filter(
        pl.col("_source_file").str.contains("externalcontact_get"), staff_userid="guide_zhang"
    )
    for column in ("external_userid", "unionid", "nickname", "remark", "added_at", "phones"):
        assert single[column][0] == listed[column][0], column
    assert listed["tag_ids"][0] == (
        '["etSyNtAAAAtagVip0000000000000001","etSyNtAAAAtagSkin000000000000002"]'
    )
    # a tag of the staff member's own has no id
    assert single["tag_ids"][0] == '["etSyNtAAAAtagVip0000000000000001"]'


def test_line_numbers_lead_back_to_the_file(landed):
    assert landed.rows("douyin_order")["_line_number"].to_list() == [2, 3, 4, 5, 7]
    assert landed.rows("pos_sales")["_line_number"].to_list() == [5, 6, 7, 8]
    assert landed.rows("alipay_bill")["_line_number"].to_list() == [6, 7, 8] * 2
    assert landed.rows("sensors_event")["_line_number"].to_list() == list(range(1, 9))
    assert landed.rows("taobao_trade_api")["_line_number"].to_list() == [1, 2]


def test_undeclared_cells_are_kept_and_secrets_are_not(landed):
    extra = landed.rows("taobao_order")["_extra"][0]
    assert '"是否手机订单":"手机订单"' in extra
    assert pl.Series([extra]).str.json_decode(pl.Struct({"运送方式": pl.String}))[0] == {
        "运送方式": "快递"
    }
    assert landed.rows("wxapp_login")["_extra"].is_null().all()
    assert "avatar" in landed.rows("wecom_customer")["_extra"][0]


def test_time_in_the_file_name_is_the_export_time(landed):
    taobao = landed.rows("taobao_order")["_exported_at"].unique().to_list()
    assert taobao == [datetime.fromisoformat("2026-06-20T01:00:00")]
    assert landed.rows("jd_order")["_exported_at"].is_null().all()


def test_gifts_and_amounts_with_words_are_read_as_they_stand(landed):
    douyin = landed.rows("douyin_order")
    assert douyin["sub_order_amount"].to_list() == [
        Decimal(amount) for amount in ("169.00", "198.00", "0.00", "1299.00", "59.00")
    ]
    assert douyin["order_finished_at"].null_count() == 4
    assert landed.rows("dianping_review")["average_spend_amount"].to_list() == [
        Decimal("88.00"),
        None,
    ]
