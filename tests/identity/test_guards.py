"""Guards one by one: what may link, what may not, and what the tables say about it."""

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from brand import RULES, Brand, customer_of, phone, record_customer, together

from siyu.identity.clusters import ClusterTooLargeError
from siyu.identity.evidence import IdentityInputError


def reasons(resolution, **where):
    return set(resolution.links.filter(**where)["blocked_reason"]) - {None}


def test_accounts_of_one_record_are_one_customer():
    resolution = Brand().record("a", "unionid:U oa:O").record("b", "unionid:U mp:M").resolve()
    assert together(resolution, "unionid:U", "oa:O", "mp:M")
    assert set(resolution.links["status"]) == {"used"}


@pytest.mark.parametrize(
    "word",
    [
        "phone:13800000000",
        "phone:11111111111",
        "phone:00000000000",
        "phone:12345678901",
        "phone:138****0000",
        "phone:0571-88886666",
        "phone:13912345678-1234",
    ],
)
def test_junk_and_masked_numbers_link_nothing(word):
    resolution = Brand().record("a", f"unionid:U {word}").record("b", f"pospal:P {word}").resolve()
    assert not together(resolution, "unionid:U", "pospal:P")
    blocked = resolution.nodes.filter(namespace="phone")
    assert blocked["is_blocked"].all()
    assert blocked["customer_id"].null_count() == 1
    assert reasons(resolution, status="blocked") <= {"junk_phone", "unusable"}


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


def test_a_typed_phone_joins_when_names_agree():
    resolution = (
        Brand()
        .record("m", f"pospal:P {phone(1)}", name="王晓彤", verified=True)
        .record("w", "unionid:U wecom:E", phone(1), name="王晓彤 敏感肌")
        .resolve()
    )
    assert together(resolution, "pospal:P", "unionid:U", phone(1))


def test_a_typed_phone_of_another_name_is_refused():
    resolution = (
        Brand()
        .record("m", f"pospal:P {phone(1)}", name="王晓彤", verified=True)
        .record("w", "unionid:U wecom:E", phone(1), name="李建国")
        .resolve()
    )
    assert not together(resolution, "pospal:P", "unionid:U")
    assert reasons(resolution, status="blocked") == {"name_conflict"}


def test_a_typed_phone_without_second_attribute_does_not_join_two_known_people():
    resolution = (
        Brand()
        .record("m", f"pospal:P {phone(1)}", name="王晓彤", verified=True)
        .record("w", f"unionid:U wecom:E {phone(2)}", phone(1))
        .resolve()
    )
    assert not together(resolution, "pospal:P", "unionid:U")
    assert reasons(resolution, status="blocked") == {"needs_second_attribute"}


def test_a_typed_phone_nobody_else_has_is_the_customers():
    resolution = Brand().record("w", "unionid:U", phone(1)).resolve()
    assert together(resolution, "unionid:U", phone(1))


def test_a_birthday_is_a_second_attribute():
    agree = (
        Brand()
        .record("m", f"pospal:P {phone(1)}", birthday="1995-03-08")
        .record("s", "unionid:U", phone(1), birthday="1995-03-08")
        .resolve()
    )
    conflict = (
        Brand()
        .record("m", f"pospal:P {phone(1)}", birthday="1995-03-08")
        .record("s", "unionid:U", phone(1), birthday="1988-11-02")
        .resolve()
    )
    assert together(agree, "pospal:P", "unionid:U")
    assert not together(conflict, "pospal:P", "unionid:U")
    assert reasons(conflict, status="blocked") == {"birthday_conflict"}


def test_an_order_known_by_phone_goes_to_the_holder_who_agrees():
    resolution = (
        Brand()
        .record("m", f"unionid:U {phone(1)}", name="王晓彤", verified=True)
        .record("order:1", "", phone(1), name="王*")
        .record("order:2", "", phone(1), name="李建国")
        .resolve()
    )
    assert record_customer(resolution, "order:1") == customer_of(resolution, "unionid:U")
    assert record_customer(resolution, "order:2") is None


def test_orders_of_a_phone_nobody_holds_are_one_customer():
    resolution = (
        Brand()
        .record("order:1", "", phone(1), name="王*")
        .record("order:2", "", phone(1), name="王晓彤")
        .record("order:3", "", phone(1), name="王晓彤")
        .record("order:4", "", phone(1), name="李建国")
        .resolve()
    )
    owner = customer_of(resolution, phone(1))
    assert owner is not None
    assert [record_customer(resolution, f"order:{n}") for n in (1, 2, 3)] == [owner] * 3
    assert record_customer(resolution, "order:4") is None


def test_a_shop_phone_of_many_receivers_makes_no_customer():
    brand = Brand()
    for number, surname in enumerate("王李张刘陈杨"):
        brand.record(f"order:{number}", "", phone(1), name=f"{surname}晓彤")
    resolution = brand.resolve()
    assert resolution.records["customer_id"].null_count() == 6
    assert customer_of(resolution, phone(1)) is None
    assert resolution.shared["fan_out"].to_list() == [6]


