"""What the samples say of people: profile, consent, reachability, activity."""

import pytest


@pytest.fixture(scope="module")
def customers(of_samples):
    owners = of_samples.rows("select identifier, customer_id from vault.customer_identifiers")
    by_identifier = dict(owners)
    return {
        "wang": by_identifier["oUnAeiAXePMAa0ae-WV4q7RM-R0C"],
        "li": by_identifier["oUnBHPM1xDX_DuNcKE7dT3IMHHP2"],
        "unfollowed": by_identifier["oOaD6bMZaD0r6OA44AHH-7I4bRKm"],
        "of": by_identifier,
    }


def test_the_profile_shows_what_survives(of_samples, customers):
    profile = of_samples.rows(
        "select display_name, gender, birth_date::varchar, province, city, member_level, "
        "phone_masked, order_count, net_amount::varchar, is_anonymous "
        f"from marts.customers where customer_id = '{customers['wang']}'"
    )

    assert profile[0][:7] == (
        "晓彤同学",
        "female",
        "1995-03-08",
        "浙江省",
        "杭州市",
        "金卡",
        "199****1001",
    )
    # 199 Taobao + 189 Youzan + 149 mini-program + 189 Channels + 199 LinkWeChat
    # + 199 − 199 at the till + 209.05 by member card; the return is no order that counts
    assert profile[0][7:] == (7, "1134.05", False)


def test_money_of_customers_and_of_nobody_is_all_money(of_samples):
    ((customers, nobody, everything),) = of_samples.rows(
        "select (select sum(net_amount) from marts.customers), "
        "(select sum(net_amount) from marts.orders where customer_id is null), "
        "(select sum(net_amount) from marts.orders)"
    )

    assert customers + nobody == everything


def test_consents_are_the_statements_of_the_samples(of_samples, customers):
    states = set(of_samples.rows("select customer_id, purpose, channel, state from marts.consents"))

    assert states == {
        (customers["wang"], "marketing", "sms", "granted"),
        (customers["wang"], "share_to_third_party", "ad_platform", "granted"),
        (customers["wang"], "profile", "app", "withdrawn"),  # asked the app to forget the phone
        (customers["li"], "marketing", "sms", "withdrawn"),
        (customers["li"], "marketing", "wecom", "withdrawn"),
        (customers["li"], "profile", "oa", "withdrawn"),
        (customers["unfollowed"], "marketing", "oa", "withdrawn"),
        (customers["of"]["19900001004"], "marketing", "sms", "withdrawn"),
        (customers["of"]["19900001005"], "marketing", "sms", "withdrawn"),
    }


def test_only_living_relations_are_reachable(of_samples, customers):
    reachable = set(
        of_samples.rows(
            "select customer_id, channel, sender from intermediate.int_contact_points "
            "where is_reachable and channel in ('wecom', 'oa')"
        )
    )

    assert (customers["wang"], "wecom", "guide_zhang") in reachable
    assert (customers["wang"], "wecom", "guide_li") in reachable
    assert (customers["li"], "wecom", "guide_zhang") not in reachable  # deleted the guide
    assert (customers["unfollowed"], "oa", "") not in reachable
    assert (customers["li"], "oa", "") in reachable


def test_a_retried_message_is_one_touch(of_samples):
    ((messages,),) = of_samples.rows(
        "select count(*) from marts.interactions where channel = 'oa' and kind = 'message'"
    )
    ((payments,),) = of_samples.rows(
        "select count(*) from marts.interactions "
        "where source = 'sensors_event' and kind = 'checkout'"
    )

    assert (messages, payments) == (1, 1)


def test_opening_the_mini_program_is_a_login(of_samples, customers):
    activity = of_samples.rows(
        "select login_count from intermediate.int_customer_activity "
        f"where customer_id = '{customers['wang']}' and activity_date = date '2026-06-18'"
    )

    assert activity == [(1,)]


def test_a_new_friend_who_stayed_is_a_referral_and_a_good_rating_is_advocacy(of_samples, customers):
    advocacy = set(
        of_samples.rows("select customer_id, kind from intermediate.int_customer_advocacy")
    )

    assert advocacy == {
        (customers["wang"], "referral"),
        (customers["wang"], "good_review"),
        (customers["li"], "share_visit"),
    }


def test_every_touch_has_an_id_of_its_own(of_samples):
    ((touches, ids),) = of_samples.rows(
        "select count(*), count(distinct interaction_id) from marts.interactions"
    )

    assert touches == ids > 40
