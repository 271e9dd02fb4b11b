"""Files without a person: nothing of them is left, everything else is where it was."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.project import ROOT, SOURCES
from siyu.ingest.readers import export_pieces
from siyu.ingest.typed_rows import Reading, type_piece
from siyu.privacy.file_edit import edit_file, edit_in_place, write_edited
from siyu.privacy.reading import Rule
from siyu.privacy.tombstones import lay_tombstones
from tests.ingest.test_samples import SAMPLE_ROWS
from tests.privacy.conftest import OTHER, PHONE, SECRET, stones, zipped

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
JD_HEADINGS = (
    "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,"
    "订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话"
)


def read(path: Path, source: str) -> pl.DataFrame:
    """Landed rows of a file with their lines."""
    reading = Reading(SOURCES[source], "export", LOADED_AT)
    typed = [type_piece(piece, reading) for piece in export_pieces(path, SOURCES[source])]
    rows = [pl.DataFrame(pl.from_arrow(one.rows)).with_columns(part=one.part) for one in typed]
    return pl.concat(rows).select("part", "_line_number", "_content_hash")


def own_values(path: Path, source: str) -> list[tuple[int, str, str]]:
    """Values by which rows of a file are somebody's: line, column, value."""
    reading = Reading(SOURCES[source], "export", LOADED_AT)
    rule = Rule(stones(), SOURCES[source])
    found = []
    for piece in export_pieces(path, SOURCES[source]):
        rows = pl.DataFrame(pl.from_arrow(type_piece(piece, reading).rows))
        for column in SOURCES[source].columns:
            if column.kind in ("id", "phone", "email") and rule.is_own(column.name):
                shown = rows.select("_line_number", pl.col(column.name).cast(pl.String))
                found += [(line, column.name, text) for line, text in shown.rows() if text]
    return [one for one in found if len(one[2]) >= 5]


SAMPLES = sorted(
    (ROOT / "tests" / "samples" / file, source)
    for source, files in SAMPLE_ROWS.items()
    for file in files
)


