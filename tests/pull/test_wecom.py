"""Pulls from WeCom, against a local server that answers as channels.md documents."""

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest
from pytest_httpserver import HTTPServer

from siyu.ingest.landing import admit_exports, stage_exports
from siyu.pull.failures import PullInterruptedError, PullRefusedError
from tests.pull.conftest import NOW, Puller
from tests.pull.wecom_server import GET_BY_USER, SECRET, Wecom, sample


@pytest.fixture(scope="module")
def http_server() -> Iterator[HTTPServer]:
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def wecom(http_server: HTTPServer, puller: Puller, shows_no: Callable[[str], None]) -> Wecom:
    http_server.clear()
    puller.secrets = {"WECOM_SECRET": SECRET}
    shows_no(SECRET)
    shows_no("token-1-y")
    shows_no("token-2-y")
    return Wecom(http_server)


def test_pages_follow_the_cursor_and_are_kept_as_they_came(wecom: Wecom, puller: Puller):
    pull = puller.declare("crm", wecom.declaration("customers"))
    assert puller.pull(pull).files == 2
    raw = puller.raw()
    assert [json.loads(content) for content in raw.values()] == list(wecom.pages.values())
    assert all(name.startswith("wecom_customer/crm/20261203010000_0000") for name in raw)
    assert wecom.calls == {
        "gettoken": 1,
        "externalcontact/get_follow_user_list": 1,
        GET_BY_USER: 2,
    }


def test_pulled_customers_land_also_without_unionid(wecom: Wecom, puller: Puller):
    puller.pull(puller.declare("crm", wecom.declaration("customers", "group_members")))
    staged = stage_exports(puller.home, puller.sources, loaded_at=NOW)
    files = admit_exports(puller.home, puller.sources, staged, {})
    assert set(files["status"]) == {"landed"}, files["reason"].to_list()
    customers = pl.read_parquet(puller.home.landing / "wecom_customer" / "[0-9a-f]*.parquet")
    assert customers.sort("external_userid", "staff_userid").select(
        "external_userid", "unionid", "staff_userid", "add_way"
    ).rows() == [
        ("wmSyNtAf8VicOenD6gaWTW3Lqy-KQ", "oUnAeiAXePMAa0ae-WV4q7RM-R0C", "guide_li", 201),
        ("wmSyNtAf8VicOenD6gaWTW3Lqy-KQ", "oUnAeiAXePMAa0ae-WV4q7RM-R0C", "guide_zhang", 1),
        ("wmSyNtBnV7WeP5XvMphAUCVevq1cQ", "oUnBHPM1xDX_DuNcKE7dT3IMHHP2", "guide_zhang", 2),
        ("wmSyNtCDWH4NwytHUEvgLhNFD4SVw", None, "guide_li", 10),
        ("woSyNtEnterpriseContact0000000001", None, "guide_li", 4),
    ]
    members = pl.read_parquet(puller.home.landing / "wecom_group_member" / "[0-9a-f]*.parquet")
    assert members.height == 8  # two groups of four


def test_the_same_answers_add_nothing_whatever_their_cursor(wecom: Wecom, puller: Puller):
    pull = puller.declare("crm", wecom.declaration("customers", "tags", "groups"))
    puller.pull(pull)
    before = puller.raw()
    assert len(before) == 4
    second = wecom.pages.pop("r9FqSqsI8fgNbHLHE5QoCP50UIg2cFQbfma3l2QsmwI")
    wecom.pages[""]["next_cursor"] = "another"
    wecom.pages["another"] = second
    again = puller.pull(pull)
    assert (again.files, again.unchanged) == (0, 4)
    assert puller.raw() == before


def test_an_answer_whose_raw_file_is_gone_is_written_again(wecom: Wecom, puller: Puller):
    pull = puller.declare("crm", wecom.declaration("customers"))
    puller.pull(pull)
    first = next(iter(puller.raw()))
    (puller.home.raw / first).unlink()
    again = puller.pull(pull)
    assert (again.files, again.unchanged) == (1, 1)


