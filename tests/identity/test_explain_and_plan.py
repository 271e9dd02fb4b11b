"""Explaining, previewing, planning and checking, on a few people whose story is known."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from brand import DAY, RULES, SECRET, Brand, customer_of, node, phone

from siyu.identity.difference import UpheavalError, compare_resolutions, refuse_upheaval
from siyu.identity.explain import (
    UnknownIdentifierError,
    explain_neighbourhood,
    explain_path,
    find_identifier,
)
from siyu.identity.picture import draw_neighbourhood
from siyu.identity.plan import check_sample, plan_rules, preview_override
from siyu.identity.resolution import Ledger
from siyu.identity.rules import ChangeLimits

PAGE = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
EXPLAIN_SQL, NEIGHBOURHOOD_SQL = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def brand():
    return (
        Brand()
        .record("m", f"pospal:P {phone(1)}", name="王晓彤", verified=True, rule="member_register")
        .record("w", "unionid:U1 wecom:E", phone(1), name="王晓彤 敏感肌", rule="staff_remark")
        .record("o", "unionid:U1 oa:O", rule="oa_profile")
        .record("x", f"unionid:U2 {phone(9)}", phone(1), rule="survey")
        .record("j", "jd:J")
    )


def hash_of(resolution, word):
    return find_identifier(resolution.nodes, ":".join(part for part in node(word) if part))[
        "identifier_hash"
    ]


def test_the_shortest_path_names_rule_source_file_and_line(brand):
    resolution = brand.resolve()
    steps = explain_path(
        resolution.links,
        resolution.nodes,
        hash_of(resolution, "oa:O"),
        hash_of(resolution, "pospal:P"),
    )
    assert steps["rule"].to_list() == ["oa_profile", "staff_remark", "member_register"]
    assert steps["from_namespace"].to_list() == ["wechat_oa_openid", "wechat_unionid", "phone"]
    assert steps["to_namespace"].to_list() == ["wechat_unionid", "phone", "pospal_customer_uid"]
    assert set(steps["status"]) == {"used"}
    assert steps.select("source", "file").unique().rows() == [("src", "f.csv")]
    assert steps["line"].null_count() == 0


def test_the_path_between_two_customers_shows_what_keeps_them_apart(brand):
    resolution = brand.resolve()
    steps = explain_path(
        resolution.links,
        resolution.nodes,
        hash_of(resolution, "unionid:U2"),
        hash_of(resolution, "pospal:P"),
    )
    assert steps.filter(status="blocked")["blocked_reason"].to_list() == ["needs_second_attribute"]


def test_a_completed_scope_is_one_link_with_the_record_that_tells_the_scope():
    brand = Brand().record("login", "mp@wxA:X unionid:U").record("event", "mp:X unionid:U")
    brand.record("both", "mp:X mp@wxA:X").record("again", "mp:X")
    links = brand.resolve().links
    assert (
        not links.select("left_identifier_hash", "right_identifier_hash", "rule")
        .is_duplicated()
        .any()
    )
    lone = Brand().record("login", "mp@wxA:X unionid:U", rule="login").record("event", "mp:X")
    completed = lone.resolve().links.filter(rule="only_scope")
    assert completed.select("source", "file", "line", "status").rows() == [
        ("src", "f.csv", 1, "used")
    ]


def test_no_evidence_gives_no_step(brand):
    resolution = brand.resolve()
    ends = hash_of(resolution, "unionid:U2"), hash_of(resolution, "jd:J")
    assert explain_path(resolution.links, resolution.nodes, *ends).is_empty()


def ask_published(resolution, query, **parameters):
    """Rows of a documented query on tables as they are published."""
    with duckdb.connect() as connection:
        connection.sql("create schema marts")
        connection.register("links", resolution.links.to_arrow())
        connection.sql("create table marts.identity_links as from links")
        connection.register("nodes", resolution.nodes.to_arrow())
        connection.sql(
            "create table marts.customer_identifiers as from nodes where customer_id is not null"
        )
        return connection.execute(query, parameters).fetchall()


def path_both_ways(resolution, left, right):
    """The path between two identifiers: steps of the command, rows of the documented query."""
    start, goal = hash_of(resolution, left), hash_of(resolution, right)
    steps = explain_path(resolution.links, resolution.nodes, start, goal)
    return steps, ask_published(resolution, EXPLAIN_SQL, start=start, goal=goal)


def test_one_query_shows_the_blocked_links_that_stand_between_two_customers(brand):
    resolution = brand.resolve()
    steps, rows = path_both_ways(resolution, "unionid:U2", "pospal:P")
    assert [row[0] for row in rows] == [
        f"{rule} src f.csv {line}" + (f" blocked: {reason}" if reason else "")
        for rule, line, reason in steps.select("rule", "line", "blocked_reason").iter_rows()
    ]
    assert "blocked: needs_second_attribute" in rows[-1][0] + rows[0][0]
    assert path_both_ways(resolution, "unionid:U2", "jd:J")[1] == []


def test_a_used_path_however_long_is_told_before_a_blocked_link():
    brand = Brand().record("a", f"pospal:P {phone(1)}", name="王晓彤", verified=True)
    brand.record("w", "unionid:U wecom:E", phone(1), name="李建国")
    for number, words in enumerate(("unionid:U oa:O", "oa:O mp@wxA:X", "mp@wxA:X member:M")):
        brand.record(f"r{number}", words)
    resolution = brand.record("j", "member:M pospal:P").resolve()
    steps, rows = path_both_ways(resolution, "wecom:E", phone(1))
    assert len(rows) == steps.height and steps["status"].unique().to_list() == ["used"]
    assert not any("blocked" in row[0] for row in rows)


def test_one_query_shows_the_neighbourhood(brand):
    resolution = brand.resolve()
    asked = hash_of(resolution, "pospal:P")
    steps = explain_neighbourhood(resolution.links, resolution.nodes, asked)
    told = steps.select("status", "blocked_reason", "rule", "source", "file", "line").rows()
    rows = ask_published(resolution, NEIGHBOURHOOD_SQL, start=asked)
    assert sorted(map(repr, told)) == sorted(repr((*row[:2], *row[4:])) for row in rows)


def test_one_query_on_the_published_tables_gives_the_same_path(brand):
    resolution = brand.resolve()
    steps, rows = path_both_ways(resolution, "oa:O", "pospal:P")
    assert [row[0] for row in rows] == [
        f"{rule} src f.csv {line}" for rule, line in steps.select("rule", "line").iter_rows()
    ]


def test_of_several_shortest_paths_the_query_and_the_command_tell_the_same():
    brand = Brand()
    for number, (rule, words) in enumerate(
        (rule, words)
        for words in ("unionid:U oa:O", "oa:O wecom:E", "unionid:U jd:J", "jd:J wecom:E")
        for rule in ("survey", "oa_profile", "member_register")
    ):
        brand.record(f"r{number}", words, rule=rule)
    resolution = brand.resolve()
    ends = [hash_of(resolution, word) for word in ("unionid:U", "wecom:E")]
    steps = explain_path(resolution.links, resolution.nodes, *ends)
    rows = ask_published(resolution, EXPLAIN_SQL, start=ends[0], goal=ends[1])
    told = [f"{rule} src f.csv {line}" for rule, line in steps.select("rule", "line").iter_rows()]
    assert len(told) == 2
    assert [row[0] for row in rows] == told


def test_the_neighbourhood_holds_used_and_blocked_links_and_can_be_drawn(brand):
    resolution = brand.resolve()
    steps = explain_neighbourhood(
        resolution.links, resolution.nodes, hash_of(resolution, "pospal:P")
    )
    assert sorted(steps["status"]) == ["blocked", "used", "used", "used", "used"]
    picture = draw_neighbourhood(steps, title="Customer <1>")
    shapes = [child.tag.rpartition("}")[2] for child in ElementTree.fromstring(picture)]
    assert shapes.count("g") == 5
    assert shapes.count("circle") == 6
    assert "needs_second_attribute" in picture
    assert not re.search(r"19900000001", picture)


def test_an_identifier_is_found_by_itself_by_namespace_or_by_hash(brand):
    nodes = brand.resolve().nodes
    by_value = find_identifier(nodes, "19900000001")
    assert find_identifier(nodes, "phone:19900000001") == by_value
    assert find_identifier(nodes, by_value["identifier_hash"][:16]) == by_value
    for spelled in ("+86 199 0000 0001", "phone:199-0000-0001", "１９９０００００００１"):
        assert find_identifier(nodes, spelled) == by_value
    of_customer = find_identifier(nodes, f" {by_value['customer_id']}")
    assert of_customer["customer_id"] == by_value["customer_id"]
    with pytest.raises(UnknownIdentifierError, match="No identifier fits"):
        find_identifier(nodes, "19900000002")


def test_an_identifier_in_two_scopes_must_be_named_exactly():
    nodes = Brand().record("a", "mp@wxA:O").record("b", "mp@wxB:O").resolve().nodes
    with pytest.raises(UnknownIdentifierError, match="wechat_mp_openid:wxA"):
        find_identifier(nodes, "O")
    assert find_identifier(nodes, "wechat_mp_openid:wxB:O")["scope"] == "wxB"


def override(action, left, right):
    ends = {"left": node(left), "right": node(right)}
    row = {
        f"{end}_{field}": value
        for end, place in ends.items()
        for field, value in zip(("namespace", "scope", "identifier"), place, strict=True)
    }
    return {**row, "action": action, "who": "ann", "at": "2026-06-20", "why": "test"}


def test_unlink_shows_first_what_will_change(brand):
    present = brand.resolve()
    before = brand.registry.height
    plan = preview_override(
        present,
        brand.input(),
        override("never_link", "pospal:P", "unionid:U1"),
        rules=RULES,
        ledger=Ledger(brand.registry, brand.log),
        run_date=DAY,
        secret=SECRET,
    )
    assert plan.difference.split["customer_id"].to_list() == [customer_of(present, "pospal:P")]
    assert plan.difference.customers_after == plan.difference.customers_before + 1
    assert brand.registry.height == before
    # and the next run, with the row in the file, does just that
    done = brand.order("never_link", "pospal:P", "unionid:U1").resolve()
    assert done.records.equals(plan.after.records)


def test_a_plan_of_stricter_rules_names_what_splits(brand):
    present = brand.resolve()
    stricter = RULES.model_copy(
        update={
            "namespaces": {
                name: rule.model_copy(update={"usable": "never"}) if name == "phone" else rule
                for name, rule in RULES.namespaces.items()
            }
        }
    )
    plan = plan_rules(
        present,
        brand.input(),
        stricter,
        ledger=Ledger(brand.registry, brand.log),
        run_date=DAY,
        secret=SECRET,
    )
    assert plan.difference.split["customers_after"].to_list() == [2]
    assert plan.split_examples["identifiers"].to_list()[0] == [
        "phone 199****0001",
        "pospal_customer_uid ****",
        "wechat_oa_openid ****",
        "wechat_unionid ****",
        "wecom_external_userid ****",
    ]
    assert plan.difference.merged.is_empty()


def test_an_upheaval_stops_before_anything_is_written():
    before = pl.DataFrame({"record_id": ["a", "b", "c"], "customer_id": ["1", "2", "3"]})
    after = pl.DataFrame({"record_id": ["a", "b", "c"], "customer_id": ["1", "1", "3"]})
    difference = compare_resolutions(before, after)

    def limits(merged_share, from_customers, changed_share=1.0):
        return ChangeLimits(
            merged_share=merged_share, from_customers=from_customers, changed_share=changed_share
        )

    refuse_upheaval(difference, limits(0.4, 1))
    refuse_upheaval(difference, limits(0.1, 10))
    with pytest.raises(UpheavalError, match="1 of 3 customers would be merged"):
        refuse_upheaval(difference, limits(0.1, 1))
    with pytest.raises(UpheavalError, match=r"33\.3% of known identifiers would bear another id"):
        refuse_upheaval(difference, limits(0.4, 1, changed_share=0.3))


def test_the_sample_check_finds_records_that_stand_wrong(brand):
    resolution = brand.resolve()
    checked = {"rules": RULES, "size": 3, "seed": 1, "secret": SECRET}
    assert check_sample(brand.input(), resolution.records, resolution.nodes, **checked).is_empty()
    wrong = resolution.records.with_columns(
        customer_id=pl.when(pl.col("record_id") == "j")
        .then(pl.lit(customer_of(resolution, "pospal:P")))
        .otherwise("customer_id")
    )
    found = check_sample(brand.input(), wrong, resolution.nodes, **{**checked, "size": 5})
    assert "j" in found["record_id"].to_list()
