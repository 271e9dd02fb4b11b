"""The truth keeps the money, names everybody and has the rates that were asked for."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from siyu.demo import DemoSettings

RATES = DemoSettings()


def test_net_is_gross_minus_refund_and_open_orders_have_none(brand: Any) -> None:
    orders = brand.truth("orders")
    is_open = orders["status"].is_in(["unpaid", "cancelled"])
    told = orders.filter(~is_open)
    assert (told["net_amount"] == told["gross_amount"] - told["refund_amount"]).all()
    assert orders.filter(is_open)["net_amount"].unique().to_list() == [Decimal("0.00")]
    assert orders.filter(is_open)["refund_amount"].unique().to_list() == [Decimal("0.00")]
    assert (orders["refund_amount"] >= 0).all()
    assert orders["order_id"].is_unique().all()
    whole = orders.filter((pl.col("gross_amount") > 0) & (pl.col("status") == "refunded"))
    assert (whole["net_amount"] == 0).all()
    assert whole.height > 0


def test_newest_pospal_tickets_carry_the_true_money(brand: Any) -> None:
    tickets: dict[str, Decimal] = {}
    for path in brand.files("pospal_ticket"):
        for ticket in json.loads(path.read_text("utf-8"), parse_float=Decimal)["data"]["result"]:
            sign = -1 if ticket["ticketType"] == "SELL_RETURN" else 1
            tickets[ticket["sn"]] = sign * ticket["totalAmount"] * (1 - ticket["invalid"])
    truth = brand.truth("orders").filter(pl.col("platform") == "pospal")
    assert set(tickets) == set(truth["source_order_id"])
    # refunds of lower prices go through Alipay, not through the till
    returned = pl.col("gross_amount") == 0
    through_alipay = truth.filter(~returned)["refund_amount"].sum()
    assert sum(tickets.values()) == truth["net_amount"].sum() + through_alipay


def test_newest_taobao_rows_carry_the_true_money(brand: Any) -> None:
    newest: dict[str, dict[str, str]] = {}
    for path in brand.files("taobao_order"):
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030")))
        newest |= {row["订单编号"].strip('="'): row for row in rows}
    truth = brand.truth("orders").filter(pl.col("platform") == "taobao")
    assert set(newest) == set(truth["source_order_id"])
    paid = sum(Decimal(row["买家实际支付金额"]) for row in newest.values())
    was_paid = pl.col("paid_at").is_not_null()
    assert paid == truth.filter(was_paid)["gross_amount"].sum()


def test_overlapping_exports_tell_of_one_order_twice_and_the_later_one_is_final(
    brand: Any,
) -> None:
    seen: dict[str, list[str]] = {}
    for path in brand.files("taobao_order"):
        for row in csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030"))):
            seen.setdefault(row["订单编号"], []).append(row["订单状态"])
    changed = [states for states in seen.values() if len(set(states)) > 1]
    assert changed
    assert all(
        states[-1] in ("交易成功", "交易关闭", "卖家已发货，等待买家确认") for states in changed
    )


def test_every_person_has_orders_only_while_they_are_customers(brand: Any) -> None:
    orders = brand.truth("orders").join(brand.truth("persons"), on="person_id", how="left")
    assert orders["life"].null_count() == 0
    assert (orders.filter(pl.col("life") == "follower").height) == 0


def test_at_least_two_fifths_of_the_buyers_buy_once(brand: Any) -> None:
    orders = brand.truth("orders").filter(pl.col("net_amount") > 0)
    days = orders.group_by("person_id").agg(pl.col("ordered_at").dt.date().n_unique().alias("days"))
    assert 0.40 <= (days["days"] == 1).mean() <= 0.65


def test_festivals_are_busier_than_other_days(brand: Any) -> None:
    orders = brand.truth("orders")
    day = (orders["ordered_at"] + pl.duration(hours=8)).dt.strftime("%m-%d")
    days = orders.with_columns(day=day).group_by("day").len()
    usual = days["len"].median()
    peak = days.filter(pl.col("day").is_in(["06-16", "06-17", "06-18"]))["len"].mean()
    assert peak > 2.5 * usual


def test_dirt_has_the_rates_that_were_asked_for(brand: Any) -> None:
    people = brand.truth("persons")
    shares_phone = people["household_person_id"].is_not_null().mean()
    assert shares_phone == pytest.approx(RATES.identity.household_phone, abs=0.02)
    identifiers = brand.truth("identifiers")
    unionids = identifiers.filter(pl.col("namespace") == "wechat_unionid")
    second = (unionids["dirt"] == "second_account").mean()
    assert second == pytest.approx(RATES.identity.second_wechat, abs=0.02)
    kinds = set(identifiers["dirt"])
    assert {"own", "second_account", "recycled", "household", "gift", "typo", "tablet"} <= kinds


def test_a_recycled_number_belongs_to_two_people_and_a_typo_to_none(brand: Any) -> None:
    phones = brand.truth("identifiers").filter(pl.col("namespace") == "phone")
    recycled = phones.filter((pl.col("dirt") == "recycled") & pl.col("is_own"))
    owners = recycled.group_by("identifier").agg(pl.col("person_id").n_unique())
    assert owners["person_id"].max() == 2
    assert not phones.filter(pl.col("dirt").is_in(["typo", "household", "gift"]))["is_own"].any()
    invented = phones.filter(pl.col("dirt") != "junk")["identifier"]
    assert invented.str.contains(r"^1990\d{7}$").all()


def test_every_record_names_a_known_person(brand: Any) -> None:
    records = brand.truth("records")
    people = brand.truth("persons")["person_id"]
    assert records["person_id"].null_count() == 0
    assert records["person_id"].is_in(people.implode()).all()
    sources = {path.name for path in (brand.root / "raw").iterdir()}
    silent = {"taobao_order_item", "douyin_settlement", "wecom_tag", "wecom_group"}
    silent |= {"wecom_send_result", "wecom_event", "wechat_oa_article"}
    assert set(records["source"]) == sources - silent
    assert len(sources) >= 30


def test_review_words_fit_the_stars(brand: Any) -> None:
    told = []
    for path in brand.files("sensors_event"):
        for line in path.read_text("utf-8").splitlines():
            if '"SubmitReview"' in line:
                told.append(json.loads(line)["properties"])
    assert told
    bad_words = ("过敏", "漏", "发错", "少发", "不新鲜", "像干的", "没到账")
    for review in told:
        is_bad = any(word in review["content"] for word in bad_words)
        assert is_bad == (review["rating"] <= 2)


def test_latest_consent_follows_the_statements(brand: Any) -> None:
    consents = brand.truth("consents")
    key = ["person_id", "purpose", "channel"]
    latest = consents.filter(pl.col("is_latest"))
    assert latest.height == consents.select(key).unique().height
    newest = consents.group_by(key).agg(pl.col("effective_at").max().alias("newest"))
    joined = latest.join(newest, on=key)
    assert (joined["effective_at"] == joined["newest"]).all()
    assert set(consents["state"]) == {"granted", "withdrawn"}
    assert set(consents["source"]) == {"consent_ledger", "sms_reply", "wechat_oa_event"}


def test_campaigns_bring_orders_to_treated_people_only(brand: Any) -> None:
    effects = brand.truth("campaign_effects")
    assert effects.filter((pl.col("arm") == "holdout") & pl.col("is_incremental")).is_empty()
    brought = effects["is_incremental"].sum()
    orders = brand.truth("orders").filter(pl.col("campaign") >= 0)
    assert 0 < orders.height <= brought * 4
    assert set(effects["arm"]) == {"treatment", "holdout"}


def test_expected_files_name_refused_and_doubled_copies(brand: Any) -> None:
    expected = brand.truth("expected_files")
    assert set(expected["status"]) == {"landed", "refused", "duplicate"}
    by_content: dict[bytes, set[str]] = {}
    for source, file, status, _ in expected.iter_rows():
        content = (brand.root / "raw" / source / file).read_bytes()
        by_content.setdefault(content, set()).add(status)
    doubled = expected.filter(pl.col("status") == "duplicate").height
    assert doubled == RATES.file.duplicates
    assert sum(states == {"landed", "duplicate"} for states in by_content.values()) == doubled


def test_identifiers_shown_in_exports_stand_in_the_truth(brand: Any) -> None:
    known = set(brand.truth("identifiers")["identifier"])
    for path in brand.files("pospal_member"):
        for member in json.loads(path.read_text("utf-8"))["data"]["result"]:
            assert {str(member["customerUid"]), member["number"]} <= known
            assert member["phone"] in known | {""}
    for path in brand.files("wechat_oa_user"):
        for user in json.loads(path.read_text("utf-8"))["user_info_list"]:
            assert {user["openid"], user.get("unionid", user["openid"])} <= known