def test_an_answer_said_before_and_unsaid_since_is_written_again(wecom: Wecom, puller: Puller):
    pull = puller.declare("crm", wecom.declaration("customers"))
    puller.pull(pull)
    contact = wecom.pages[""]["external_contact_list"][0]["external_contact"]
    contact["name"] = "换了名字"
    assert puller.pull(pull).files == 1
    contact["name"] = "晓彤同学"
    assert puller.pull(pull).files == 1
    staged = stage_exports(puller.home, puller.sources, loaded_at=NOW)
    statuses = admit_exports(puller.home, puller.sources, staged, {})["status"]
    assert statuses.to_list() == ["landed"] * 4
    assert puller.pull(pull).files == 0


@pytest.mark.parametrize("ended", [42001, 40014])
def test_an_ended_token_is_fetched_anew(wecom: Wecom, puller: Puller, ended: int):
    wecom.fail(GET_BY_USER, ended)
    assert puller.pull(puller.declare("crm", wecom.declaration("customers"))).files == 2
    assert (wecom.calls["gettoken"], wecom.calls[GET_BY_USER]) == (2, 3)


def test_tokens_that_are_never_good_end_the_pull(wecom: Wecom, puller: Puller):
    wecom.fail(GET_BY_USER, *[42001] * 9)
    with pytest.raises(PullRefusedError, match="every new access token is refused"):
        puller.pull(puller.declare("crm", wecom.declaration("customers")))
    assert wecom.calls["gettoken"] == 4  # the one that ended, and three more


@pytest.mark.parametrize("busy", [45009, 45033, -1, 503, 429, "<html>bad gateway</html>"])
def test_a_busy_service_is_asked_again(wecom: Wecom, puller: Puller, busy: object):
    wecom.fail(GET_BY_USER, busy, busy)
    assert puller.pull(puller.declare("crm", wecom.declaration("customers"))).files == 2
    assert wecom.calls[GET_BY_USER] == 4


def test_a_service_that_stays_busy_ends_the_pull_and_the_next_one_goes_on(
    wecom: Wecom, puller: Puller
):
    pull = puller.declare("crm", wecom.declaration("tags", "customers"))
    wecom.fail(GET_BY_USER, *[45009] * 4)
    with pytest.raises(
        PullInterruptedError, match=r"crm: WeCom .*45009 api freq out of limit: the"
    ):
        puller.pull(pull)
    assert len(puller.raw()) == 1
    assert puller.state(pull).pulled_at is None
    wecom.failures.clear()
    assert puller.pull(pull).files == 2
    assert len(puller.raw()) == 3


def test_a_pull_cut_between_pages_repeats_without_loss_and_writes_nothing_twice(
    wecom: Wecom, puller: Puller
):
    pull = puller.declare("crm", wecom.declaration("customers"))
    first_page = wecom.pages[""]
    second_page = wecom.pages.pop(first_page["next_cursor"])
    with pytest.raises(PullInterruptedError, match="HTTP status 500"):
        puller.pull(pull)  # the server stumbles over the cursor
    assert len(puller.raw()) == 1
    wecom.pages[first_page["next_cursor"]] = second_page
    # a killed run takes no note of anything
    (puller.home.pulls / "crm.json").unlink()
    assert puller.pull(pull).files == 1
    assert len(puller.raw()) == 2


def test_a_pull_killed_between_pages_repeats_without_loss(wecom: Wecom, puller: Puller):
    pull = puller.declare("crm", wecom.declaration("tags", "customers"))
    reached, goes_on = threading.Event(), threading.Event()

    def second_page(body: dict[str, Any]) -> dict[str, Any]:
        if body["cursor"]:
            reached.set()
            goes_on.wait(60)
        return wecom.pages[body["cursor"]]

    wecom.customers = second_page
    killed = multiprocessing.get_context("fork").Process(target=puller.pull, args=(pull,))
    killed.start()
    assert reached.wait(60)
    killed.kill()
    killed.join()
    goes_on.set()
    assert len(puller.raw()) == 2  # tags and the first page, each whole
    puller.pulls += 1
    assert puller.pull(pull).files == 1
    assert len(puller.raw()) == 3
    assert puller.pull(pull).files == 0


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (48002, "the app may not call this API"),
        (60011, "may not see these staff"),
        (84074, "no permission"),
        (40096, "external_userid"),
        (45099, "look the code up"),
    ],
)
def test_a_refusal_is_told_once_with_what_to_do(
    wecom: Wecom, puller: Puller, code: int, advice: str
):
    wecom.fail(GET_BY_USER, code)
    with pytest.raises(PullRefusedError, match=f"error {code} .*{advice}"):
        puller.pull(puller.declare("crm", wecom.declaration("customers")))
    assert wecom.calls[GET_BY_USER] == 1
    assert puller.raw() == {}


