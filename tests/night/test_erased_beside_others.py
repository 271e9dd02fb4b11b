"""One person is erased beside people who look alike or share a phone; these keep everything."""

import json

import duckdb
import pytest

from siyu.home import Home
from tests.night.conftest import run_night, run_siyu
from tests.night.test_privacy import places_of

MEMBER, USER = "13958214073", "13700004242"
FAMILY = "13911300001"
APPID = "wx0123456789abcdef"
WIFE, HUSBAND = (
    {"openid": f"oMp{name}000000000000000000001", "unionid": f"oUn{name}000000000000000000001"}
    for name in ("Wife", "Husb")
)
HIS_ORDER, HER_ORDER = "E20260501100000000001", "E20260502100000000002"


def _call(user: str, at: int, **more: object) -> dict[str, object]:
    moment = f"2026-06-1{at}T12:00:00.400Z"
    call = {"type": "track", "event": "Product Viewed", "properties": {}, "timestamp": moment}
    device = f"anon-{user}-0123456789"
    return {**call, "messageId": f"m{user}{at}", "userId": user, "anonymousId": device, **more}


def _trade(number: str, account: str, buyer: dict[str, str], at: str) -> dict[str, object]:
    order = {"tid": number, "status": "TRADE_SUCCESS", "created": at, "pay_time": at}
    return {
        "full_order_info": {
            "order_info": {**order, "update_time": at, "refund_state": 0},
            "buyer_info": {
                "yz_open_id": account,
                "outer_user_id": buyer["openid"],
                "buyer_phone": FAMILY,
            },
            "pay_info": {"payment": "100.00", "total_fee": "100.00", "post_fee": "0.00"},
            "orders": [{"oid": f"{number}1", "title": "面霜", "num": 1, "payment": "100.00"}],
        }
    }


def _lines(*rows: dict[str, object]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _write(home: Home) -> None:
    card = {"customerUid": 1393920057254840001, "number": "10086", "name": "张三丰"}
    card |= {"phone": MEMBER, "enable": 1, "createdDate": "2024-01-02 10:00:00"}
    known = {"type": "identify", "traits": {"phone": USER, "name": "李四光"}}
    calls = [_call("10086", 0, **known), _call("10086", 1), _call("10087", 2)]
    logins = [{**one, "session_key": "x==", "appid": APPID} for one in (WIFE, HUSBAND)]
    mark = {"timestamp": 1772330400, "appid": APPID}
    told = {"phoneNumber": FAMILY, "purePhoneNumber": FAMILY, "countryCode": "86"}
    verified = {**WIFE, "errcode": 0, "errmsg": "ok", "phone_info": {**told, "watermark": mark}}
    trades = [
        _trade(HIS_ORDER, "YZhusband0001", HUSBAND, "2026-05-01 10:00:00"),
        _trade(HER_ORDER, "YZwife0000001", WIFE, "2026-05-02 10:00:00"),
    ]
    files = {
        "pospal_member/m.json": json.dumps({"status": "success", "data": {"result": [card]}}),
        "segment_event/e.jsonl": _lines(*calls),
        "wxapp_login/l.jsonl": _lines(*logins),
        "wxapp_phone/p.jsonl": _lines(verified),
        "youzan_trade/y.json": json.dumps(
            {"code": 200, "data": {"total_results": 2, "full_order_info_list": trades}}
        ),
    }
    for name, text in files.items():
        path = home.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _answers(home: Home) -> dict[str, list[tuple]]:
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        return {
            "his orders": warehouse.execute(
                "select source_order_id, customer_id, net_amount from marts.orders order by all"
            ).fetchall(),
            "interactions": warehouse.execute(
                "select customer_id, count(*) from marts.interactions group by 1 order by all"
            ).fetchall(),
        }


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory):
    """A home before and after two erasures and the night that follows."""
    home = Home(tmp_path_factory.mktemp("beside"))
    _write(home)
    night = run_night(home)
    assert night.returncode == 0, night.stderr
    before = _answers(home)
    copy = home.root.parent / f"{home.root.name}-copy"
    at = ("--home", str(home.root))
    told = run_siyu("export-person", f"phone:{MEMBER}", *at, "--to", str(copy))
    assert told.returncode == 0, told.stderr
    kept = (home.raw / "segment_event" / "e.jsonl").read_bytes()
    for asked in (f"wechat_unionid:{WIFE['unionid']}", f"phone:{MEMBER}"):
        outcome = run_siyu("erase", asked, *at, "--yes")
        assert outcome.returncode == 0, outcome.stderr
        night = run_night(home)
        assert night.returncode == 0, night.stderr
    return home, before, copy, kept


def test_a_user_of_the_same_number_as_an_erased_member_keeps_everything(erased):
    home, before, copy, kept = erased
    assert places_of(home.root, {MEMBER}) == set()
    assert (home.raw / "segment_event" / "e.jsonl").read_bytes() == kept
    assert _answers(home)["interactions"] == before["interactions"]
    assert places_of(copy, {MEMBER}) and places_of(copy, {USER, "李四光"}) == set()


def test_a_husband_keeps_his_order_when_the_holder_of_the_family_phone_goes(erased):
    home, before, _, _ = erased
    (his,) = [row for row in before["his orders"] if row[0] == HIS_ORDER]
    assert his[1] is not None and len(before["his orders"]) == 2
    assert _answers(home)["his orders"] == [his]
    assert places_of(home.root, {FAMILY, HER_ORDER, *WIFE.values()}) == set()