def test_a_gift_does_not_make_buyer_and_receiver_one():
    resolution = (
        Brand()
        .record("order:1", "jd:J", phone(1), name="王晓彤")
        .record("order:2", "jd:J", phone(1), name="王晓彤")
        .record("order:3", "jd:J", phone(2), name="李建国")
        .record("m", f"pospal:P {phone(2)}", name="李建国", verified=True)
        .resolve()
    )
    assert together(resolution, "jd:J", phone(1))
    assert together(resolution, "pospal:P", phone(2))
    assert not together(resolution, "jd:J", "pospal:P")
    assert record_customer(resolution, "order:3") == customer_of(resolution, "jd:J")


def test_records_alike_in_a_contact_of_somebody_else_do_not_tie_their_other_contacts():
    resolution = (
        Brand()
        .record("m", "jd:J email:a@b.cn", name="李建国", verified=True)
        .record("s1", "", f"email:a@b.cn {phone(1)}", name="王晓彤")
        .record("s2", "", f"email:a@b.cn {phone(2)}", name="王晓彤")
        .resolve()
    )
    assert together(resolution, "jd:J", "email:a@b.cn")
    assert customer_of(resolution, phone(1)) != customer_of(resolution, phone(2))


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


def test_one_openid_in_two_apps_is_two_nodes():
    resolution = (
        Brand()
        .record("a", "mp@wxA:O unionid:U1")
        .record("b", "mp@wxB:O unionid:U2")
        .record("c", "mp:O jd:J")
        .resolve()
    )
    assert not together(resolution, "unionid:U1", "unionid:U2")
    # without a scope it could be either, so it is neither
    assert not together(resolution, "jd:J", "unionid:U1")
    assert not together(resolution, "jd:J", "unionid:U2")


def test_an_openid_without_scope_is_the_one_of_its_only_scope():
    resolution = Brand().record("a", "mp@wxA:O unionid:U").record("b", "mp:O jd:J").resolve()
    assert together(resolution, "unionid:U", "jd:J", "mp:O", "mp@wxA:O")
    assert "only_scope" in set(resolution.links["rule"])


def test_a_member_number_without_scope_is_nobody_elses():
    resolution = Brand().record("a", "member@shop:8 jd:A").record("b", "member:8 jd:B").resolve()
    assert not together(resolution, "jd:A", "jd:B")


def test_limits_stop_the_weakest_link():
    resolution = (
        Brand()
        .record("a", f"pospal@s:P1 {phone(1)}", day=1)
        .record("b", f"pospal@s:P2 {phone(1)}", day=2)
        .resolve()
    )
    assert together(resolution, "pospal@s:P1", phone(1))
    assert not together(resolution, "pospal@s:P2", phone(1))
    assert reasons(resolution, status="blocked") == {"limit_pospal_customer_uid"}


def test_a_component_above_the_limit_stops_with_its_hubs_named():
    rules = RULES.model_copy(update={"largest_component": 10})
    brand = Brand(rules=rules)
    for number in range(20):
        brand.record(f"r{number}", f"unionid:U taobao@{number}:t{number}")
    with pytest.raises(ClusterTooLargeError, match=r"wechat_unionid .* in 20 records"):
        brand.resolve()


def test_unknown_namespaces_and_strengths_are_refused():
    brand = Brand().record("a", "unionid:U")
    row = list(brand.rows[0])
    for place, word in ((1, "fax"), (4, "certain")):
        changed = [*row]
        changed[place] = word
        brand.rows = [tuple(changed)]
        with pytest.raises(IdentityInputError, match=word):
            brand.resolve()


def test_used_links_join_exactly_what_belongs_to_one_customer():
    resolution = (
        Brand()
        .record("a", f"unionid:U1 {phone(1)} {phone(2)}", name="王晓彤")
        .record("b", f"pospal:P {phone(2)}", name="李建国", verified=True)
        .record("s", f"{phone(3)} email:a@b.cn")
        .resolve()
    )
    owners = resolution.nodes.select("identifier_hash", "customer_id")
    joined = resolution.links.join(
        owners.rename({"identifier_hash": "left_identifier_hash", "customer_id": "left"}),
        on="left_identifier_hash",
    ).join(
        owners.rename({"identifier_hash": "right_identifier_hash", "customer_id": "right"}),
        on="right_identifier_hash",
    )
    assert joined.height == resolution.links.height
    same = (joined["left"] == joined["right"]).fill_null(False)
    assert (same == (joined["status"] == "used")).all()
    assert joined.filter(status="blocked")["blocked_reason"].null_count() == 0
    assert (
        joined.filter(status="used")["blocked_reason"].null_count()
        == joined.filter(status="used").height
    )
    assert isinstance(joined, pl.DataFrame)
