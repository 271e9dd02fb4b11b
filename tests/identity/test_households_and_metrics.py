"""Households above customers, and what a run reports about itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from brand import RULES, Brand, customer_of, metrics_of, phone

from siyu.identity.rules import StrengthRule


def family():
    return (
        Brand()
        .record("a", f"unionid:U1 {phone(1)}", name="王晓彤", verified=True, birthday="1990-05-05")
        .record("b", f"unionid:U2 {phone(1)}", name="李建国", verified=True)
        .record("c", "unionid:U3", phone(3), name="赵四")
        .record("order:1", "", "phone:13800000000", name="赵四")
    )


def test_people_who_share_a_phone_are_a_household_and_two_customers():
    resolution = family().resolve()
    owners = [customer_of(resolution, f"unionid:U{n}") for n in (1, 2)]
    assert resolution.households.rows() == [(min(owners), owner) for owner in sorted(owners)]


def test_a_shop_phone_makes_no_household():
    brand = Brand()
    for number in range(5):
        brand.record(f"r{number}", f"unionid:U{number}", phone(7))
    assert brand.resolve().households.is_empty()


def test_a_gift_makes_no_household():
    resolution = (
        Brand()
        .record("order:1", "jd:J", phone(1), name="王晓彤")
        .record("order:2", "jd:J", phone(1), name="王晓彤")
        .record("order:3", "jd:J", phone(2), name="李建国")
        .record("m", f"pospal:P {phone(2)}", name="李建国", verified=True)
        .resolve()
    )
    assert resolution.households.is_empty()


def test_a_recycled_number_makes_no_household():
    resolution = (
        Brand()
        .record("a", f"unionid:U1 {phone(1)}", name="王晓彤", verified=True, day=0)
        .record("b", f"unionid:U2 {phone(1)}", name="李建国", verified=True, day=300)
        .resolve()
    )
    assert resolution.households.is_empty()


def test_metrics_count_what_the_tables_hold():
    brand = family()
    counted = metrics_of(brand, brand.resolve())
    metrics = {(metric, key): value for metric, key, value in counted.iter_rows()}
    assert metrics[("customers", "1")] == 1
    assert metrics[("customers", "2")] == 2
    assert metrics[("records", "with_customer")] == 3
    assert metrics[("records", "unidentified")] == 1
    assert metrics[("blocked_links", "another_person")] == 1
    assert metrics[("households", "all")] == 1
    assert metrics[("events", "created")] == 3
    assert metrics[("strong_identifier", "share")] == 0.75
    assert metrics[("conflicts", "name")] == 0
    assert metrics[("identifiers", "phone")] == 3


def test_metrics_count_as_strong_what_the_brand_declares_strong():
    weaker = StrengthRule(rule="register", namespace="wechat_unionid", strength="candidate")
    brand = family()
    brand.rules = RULES.model_copy(update={"strengths": (weaker,)})
    counted = metrics_of(brand, brand.resolve())
    (share,) = counted.filter(metric="strong_identifier")["value"]
    assert share == 0.5
