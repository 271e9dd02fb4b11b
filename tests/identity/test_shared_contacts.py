"""Phones and devices of families, shops, counters and former holders."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from brand import Brand, customer_of, phone, reasons, record_customer, seen_on, together


def test_a_phone_of_two_unionids_never_merges_them():
    resolution = (
        Brand()
        .record("a", f"unionid:U1 {phone(1)}", day=1)
        .record("b", f"unionid:U2 {phone(1)}", day=2)
        .record("c", f"unionid:U2 {phone(1)}", day=3)
        .resolve()
    )
    assert not together(resolution, "unionid:U1", "unionid:U2")
    # more records speak for the second
    assert together(resolution, "unionid:U2", phone(1))
    assert reasons(resolution, status="blocked") == {"another_person"}


def test_a_phone_beside_too_many_accounts_is_shared_and_listed():
    brand = Brand()
    for number in range(3):
        brand.record(f"r{number}", f"unionid:U{number}", phone(7))
    resolution = brand.resolve()
    assert resolution.shared["fan_out"].to_list() == [3]
    assert customer_of(resolution, phone(7)) is None
    assert resolution.nodes["customer_id"].n_unique() == 4
    assert reasons(resolution, status="blocked") == {"fan_out"}


def test_accounts_in_three_shops_of_one_phone_are_no_fan_out():
    brand = Brand()
    for shop in "ABC":
        brand.record(f"r{shop}", f"taobao@{shop}:t{shop} {phone(7)}")
    resolution = brand.resolve()
    assert resolution.shared.is_empty()
    assert together(resolution, "taobao@A:tA", "taobao@B:tB", "taobao@C:tC", phone(7))


def test_a_shared_receiving_phone_keeps_its_verified_holder():
    brand = Brand().record("m", f"unionid:U {phone(7)}", name="王晓彤", verified=True)
    for number in range(3):
        brand.record(f"order:{number}", f"jd:J{number}", phone(7), name=f"李{number}")
    resolution = brand.resolve()
    assert together(resolution, "unionid:U", phone(7))
    assert resolution.nodes["customer_id"].n_unique() == 4


def test_a_shop_phone_of_many_receivers_makes_no_customer():
    brand = Brand()
    for number, surname in enumerate("王李张刘陈杨"):
        brand.record(f"order:{number}", "", phone(1), name=f"{surname}晓彤")
    resolution = brand.resolve()
    assert resolution.records["customer_id"].null_count() == 6
    assert customer_of(resolution, phone(1)) is None
    assert resolution.shared["fan_out"].to_list() == [6]


def test_a_recycled_number_links_only_within_its_time():
    resolution = (
        Brand()
        .record("old", f"unionid:U1 {phone(1)}", name="王晓彤", verified=True, day=0)
        .record("order:old", "", phone(1), name="王晓彤", day=30)
        .record("new", f"unionid:U2 {phone(1)}", name="李建国", verified=True, day=400)
        .record("order:new", "", phone(1), name="李*", day=420)
        .record("sms", f"{phone(1)}", day=10)
        .record("sms2", f"{phone(1)}", day=430)
        .resolve()
    )
    before, after = customer_of(resolution, "unionid:U1"), customer_of(resolution, "unionid:U2")
    assert before != after
    assert customer_of(resolution, phone(1)) == after
    assert record_customer(resolution, "order:old") == before
    assert record_customer(resolution, "sms") == before
    assert record_customer(resolution, "order:new") == after
    assert record_customer(resolution, "sms2") == after
    held = resolution.nodes.select("namespace", "held_since").rows()
    assert dict(held) == {"wechat_unionid": None, "phone": seen_on(400)}


def passed_on() -> Brand:
    """A number of 王晓彤, from day 400 on of 李建国."""
    return (
        Brand()
        .record("old", f"pospal:P1 {phone(1)}", name="王晓彤", verified=True, day=0)
        .record("new", f"pospal:P2 {phone(1)}", name="李建国", verified=True, day=400)
    )


def test_a_silent_account_joins_the_holder_of_its_first_sight():
    resolution = (
        passed_on()
        .record("order:1", "jd:early", phone(1), day=30)
        .record("order:2", "jd:late", phone(1), day=420)
        .record("order:3", "jd:both", phone(1), day=60)
        .record("order:4", "jd:both", phone(1), day=440)
        .record("mp", f"mp@wxA:late {phone(1)}", day=430)
        .resolve()
    )
    assert together(resolution, "pospal:P1", "jd:early", "jd:both")
    assert together(resolution, "pospal:P2", "jd:late", "mp@wxA:late", phone(1))
    assert not together(resolution, "pospal:P1", "pospal:P2")


def test_what_tells_neither_person_nor_time_joins_no_holder_of_a_number_that_passed_on():
    resolution = (
        passed_on()
        .record("order:1", "jd:undated", phone(1), day=None)
        .record("sms", phone(1), day=None)
        .record("sms:old", phone(1), day=10)
        .resolve()
    )
    assert resolution.nodes["customer_id"].n_unique() == 3
    assert reasons(resolution, right_namespace="phone", left_namespace="jd_account") == {
        "holder_unclear"
    }
    assert record_customer(resolution, "sms") is None
    assert record_customer(resolution, "sms:old") == customer_of(resolution, "pospal:P1")


def test_orders_of_a_number_that_passed_on_are_nobodys():
    resolution = (
        Brand()
        .record("order:1", "", phone(1), name="王晓彤", day=0)
        .record("m", f"unionid:U {phone(1)}", name="李建国", verified=True, day=300)
        .resolve()
    )
    assert record_customer(resolution, "order:1") is None
    assert together(resolution, "unionid:U", phone(1))


def test_a_family_phone_keeps_two_people_with_their_own_orders():
    resolution = (
        Brand()
        .record("a", f"unionid:U1 {phone(1)}", name="王晓彤", verified=True, day=1)
        .record("b", f"unionid:U2 {phone(1)}", name="李建国", verified=True, day=2)
        .record("p", f"pospal:P {phone(1)}", name="李建国", verified=True, day=3)
        .record("order:1", "", phone(1), name="李建国", day=4)
        .record("order:2", "", phone(1), name="王晓彤", day=5)
        .resolve()
    )
    assert not together(resolution, "unionid:U1", "unionid:U2")
    assert together(resolution, "unionid:U2", "pospal:P")
    assert record_customer(resolution, "order:1") == customer_of(resolution, "unionid:U2")
    assert record_customer(resolution, "order:2") == customer_of(resolution, "unionid:U1")
    # every used link joins ends of one customer, and the tie of U2 and P is among them
    assert "second_holder" in set(resolution.links.filter(status="used")["rule"])


def test_a_tablet_links_none_of_its_users():
    brand = Brand()
    for number in range(5):
        brand.record(f"l{number}", f"user:M{number}", "device:tablet")
    brand.record("visit", "", "device:tablet")
    resolution = brand.resolve()
    assert resolution.nodes["customer_id"].drop_nulls().n_unique() == 5
    assert record_customer(resolution, "visit") is None


def test_a_device_of_two_logins_does_not_merge_them():
    resolution = (
        Brand()
        .record("l1", "user:M1", "device:d")
        .record("l2", "user:M1", "device:d")
        .record("l3", "user:M2", "device:d")
        .record("visit", "", "device:d")
        .resolve()
    )
    assert not together(resolution, "user:M1", "user:M2")
    assert record_customer(resolution, "visit") == customer_of(resolution, "user:M1")
