"""Documents: pages, lines, callbacks; a failed call is no empty page, big numbers stay exact."""

import json
from decimal import Decimal

import pytest

from siyu.ingest.json_values import parse_lines
from siyu.ingest.text_blocks import TextBlock

from .conftest import SAMPLES


def wxapp(*numbers, amount=19900):
    orders = [
        {
            "transaction_id": f"42{n:026d}",
            "merchant_trade_no": f"MP{n}",
            "openid": "oMp1",
            "paid_amount": amount,
            "order_state": 4,
        }
        for n in numbers
    ]
    return {"errcode": 0, "errmsg": "ok", "order_list": orders}


def order_numbers(rows):
    return rows["order_id"].to_list()


def test_one_page_several_pages_and_a_list_of_pages_read_the_same(brand):
    pages = [wxapp(1, 2), wxapp(3)]
    written = {
        "indented.json": "\n".join(json.dumps(page, indent=2) for page in pages),
        "list.json": json.dumps(pages),
        "lines.json": "\n".join(json.dumps(page) for page in pages),
        "glued.json": "".join(json.dumps(page) for page in pages),
    }
    for file, text in written.items():
        rows = brand.land_one("wxapp_order", text, file)
        assert order_numbers(rows) == ["MP1", "MP2", "MP3"], file
        assert rows["paid_amount"].to_list() == [Decimal("199.00")] * 3
    assert brand.rows("wxapp_order").filter(_source_file="list.json")["_line_number"].to_list() == [
        1,
        2,
        3,
    ]


def test_a_document_whose_only_row_fills_a_line_is_no_log(brand):
    text = json.dumps(wxapp(1)).replace("[", "[\n").replace("]", "\n]")
    assert order_numbers(brand.land_one("wxapp_order", text, "page.json")) == ["MP1"]


def test_a_cut_document_is_refused(brand):
    text = json.dumps(wxapp(1, 2), indent=2)
    for end in range(40, len(text), 60):
        reason = brand.refusal("wxapp_order", text[:end], f"{end}.json")
        assert "the JSON is cut or damaged" in reason


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"errcode": 45009, "errmsg": "api freq out of limit, hint: [17_x], from ip: 1"}, "45009"),
        ({"errcode": 42001, "errmsg": "access_token expired rid: 0"}, "42001"),
        ({"error_response": {"code": 7, "msg": "App Call Limited"}}, "7"),
        ({"err_no": 30001, "message": "no permission"}, "30001"),
        ({"status": "error", "status_code": 500, "message": "bad"}, "500"),
    ],
)
def test_an_answer_to_a_failed_call_is_refused_with_its_code(brand, body, code):
    reason = brand.refusal("wxapp_order", json.dumps(body), "error.json")
    assert f"error {code} " in reason
    assert "hint" not in reason


def test_a_failed_call_in_a_log_of_pages_costs_that_line_only(brand):
    lines = [wxapp(1), {"errcode": 45009, "errmsg": "api freq out of limit"}, wxapp(2)]
    rows = brand.land_one("wxapp_order", "\n".join(map(json.dumps, lines)), "log.jsonl")
    assert order_numbers(rows) == ["MP1", "MP2"]
    assert rows["_line_number"].to_list() == [1, 3]
    assert "45009" in brand.rejected("wxapp_order")[0]["reason"]


def test_a_document_without_rows_is_refused_unless_it_says_it_is_empty(brand):
    assert "keys found: errcode, errmsg, orders" in brand.refusal(
        "wxapp_order", '{"errcode": 0, "errmsg": "ok", "orders": []}', "a.json"
    )
    assert brand.land_one("wxapp_order", json.dumps(wxapp()), "empty.json").is_empty()
    end = '{"total":5,"count":0,"next_openid":""}'
    assert brand.land_one("wechat_oa_follower", end, "end.json").is_empty()


def test_another_export_in_the_folder_is_refused(brand):
    tickets = (SAMPLES / "pospal_queryTicketPages.json").read_bytes()
    assert "no rows under order_list" in brand.refusal("wxapp_order", tickets, "a.json")
    members = (SAMPLES / "pospal_queryCustomerPages.json").read_bytes()
    assert "all 3 rows were rejected" in brand.refusal("pospal_ticket", members, "b.json")


@pytest.mark.parametrize("digits", ["1393920057254848127", "18446744073709551616", "9" * 30])
def test_whole_numbers_of_any_length_stay_exact(brand, digits):
    properties = f'{{"n":{digits}}}'
    line = (
        f'{{"type":"track","distinct_id":{digits},"time":1781784000000,"properties":{properties}}}'
    )
    lines = f'{{"type":"track","distinct_id":"a","time":1781784000000}}\n{line}\n'
    rows = brand.land_one("sensors_event", lines, "a.jsonl")
    assert rows["distinct_id"].to_list() == ["a", digits]
    assert rows["properties"].to_list() == [None, properties]


