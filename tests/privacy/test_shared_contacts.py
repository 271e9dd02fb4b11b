"""A contact that people share takes nobody else's record along."""

import json
from pathlib import Path

from assets.project import SOURCES
from siyu.privacy.file_edit import edit_in_place
from siyu.privacy.reading import Rule
from siyu.privacy.table_edit import judge_cells
from siyu.privacy.tombstones import Tombstones, lay_tombstones
from tests.privacy.conftest import PHONE, SECRET

HUSBAND = {"yz_open_id": "YZ_husband_0001", "outer_user_id": "oHusband_00000000000000000001"}


def youzan(path: Path, *trades: dict[str, str]) -> Path:
    listed = [
        {
            "full_order_info": {
                "order_info": {"tid": f"E2026050110000000{at}", "status": "TRADE_SUCCESS"},
                "buyer_info": buyer,
                "orders": [{"oid": f"27500000{at}", "title": "面霜"}],
            }
        }
        for at, buyer in enumerate(trades)
    ]
    path.write_text(json.dumps({"data": {"full_order_info_list": listed}}, indent=1))
    return path


def of_the_wife(*others: tuple[str, str]) -> Tombstones:
    return lay_tombstones(
        SECRET,
        [("phone", PHONE), ("youzan_open_id", "YZ_wife_000001")],
        passed_on=["phone", "email", "anonymous_id"],
        others=others,
    )


def test_an_order_of_another_customer_loses_only_the_shared_phone(tmp_path):
    buyers = [
        {**HUSBAND, "buyer_phone": PHONE},
        {"yz_open_id": "YZ_wife_000001", "buyer_phone": PHONE},
        {"yz_open_id": "YZ_unknown_01", "buyer_phone": PHONE},  # names nobody else
    ]
    path = youzan(tmp_path / "trades.json", *buyers)
    before = json.loads(path.read_text())["data"]["full_order_info_list"]
    stones = of_the_wife(("youzan_open_id", HUSBAND["yz_open_id"]))
    count = edit_in_place(path, Rule(stones, SOURCES["youzan_trade"]))
    assert (count.records, count.parts) == (2, 1)
    his, *hers = json.loads(path.read_text())["data"]["full_order_info_list"]
    assert hers == [{}, {}]
    before[0]["full_order_info"]["buyer_info"]["buyer_phone"] = ""
    assert his == before[0]


def test_a_card_of_another_customer_keeps_its_row_by_its_short_number(tmp_path):
    path = tmp_path / "members.json"
    cards = [
        {"customerUid": 1393920057254000000 + at, "number": number, "name": "李强", "phone": PHONE}
        for at, number in enumerate(["10086", "10087"])
    ]
    path.write_text(json.dumps({"status": "success", "data": {"result": cards}}))
    rule = Rule(of_the_wife(("member_no", "10086")), SOURCES["pospal_member"])
    assert edit_in_place(path, rule).records == 1
    left = json.loads(path.read_text())["data"]["result"]
    assert left == [{**cards[0], "phone": ""}, {}]


def test_rows_of_another_customer_stay_in_landed_tables():
    rule = Rule(
        of_the_wife(("wechat_unionid", "oUnionid_husband_00000000001")), SOURCES["wxapp_phone"]
    )
    rows = [
        {"mp_openid": "oMp_husband_0000000000000001", "unionid": "oUnionid_husband_00000000001"},
        {"mp_openid": "oMp_somebody_000000000000001", "unionid": "oUnionid_somebody_0000000001"},
    ]
    judged = [judge_cells([*row.values(), PHONE], [*row, "phone"], rule) for row in rows]
    assert judged == [(False, {2}), (True, set())]
