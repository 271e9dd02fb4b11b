"""Phones typed by staff and receivers' phones: whose they are taken to be."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from brand import Brand, customer_of, phone, reasons, record_customer, together


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


def test_one_gift_with_a_whole_name_does_not_outweigh_many_masked_orders():
    resolution = (
        Brand()
        .record("order:1", "jd:J", phone(1), name="宋**")
        .record("order:2", "jd:J", phone(1), name="宋**")
        .record("order:3", "jd:J", phone(2), name="赵雨鑫")
        .record("m", f"pospal:P {phone(2)}", name="赵雨鑫", verified=True)
        .resolve()
    )
    assert together(resolution, "jd:J", phone(1))
    assert not together(resolution, "jd:J", "pospal:P")


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


def test_one_parcel_to_herself_and_one_to_a_friend_join_nobody_until_the_next_tells():
    def ordered() -> Brand:
        return (
            Brand()
            .record("order:1", "jd:J", phone(1), name="王晓彤")
            .record("order:2", "jd:J", phone(2), name="李建国")
            .record("c", f"pospal:C {phone(1)}", name="王晓彤", verified=True)
            .record("d", f"pospal:D {phone(2)}", name="李建国", verified=True)
        )

    unclear = ordered().resolve()
    for card in ("pospal:C", "pospal:D"):
        assert not together(unclear, "jd:J", card)
    assert reasons(unclear, status="blocked") == {"receiver_unclear"}
    third = ordered().record("order:3", "jd:J", phone(1), name="王**").resolve()
    assert together(third, "jd:J", "pospal:C") and not together(third, "jd:J", "pospal:D")
    named = ordered().record("m", "jd:J", name="李建国", verified=True).resolve()
    assert together(named, "jd:J", "pospal:D") and not together(named, "jd:J", "pospal:C")


def test_two_surnames_at_one_phone_leave_it_with_the_account():
    resolution = (
        Brand()
        .record("order:1", "jd:J", phone(1), name="王晓彤")
        .record("order:2", "jd:J", phone(1), name="李建国")
        .resolve()
    )
    assert together(resolution, "jd:J", phone(1))