@pytest.mark.parametrize(("path", "source"), SAMPLES, ids=lambda value: getattr(value, "name", ""))
def test_a_sample_loses_the_rows_of_one_value_and_nothing_else(path, source, tmp_path):
    try:
        before = read(path, source)
    except Exception:
        pytest.skip("a sample that is refused")
    values = own_values(path, source)
    if not values:
        pytest.skip("no row of it is anybody's")
    line, column, value = values[len(values) // 2]
    bound = [] if stones(value).telling else [(column, value)]
    rule = Rule(lay_tombstones(SECRET, [("phone", value)], bound=bound), SOURCES[source])
    out = tmp_path / path.name
    count = write_edited(path, rule, out)
    assert count.records >= 1
    if count.is_empty:
        return
    assert not edit_file(out, rule)
    after = read(out, source) if before.height > count.records else before.clear()
    key = ["part", "_line_number", "_content_hash"]
    assert after.join(before, on=key, how="anti").is_empty()
    assert line not in after["_line_number"].to_list()
    assert before.height - after.height <= count.records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_a_row_goes_in_every_encoding_and_wrapping(encoding, pack, tmp_path):
    text = f"手机号,姓名\r\n{PHONE},张三\r\n{OTHER},李四\r\n"
    data = text.encode(encoding)
    expected = f"手机号,姓名\r\n\r\n{OTHER},李四\r\n".encode(encoding)
    path = tmp_path / "export"
    if pack == "gzip":
        path.write_bytes(gzip.compress(data))
    elif pack == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("业务明细.csv", data)
    else:
        path.write_bytes(data)
    assert edit_in_place(path, Rule(stones(PHONE))).records == 1
    left = path.read_bytes()
    if pack == "gzip":
        left = gzip.decompress(left)
    elif pack == "zip":
        with zipfile.ZipFile(io.BytesIO(left)) as archive:
            assert archive.namelist() == ["业务明细.csv"]
            left = archive.read("业务明细.csv")
    assert left == expected


def test_names_in_gbk_keep_their_bytes(tmp_path):
    sample = next((ROOT / "tests" / "samples").glob("alipay_*.zip"))
    line, _, value = own_values(sample, "alipay_bill")[0]
    out = tmp_path / sample.name
    write_edited(sample, Rule(stones(value), SOURCES["alipay_bill"]), out)
    with zipfile.ZipFile(sample) as one, zipfile.ZipFile(out) as other:
        assert one.namelist() == other.namelist()
    assert line not in read(out, "alipay_bill")["_line_number"].to_list()


def jd(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "jd.csv"
    path.write_text("\n".join([JD_HEADINGS, *rows, ""]), encoding="utf-8")
    return path


def jd_row(order: str, account: str, name: str, phone: str) -> str:
    return (
        f"{order},100001,纸尿裤,1,在线支付,2026-06-18 20:00:00,99.00,99.00,99.00,0.00,99.00,完成,"
        f"SOP,{account},{name},浙江杭州,{phone}"
    )


def test_a_gift_stays_the_givers_order_without_the_receiver(tmp_path):
    path = jd(
        tmp_path,
        jd_row("300000000001", "jd_giver_0001", "王五", PHONE),
        jd_row("300000000002", "jd_self_0002", "赵六", OTHER),
    )
    before = read(path, "jd_order")
    count = edit_in_place(path, Rule(stones(PHONE), SOURCES["jd_order"]))
    assert (count.records, count.parts > 0) == (0, True)
    text = path.read_text(encoding="utf-8")
    assert PHONE not in text and "王五" not in text and "300000000001" in text
    assert "赵六" in text and OTHER in text
    after = read(path, "jd_order")
    assert after["_line_number"].to_list() == before["_line_number"].to_list()


def test_short_numbers_count_only_in_their_column(tmp_path):
    path = jd(tmp_path, jd_row("800000", "jd_one_000001", "甲", OTHER).replace("100001", "800001"))
    untouched = path.read_bytes()
    for namespace in ("member_no", "order:shop", "app_user_id"):
        rule = Rule(stones("800000", "800001", namespace=namespace), SOURCES["jd_order"])
        assert not edit_in_place(path, rule)
        assert path.read_bytes() == untouched
    theirs = Rule(stones("800000", namespace="order:jd"), SOURCES["jd_order"])
    assert edit_in_place(path, theirs).records == 1


def test_a_user_keeps_the_number_of_an_erased_member(tmp_path):
    path = tmp_path / "calls.jsonl"
    call = {"type": "track", "event": "Order Completed", "messageId": "m1", "userId": "10086"}
    path.write_text(json.dumps(call) + "\n")
    member = Rule(stones("10086", namespace="member_no"), SOURCES["segment_event"])
    assert not edit_file(path, member)
    assert edit_file(path, Rule(stones("10086", namespace="app_user_id"), SOURCES["segment_event"]))


def test_a_statement_of_consent_is_of_the_namespace_it_names(tmp_path):
    path = tmp_path / "consents.csv"
    headings = "subject_type,subject_id,purpose,channel,status,effective_at"
    rows = [f"{kind},10086,marketing,sms,granted,2026-05-01" for kind in ("user_id", "member_no")]
    path.write_text("\n".join([headings, *rows, ""]))
    member = Rule(stones("10086", namespace="member_no"), SOURCES["consent_ledger"])
    assert edit_in_place(path, member).records == 1
    assert path.read_text().splitlines() == [headings, rows[0], ",,,,,"]


def test_a_group_keeps_its_other_members(tmp_path):
    path = tmp_path / "group.json"
    members = [{"userid": f"wmSyNt{n:022d}", "type": 2, "name": f"名{n}"} for n in range(3)]
    group = {"group_chat": {"chat_id": "wrOgQhDg", "name": "群", "member_list": members}}
    path.write_text(json.dumps(group, ensure_ascii=False, indent=1), encoding="utf-8")
    rule = Rule(stones(members[1]["userid"]), SOURCES["wecom_group_member"])
    assert edit_in_place(path, rule).records == 1
    group["group_chat"]["member_list"][1] = {}
    assert json.loads(path.read_text(encoding="utf-8")) == group


def test_who_shared_is_blanked_in_the_order_of_who_bought(tmp_path):
    path = tmp_path / "order.json"
    order = {
        "order": {
            "order_id": "3700000000000000001",
            "openid": "oBuyer_00000000000000000001",
            "order_detail": {"sharer_info": {"sharer_openid": "oSharer_0000000000000000001"}},
        }
    }
    path.write_text(json.dumps(order), encoding="utf-8")
    rule = Rule(stones("oSharer_0000000000000000001"), SOURCES["channels_order"])
    assert edit_in_place(path, rule).parts == 1
    left = json.loads(path.read_text(encoding="utf-8"))
    assert left["order"]["order_detail"]["sharer_info"]["sharer_openid"] == ""
    assert left["order"]["openid"] == order["order"]["openid"]


def test_a_short_number_of_who_shared_is_blanked_too(tmp_path):
    path = tmp_path / "events.jsonl"
    event = {
        "distinct_id": "M10000002",
        "type": "track",
        "event": "$MPLaunch",
        "properties": {"$is_login_id": True, "$share_distinct_id": "M10000001"},
    }
    path.write_text(json.dumps(event) + "\n")
    theirs = stones("M10000001", namespace="app_user_id")
    assert edit_in_place(path, Rule(theirs, SOURCES["sensors_event"])).parts == 1
    left = json.loads(path.read_text())
    assert left["distinct_id"] == "M10000002"
    assert left["properties"]["$share_distinct_id"] == ""


def test_text_in_utf16_without_a_mark_is_said_to_be_not_searched(tmp_path):
    path = tmp_path / "replies.csv"
    for encoding, is_searched in (("utf-16-le", False), ("utf-16-be", False), ("utf-16", True)):
        path.write_bytes(f"手机号码,上行内容\n{OTHER},好的\n".encode(encoding))
        assert edit_file(path, Rule(stones(PHONE))).is_searched == is_searched, encoding


def test_callbacks_go_and_leave_their_lines(tmp_path):
    path = tmp_path / "events.xml.log"
    one, other = "oOne_000000000000000000000001", "oTwo_000000000000000000000002"
    body = "<xml>\n<FromUserName><![CDATA[{}]]></FromUserName>\n</xml>\n"
    path.write_text(body.format(one) + body.format(other), encoding="utf-8")
    assert edit_in_place(path, Rule(stones(one), SOURCES["wechat_oa_event"])).records == 1
    assert path.read_text(encoding="utf-8") == "\n\n\n" + body.format(other)


def test_a_file_of_nobody_else_is_deleted(tmp_path):
    path = tmp_path / "login.jsonl"
    path.write_text(json.dumps({"openid": "oOne_000000000000000000000001"}) + "\n")
    assert edit_in_place(path, Rule(stones("oOne_000000000000000000000001"))).is_empty
    assert not path.exists()


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


@given(rows=st.lists(st.tuples(st.booleans(), CELLS, CELLS), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_lines_of_others_stay_byte_for_byte(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("lines") / "lines.txt"
    lines = [f"{a.replace(PHONE, '')} {PHONE if own else OTHER} {b}" for own, a, b in rows]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    edit_in_place(path, Rule(stones(PHONE)))
    left = path.read_bytes().decode() if path.exists() else ""
    kept = ["" if own else line for (own, _, _), line in zip(rows, lines, strict=True)]
    assert left.split("\n") == "\n".join(kept).split("\n")


def test_words_in_a_line_no_reader_takes_become_stars(monkeypatch, tmp_path):
    monkeypatch.setattr("siyu.privacy.text_stream.MAX_DOCUMENT_BYTES", 1000)
    monkeypatch.setattr("siyu.privacy.text_stream.PIECE_BYTES", 64)
    path = tmp_path / "endless.json"
    line = f'{{"客户": "{OTHER}", "电话": "{PHONE}"}}, ' * 40
    path.write_text(line, encoding="gb18030")
    assert edit_in_place(path, Rule(stones(PHONE))).parts == 40
    assert path.read_text(encoding="gb18030") == line.replace(PHONE, "*" * 11)


def test_archives_nobody_can_open_are_said_to_be_so(monkeypatch, tmp_path):
    monkeypatch.setattr("siyu.ingest.contents.RATIO_MATTERS_FROM", 1000)
    whole = zipped(f"{PHONE}\n{OTHER}\n".encode())
    locked = bytearray(whole)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flags] |= 1
    bomb, deep = b"," * 1_000_000, f"{PHONE}\n".encode()
    for _ in range(7):
        deep = zipped(deep)
    packed = [whole[:-30], bytes(locked), zipped(bomb), gzip.compress(bomb), deep]
    packed += [b"Rar!\x1a\x07", b"%PDF-1.7\n", b"\x89PNG\r\n"]
    packed.append(gzip.compress(f"{PHONE}\n{OTHER}\n".encode())[:-9])
    for data in packed:
        path = tmp_path / "export"
        path.write_bytes(data)
        count = edit_file(path, Rule(stones(PHONE)))
        assert not count.is_searched and not count.records
    path.write_bytes(zipped(gzip.compress(whole)))
    assert edit_in_place(path, Rule(stones(PHONE))).records == 1
    assert edit_file(path, Rule(stones(OTHER))).records == 1
