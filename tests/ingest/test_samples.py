"""Every sample that is an input lands, with the figures worked out by hand in channels.md §12."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from siyu.home import Home

from .conftest import LOADED_AT, SAMPLES, Brand

# source → files with the rows each must land
SAMPLE_ROWS = {
    "alipay_bill": {
        "alipay_20880000000000000156_20260618_业务明细.csv": 3,
        "alipay_20880000000000000156_20260618.csv.zip": 3,
    },
    "channels_order": {"channels_ec_order_get.json": 1},
    "consent_ledger": {"consent_ledger.csv": 5},
    "dianping_review": {"dianping_reviews.UNVERIFIED.xlsx": 2},
    "douyin_order": {"douyin_fxg_export_202606200900.csv": 5},
    "douyin_order_api": {"douyin_order_searchList.json": 1},
    "douyin_settlement": {"douyin_settlement.csv": 2},
    "ga4_event": {"ga4_bigquery_events_20260618.jsonl": 2},
    "growingio_event": {"growingio_events.jsonl": 5},
    "jd_order": {"jd_order_export.csv": 5},
    "jinshuju_entry": {"jinshuju_webhook.jsonl": 2},
    "kuaishou_order": {"kuaishou_order_export.xlsx": 5},
    "linkwechat_customer": {"linkwechat_customer_export.xlsx": 5},
    "linkwechat_product_order": {"linkwechat_product_order_export.xlsx": 2},
    "linkwechat_survey_user": {"linkwechat_form_survey_users.xlsx": 3},
    "mochat_contact": {"mochat_work_contact.csv": 5},
    "mochat_contact_staff": {"mochat_work_contact_employee.csv": 4},
    "mochat_fission": {"mochat_work_fission_contact.csv": 3},
    "pdd_order": {"pdd_order_export.csv": 5},
    "pos_sales": {"pos_sales_detail.merged_header.UNVERIFIED.xlsx": 4},
    "pospal_member": {"pospal_queryCustomerPages.json": 3},
    "pospal_ticket": {"pospal_queryTicketPages.json": 3},
    "segment_event": {"segment_calls.jsonl": 5},
    "sensors_event": {"sensors_events.jsonl": 8},
    "sms_reply": {"sms_mo_replies.csv": 4},
    "snowplow_event": {"snowplow_atomic_events_extract.csv": 2},
    "taobao_member": {"taobao_crm_members_get.json": 2},
    "taobao_order": {
        "taobao_ExportOrderList202606200900.csv": 5,
        "taobao_ExportOrderList202606200900.xlsx": 5,
    },
    "taobao_order_item": {"taobao_ExportOrderDetailList202606200900.csv": 5},
    "taobao_rating": {"taobao_traderates_get.json": 2},
    "taobao_trade_api": {"taobao_trades_sold_get.json": 2},
    "wechat_oa_article": {"wechat_oa_datacube_getarticlesummary.json": 1},
    "wechat_oa_event": {"wechat_oa_events.xml.log": 9},
    "wechat_oa_follower": {
        "wechat_oa_user_get.p1.json": 3,
        "wechat_oa_user_get.p2.json": 2,
        "wechat_oa_user_get.p3_end.json": 0,
    },
    "wechat_oa_tag": {"wechat_oa_tags.json": 3},
    "wechat_oa_user": {"wechat_oa_user_info_batchget.json": 5},
    "wechat_oa_user_growth": {"wechat_oa_datacube_getusersummary.json": 2},
    "wecom_acquisition_customer": {"wecom_customer_acquisition_customer.json": 2},
    "wecom_admin_customer": {"wecom_admin_customer_export.UNVERIFIED.xlsx": 2},
    "wecom_customer": {
        "wecom_batch_get_by_user.p1.json": 3,
        "wecom_batch_get_by_user.p2.json": 2,
        "wecom_externalcontact_get.json": 2,
    },
    "wecom_customer_id": {"wecom_externalcontact_list.json": 4},
    "wecom_event": {"wecom_events.xml.log": 5},
    "wecom_group": {"wecom_groupchat_list.json": 2},
    "wecom_group_member": {"wecom_groupchat_get.json": 4},
    "wecom_kf_message": {"wecom_kf_sync_msg.json": 5},
    "wecom_send_result": {"wecom_get_groupmsg_send_result.json": 4},
    "wecom_staff_activity": {"wecom_user_behavior_data.json": 2},
    "wecom_tag": {"wecom_get_corp_tag_list.json": 2},
    "weibo_comment": {"weibo_comments_show.json": 1},
    "wjx_answers": {"wjx_export_by_text.csv": 5, "wjx_export_by_text.xlsx": 5},
    "wxapp_login": {"wxapp_code2session.jsonl": 2},
    "wxapp_order": {"wxapp_sec_order_get_order_list.json": 2},
    "wxapp_page_visit": {"wxapp_getweanalysisappidvisitpage.json": 1},
    "wxapp_phone": {"wxapp_getuserphonenumber.jsonl": 2},
    "wxpay_bill": {
        "wxpay_trade_bill_20260618_ALL.csv": 3,
        "wxpay_trade_bill_20260618_ALL.csv.gz": 3,
    },
    "xiaohongshu_order": {"xiaohongshu_order_export.xlsx": 5},
    "youzan_trade": {"youzan_trades_sold_get.4.0.x.json": 2},
    "zendesk_ticket": {"zendesk_incremental_tickets.json": 1},
}
BAD_SAMPLES = {
    "bad_html_named_xls.xls": "pospal_member",
    "bad_resaved_by_excel.csv": "douyin_order",
    "error_bodies.json": "wecom_customer",
}
# (source, column) → sum of one file, to the fen
SUMS = {
    ("alipay_bill", "received_amount"): "1448.00",
    ("alipay_bill", "order_amount"): "1448.00",
    ("channels_order", "paid_amount"): "189.00",
    ("douyin_order", "sub_order_amount"): "1725.00",
    ("douyin_order_api", "paid_amount"): "169.00",
    ("douyin_settlement", "settle_amount"): "144.10",
    ("jd_order", "order_paid_amount"): "2452.00",
    ("kuaishou_order", "paid_amount"): "1626.00",
    ("linkwechat_product_order", "paid_amount"): "397.00",
    ("linkwechat_product_order", "refund_amount"): "99.00",
    ("pdd_order", "paid_amount"): "89.00",
    ("pos_sales", "paid_amount"): "69.05",
    ("pos_sales", "list_amount"): "79.00",
    ("pospal_member", "balance"): "300.000000",
    ("pospal_ticket", "paid_amount"): "457.00",
    ("taobao_order", "paid_amount"): "1656.00",
    ("taobao_order", "refund_amount"): "20.00",
    ("taobao_order", "received_amount"): "1498.00",
    ("taobao_order_item", "price"): "656.00",
    ("taobao_trade_api", "paid_amount"): "298.00",
    ("wxapp_order", "paid_amount"): "208.16",
    ("wxpay_bill", "order_amount"): "208.16",
    ("wxpay_bill", "refund_amount"): "50.00",
    ("wxpay_bill", "fee"): "0.940000",
    ("xiaohongshu_order", "paid_amount"): "845.00",
    ("xiaohongshu_order", "received_amount"): "895.00",
    ("youzan_trade", "paid_amount"): "288.00",
}


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