def test_staff_without_customers_do_not_hide_the_others(wecom: Wecom, puller: Puller):
    wecom.fail(GET_BY_USER, 84061)  # for the three together; then each is asked alone
    wecom.pages[""]["next_cursor"] = ""
    pull = puller.declare("crm", wecom.declaration("customers"))
    pulled = puller.pull(pull)
    assert (pulled.files, pulled.unchanged) == (1, 1)
    asked = [body["userid_list"] for path, body in wecom.bodies if path == GET_BY_USER]
    assert asked == [wecom.staff, ["guide_zhang"], ["guide_li"], ["guide_new"]]


def test_no_staff_in_sight_is_no_corporation_without_customers(wecom: Wecom, puller: Puller):
    wecom.staff = []
    with pytest.raises(PullRefusedError, match="sees no staff"):
        puller.pull(puller.declare("crm", wecom.declaration("customers")))


def test_a_wrong_secret_is_refused_and_not_shown(
    wecom: Wecom, puller: Puller, shows_no: Callable[[str], None]
):
    shows_no("wrong-secret-3")
    puller.secrets = {"WECOM_SECRET": "wrong-secret-3"}
    with pytest.raises(PullRefusedError, match="40001 invalid credential: the secret is not"):
        puller.pull(puller.declare("crm", wecom.declaration("customers")))
    assert wecom.calls["gettoken"] == 1


def test_no_answer_at_all_may_be_tried_again(wecom: Wecom, puller: Puller):
    settings = wecom.declaration("customers", base_url="http://127.0.0.1:1")
    with pytest.raises(PullInterruptedError, match="gettoken: no answer"):
        puller.pull(puller.declare("crm", settings))


def test_pages_that_go_round_end_the_pull(wecom: Wecom, puller: Puller):
    wecom.pages["round"] = {**wecom.pages[""], "next_cursor": "round"}
    wecom.pages[""]["next_cursor"] = "round"
    with pytest.raises(PullRefusedError, match="go round in a circle"):
        puller.pull(puller.declare("crm", wecom.declaration("customers")))


def test_messages_go_on_from_the_cursor_of_the_last_pull(wecom: Wecom, puller: Puller):
    messages = sample("wecom_kf_sync_msg.json")
    short = {**messages, "msg_list": messages["msg_list"][:1], "has_more": 1, "next_cursor": "c1"}
    rest = {**messages, "msg_list": messages["msg_list"][1:], "next_cursor": "c2"}
    nothing = {"errcode": 0, "errmsg": "ok", "next_cursor": "c2", "has_more": 0, "msg_list": []}
    wecom.messages = {"": short, "c1": rest, "c2": nothing}
    account = {"service_accounts": "[wkSyNtAAAAkf0000000000000000001]"}
    pull = puller.declare("crm", wecom.declaration("service_messages", **account))
    assert puller.pull(pull).files == 2
    assert puller.state(pull).cursors == {"wkSyNtAAAAkf0000000000000000001": "c2"}
    assert puller.pull(pull).files == 0
    assert [body["cursor"] for path, body in wecom.bodies if path == "kf/sync_msg"] == [
        "",
        "c1",
        "c2",
    ]


def test_acquired_customers_are_asked_for_link_by_link(wecom: Wecom, puller: Puller):
    links = {"links": "[caLINK1, caLINK2]"}
    pull = puller.declare("crm", wecom.declaration("acquisition_customers", **links))
    pulled = puller.pull(pull)
    assert (pulled.files, pulled.unchanged) == (1, 1)  # both links answer the same here
    assert [body["link_id"] for _, body in wecom.bodies] == ["caLINK1", "caLINK2"]
