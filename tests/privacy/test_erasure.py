"""Records of erasures: none may be lost, or its person comes back."""

import orjson
import pytest

from siyu.privacy.erasure import Erasure, ErasureRecordError, check_numbers
from siyu.privacy.tombstones import Tombstones, join_tombstones, lay_tombstones

SECRET = b"s" * 32


def test_records_in_a_row_are_whole():
    check_numbers(["000001", "000002"], certified=["000001", "000002"])
    check_numbers(["000001"], certified=[])  # certificates may be thrown away
    check_numbers([], certified=[])


@pytest.mark.parametrize(
    ("recorded", "certified"),
    [(["000001", "000003"], []), ([], ["000002"]), (["000001"], ["000002"])],
)
def test_a_missing_record_is_named(recorded, certified):
    with pytest.raises(ErasureRecordError, match=r"ledger/erasures/00000[12]\.json is missing"):
        check_numbers(recorded, certified=certified)


def test_a_record_of_format_1_is_honoured_and_kept_as_it_is():
    blank = Tombstones(SECRET)
    stones = {
        "telling": [blank.hash("13912345678")],
        "placed": sorted([blank.hash("10086"), blank.hash("mochat_contact_id=17")]),
        "columns": ["=mochat_contact_id", "member_no", "user_id"],
        "lengths": [0, 5, 11],
    }
    record = {
        "sequence": 1,
        "begun_at": "2026-05-01T00:00:00+00:00",
        "customer_ids": ["C1"],
        "identifier_hashes": [],
        "namespaces": {"phone": 1},
        "shared": [],
        "found": [],
        "destinations": [],
        "status": "done",
        "finished_at": None,
        "format_version": 1,
        "tombstones": stones,
    }
    erasure = Erasure.decode(orjson.dumps(record), SECRET, file="000001.json")
    assert orjson.loads(erasure.encode()) == record
    newer = lay_tombstones(SECRET, [("app_user_id", "10087")])
    for kept in (erasure.tombstones, join_tombstones(SECRET, [newer, erasure.tombstones])):
        assert kept.in_text("139 1234 5678")
        assert kept.in_cell("user_id", "10086", ["app_user_id"])
        assert kept.in_cell("mochat_contact_id", "17")
        assert not kept.in_cell("member_no", "10087", ["member_no"])
        assert kept.within(["user_id"], ["app_user_id"]).may_stand_in("10086")


def test_a_record_of_today_comes_back_whole():
    stones = lay_tombstones(
        SECRET,
        [("phone", "13912345678"), ("member_no", "10086")],
        bound=[("mochat_contact_id", "17")],
        passed_on=["phone"],
        others=[("member_no", "10087")],
    )
    erasure = Erasure(1, "2026-05-01T00:00:00+00:00", ("C1",), (), stones, {}, (), (), ())
    assert Erasure.decode(erasure.encode(), SECRET, file="000001.json") == erasure
    with pytest.raises(ErasureRecordError, match="another version"):
        Erasure.decode(
            erasure.encode().replace(b'"format_version": 2', b'"format_version": 3'),
            SECRET,
            file="",
        )
