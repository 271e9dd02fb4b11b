"""Block lists, scopes, limits, and what the tables say about a refused link."""

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from brand import RULES, Brand, partition, phone, reasons, together

from siyu.identity.clusters import ClusterTooLargeError
from siyu.identity.evidence import IDENTIFIERS_SCHEMA, IdentityInputError, number_evidence
from siyu.identity.keys import HashCollisionError, number_hashes


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
    assert reasons(resolution, status="blocked") <= {"junk_phone", "masked", "unusable"}


@pytest.mark.parametrize(
    "word",
    [
        *("unionid:null", "unionid:NULL", "unionid:undefined", "unionid:-", "unionid:0"),
        *(
            "oa:None",
            "member:无",
            "pospal:nan",
            "user:guest",
            "user:(not_set)",
            "taobao:小***",
            "jd:##9fA=##",
        ),
        *("device:00000000-0000-0000-0000-000000000000", "device:9774d56d682e549c"),
        *("phone:13888888888", "phone:13123456789", "email:test1@qq.com"),
    ],
)
def test_what_programs_write_for_nobody_links_nothing_in_any_namespace(word):
    brand = Brand()
    for number in range(2):
        brand.record(f"r{number}", f"youzan:Y{number} {word}")
    resolution = brand.resolve()
    assert not together(resolution, "youzan:Y0", "youzan:Y1")
    assert resolution.nodes.filter("is_blocked").height == 1


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


def test_rows_that_come_in_another_order_when_read_again_are_refused() -> None:
    told = {
        "record_id": [f"r{number}" for number in range(200)],
        "identifier": [f"{13900000000 + number}" for number in range(200)],
        "namespace": "phone",
        "strength": "strong",
    }
    frame = pl.DataFrame(told).select(
        pl.col(name).cast(kind) if name in told else pl.lit(None, kind).alias(name)
        for name, kind in IDENTIFIERS_SCHEMA.items()
    )
    seeds = iter(range(9))
    moving = frame.lazy().map_batches(
        lambda rows: rows.sample(fraction=1, shuffle=True, seed=next(seeds))
    )
    assert number_evidence(frame.lazy(), RULES).records.height == 200
    with pytest.raises(IdentityInputError, match="another order"):
        number_evidence(moving, RULES)


def test_ids_that_share_a_hash_are_told_apart_by_another(monkeypatch):
    brand = (
        Brand()
        .record("a", f"unionid:U1 {phone(1)}", name="王晓彤")
        .record("b", "jd:A", phone(1), name="李建国")
    )
    expected = partition(brand.resolve())
    numbered, refused = number_hashes, []

    def refuse_first_seed(hashes, checks):
        if len(refused) < 2:
            refused.append(hashes)
            raise HashCollisionError
        return numbered(hashes, checks)

    monkeypatch.setattr("siyu.identity.evidence.number_hashes", refuse_first_seed)
    assert partition(brand.resolve()) == expected
    assert len(refused) == 2