def test_an_id_that_went_through_a_float_is_refused(brand):
    page = wxapp(1)
    page["order_list"][0]["transaction_id"] = 1.393920057254848e18
    assert "rounded number" in brand.refusal("wxapp_order", json.dumps(page), "a.json")


@pytest.mark.parametrize("uid", ["10", "1393920057254848127", "9" * 30])
def test_a_nickname_cut_within_an_emoji_costs_its_row_only(brand, uid):
    names = ["好人🌸", "小\\ud83d", "\\ud83c\\udf38"]
    members = ",".join(
        f'{{"customerUid":{uid}{n},"number":"80009{n}","name":"{name}","phone":"1395821500{n}",'
        '"enable":1}'
        for n, name in enumerate(names)
    )
    page = f'{{"status":"success","messages":["\\ud83d"],"data":{{"result":[{members}]}}}}'
    rows = brand.land_one("pospal_member", page, "a.json")
    assert rows["member_no"].to_list() == ["800090", "800092"]
    (rejected,) = brand.rejected("pospal_member")
    assert (rejected["line"], rejected["column"]) == ("2", "name")
    assert "cut within a character" in rejected["reason"]


def test_a_line_cut_within_an_emoji_is_rejected_however_long_its_numbers_are(brand):
    lines = [
        f'{{"type":"track","distinct_id":"M","time":1781784000000,"n":{n},"t":"{text}"}}'
        for n in (1, "9" * 30)
        for text in ("a", "\\ud83d")
    ]
    assert brand.land_one("sensors_event", "\n".join(lines), "a.jsonl").height == 2
    assert [row["line"] for row in brand.rejected("sensors_event")] == ["2", "4"]


def test_broken_lines_are_rejected_and_the_others_land(brand):
    good = [f'{{"type":"track","distinct_id":"M{n}","time":1781784000000}}' for n in range(6)]
    # two broken lines that would make one whole object together
    halves = ['{"type":"track","distinct_id":"X"', '"time":1781784000000}']
    lines = [good[0], "", *halves, good[1][:-5], good[2], "nonsense", good[3]]
    rows = brand.land_one("sensors_event", "\r\n".join(lines), "a.jsonl")
    assert rows["distinct_id"].to_list() == ["M0", "M2", "M3"]
    assert rows["_line_number"].to_list() == [1, 6, 8]
    assert [row["line"] for row in brand.rejected("sensors_event")] == ["3", "4", "5", "7"]


def test_lines_parsed_together_are_the_lines_parsed_one_by_one():
    lines = (SAMPLES / "sensors_events.jsonl").read_bytes() * 20
    together = parse_lines(TextBlock(lines, 1, 0, is_last=True), "utf-8")
    broken = parse_lines(TextBlock(lines + b"{", 1, 0, is_last=True), "utf-8")
    assert together.values == broken.values
    assert together.lines == broken.lines
    assert [row.line for row in broken.rejected] == [lines.count(b"\n") + 1]


def test_what_a_line_says_beside_the_declared_keys_is_kept(brand):
    line = {"type": "track", "distinct_id": "a", "time": 1781784000000, "lib": {"$lib": "js"}}
    rows = brand.land_one("sensors_event", json.dumps(line) + "\n" + json.dumps(line), "a.jsonl")
    assert json.loads(rows["_extra"][0]) == {"lib": {"$lib": "js"}}


def test_callbacks_keep_their_lines_and_broken_ones_are_rejected(brand):
    callback = (
        "<xml><FromUserName><![CDATA[o{n}]]></FromUserName>\n<CreateTime>1781785800</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event></xml>"
    )
    log = "\n".join(
        [
            "2026-06-18 20:30:00 " + callback.format(n=1, event="subscribe"),
            callback.format(n=2, event="CLICK").replace("</CreateTime>", "</CreateTme>"),
            callback.format(n=3, event="SCAN"),
            "<xml><Encrypt><![CDATA[abc]]></Encrypt></xml>",
            callback.format(n=4, event="VIEW")[:-20],
        ]
    )
    rows = brand.land_one("wechat_oa_event", log, "a.log")
    assert rows["oa_openid"].to_list() == ["o1", "o3"]
    assert rows["_line_number"].to_list() == [1, 5]
    reasons = [row["reason"] for row in brand.rejected("wechat_oa_event")]
    assert sum("cut or damaged" in reason for reason in reasons) == 2
    assert sum("encrypted" in reason for reason in reasons) == 1


def test_entities_of_a_callback_are_not_expanded(brand):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><FromUserName>&a;</FromUserName></xml>'
    assert "rejected" in brand.refusal("wechat_oa_event", bomb, "a.log")


def test_json_of_a_table_is_checked(brand):
    text = (SAMPLES / "mochat_work_contact_employee.csv").read_text()
    rows = brand.land_one("mochat_contact_staff", text)
    assert rows["phones"].to_list() == ['["19900001001"]', "[]", '["19900001002"]', None]
