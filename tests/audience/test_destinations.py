"""The channel's calls keep the limits its documentation states."""

import json

import polars as pl
import pytest

from siyu.audience.build import build_audience
from siyu.audience.destinations import cut, render_destination


def build(world, contact_points, *, consents=None, **spec):
    people = contact_points["customer_id"].unique().sort()
    return build_audience(
        world.profile(*({"customer_id": who, "display_name": None} for who in people)),
        contact_points,
        consents if consents is not None else world.consents(),
        world.suppressions(),
        world.spec(**spec),
        rules=world.rules,
        as_of_date=world.as_of_date,
    )


def calls_in(files):
    return {
        name: [json.loads(line) for line in content.decode().splitlines()]
        for name, content in files.items()
    }


def test_wecom_calls_are_split_by_staff_member_and_by_ten_thousand(world):
    rows = [(f"C{n:05d}", f"wm{n}", "guide_a", None, True) for n in range(10_001)]
    rows.append(("D1", "wmD1", "guide_b", None, True))
    result = build(
        world,
        world.contact_points(*rows),
        destination={"format": "wecom_add_msg_template", "text": "你好"},
    )
    rendered = render_destination(result)
    calls = calls_in(rendered.files)["wecom_add_msg_template.jsonl"]
    assert [(call["sender"], len(call["external_userid"])) for call in calls] == [
        ("guide_a", 10_000),
        ("guide_a", 1),
        ("guide_b", 1),
    ]
    assert calls[2] == {
        "chat_type": "single",
        "external_userid": ["wmD1"],
        "sender": "guide_b",
        "allow_select": False,
        "text": {"content": "你好"},
        "attachments": [],
    }
    assert (rendered.call_count, rendered.recipient_count, rendered.unsent_count) == (3, 10_002, 0)


def test_sms_calls_hold_at_most_a_hundred_numbers_with_parameters_in_step(world):
    rows = [(f"C{n:03d}", f"1990000{n:04d}", "", None, True) for n in range(101)]
    rows.append(("C999", "+85260000005", "", None, True))
    consents = [(who, number, "sms", "granted", "2026-01-01") for who, number, *_ in rows]
    result = build(
        world,
        world.contact_points(*rows, channel="sms"),
        consents=world.consents(*consents),
        channel="sms",
        destination={
            "format": "aliyun_send_batch_sms",
            "sign_name": "测试品牌",
            "template_code": "SMS_1",
            "parameters": {"name": {"column": "display_name", "default": "会员"}},
        },
    )
    calls = calls_in(render_destination(result).files)["aliyun_send_batch_sms.jsonl"]
    assert [len(json.loads(call["PhoneNumberJson"])) for call in calls] == [100, 2]
    last = calls[1]
    assert json.loads(last["PhoneNumberJson"]) == ["19900000100", "85260000005"]
    assert json.loads(last["SignNameJson"]) == ["测试品牌"] * 2
    assert json.loads(last["TemplateParamJson"]) == [{"name": "会员"}] * 2
    assert last["OutId"] == "test_wecom_20260618_0002"


@pytest.mark.parametrize(
    ("followers", "sizes", "unsent"),
    [(0, [], 0), (1, [], 1), (2, [2], 0), (10_000, [10_000], 0), (10_001, [9_999, 2], 0)],
)
def test_oa_calls_hold_two_to_ten_thousand_followers(world, followers, sizes, unsent):
    rows = [(f"C{n:05d}", f"o{n}", "", None, True) for n in range(followers)]
    result = build(
        world,
        world.contact_points(*rows, channel="oa"),
        channel="oa",
        destination={"format": "oa_mass_send", "media_id": "M1"},
    )
    rendered = render_destination(result)
    calls = [call for found in calls_in(rendered.files).values() for call in found]
    assert [len(call["touser"]) for call in calls] == sizes
    assert rendered.unsent_count == unsent
    assert all(
        set(call) == {"touser", "mpnews", "msgtype", "send_ignore_reprint", "clientmsgid"}
        for call in calls
    )


def test_oa_calls_of_two_accounts_lie_in_two_files(world):
    contact_points = world.contact_points(
        *((f"C{n}", f"o{n}", "", None, True) for n in range(5)), channel="oa"
    )
    contact_points = contact_points.with_columns(
        scope=pl.when(pl.col("customer_id") < "C2").then(pl.lit("wxA")).otherwise(pl.lit("wx/../B"))
    )
    result = build(
        world,
        contact_points,
        channel="oa",
        destination={"format": "oa_mass_send", "media_id": "M1"},
    )
    calls = calls_in(render_destination(result).files)
    assert {name: len(found[0]["touser"]) for name, found in calls.items()} == {
        "oa_mass_send-wxA.jsonl": 2,
        "oa_mass_send-wx____B.jsonl": 3,
    }


@pytest.mark.parametrize("count", range(1, 40))
def test_cut_covers_everything_once_within_the_bounds(count):
    parts = list(cut(count, at_most=7, at_least=2))
    covered = [place for start, length in parts for place in range(start, start + length)]
    assert covered == (list(range(count)) if count > 1 else [])
    assert all(2 <= length <= 7 for _, length in parts)


@pytest.mark.parametrize(
    ("name", "greeted"), [("王晓彤", "王晓彤"), ("王**", "会员"), (None, "会员"), ("", "会员")]
)
def test_sms_calls_greet_nobody_by_a_masked_name(world, name, greeted):
    result = build_audience(
        world.profile({"customer_id": "C1", "display_name": name}),
        world.contact_points(("C1", "19900001001", "", None, True), channel="sms"),
        world.consents(("C1", "19900001001", "sms", "granted", "2026-01-01")),
        world.suppressions(),
        world.spec(
            channel="sms",
            destination={
                "format": "aliyun_send_batch_sms",
                "sign_name": "测试品牌",
                "template_code": "SMS_1",
                "parameters": {"name": {"column": "display_name", "default": "会员"}},
            },
        ),
        rules=world.rules,
        as_of_date=world.as_of_date,
    )
    ((call,),) = calls_in(render_destination(result).files).values()
    assert json.loads(call["TemplateParamJson"]) == [{"name": greeted}]
