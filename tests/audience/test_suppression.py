"""Suppression lists: an unreadable one is not an empty one."""

import polars as pl
import pytest

from siyu.audience.build import AudienceResult
from siyu.audience.folder import StoppedAudience
from siyu.audience.night import build_audiences, list_memberships, read_suppression_lists
from siyu.audience.suppression import (
    SuppressionListUnavailableError,
    read_suppression_list,
    resolve_suppressions,
    start_suppression_lists,
)

NODES = pl.DataFrame(
    [
        ("phone", "19900001001", "C1"),
        ("phone", "19900001002", None),
        ("wechat_unionid", "oU1", "C3"),
        ("email", "a@example.com", "C4"),
    ],
    schema=["namespace", "identifier", "customer_id"],
    orient="row",
)


def write(folder, text, name="dnc"):
    (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


def suppressed(folder, world, renamed=None):
    found = {"dnc": read_suppression_list(folder, "dnc")}
    contact_points = world.contact_points(("C2", "19900001002", "", None, True), channel="sms")
    return resolve_suppressions(found, NODES, contact_points, renamed=renamed)[
        "customer_id"
    ].to_list()


@pytest.mark.parametrize(
    ("text", "customers"),
    [
        ("namespace,identifier,reason\n", []),
        ("namespace,identifier,reason\nphone,+86 199-0000-1001,asked\n", ["C1"]),
        ("namespace,identifier\nwechat_unionid,oU1\nemail,A@Example.com\n", ["C3", "C4"]),
        ("\ufeffcustomer_id\nC9\n", ["C9"]),
        ("namespace,identifier,customer_id,reason\n,,C9,x\nphone,19900001001,,y\n", ["C1", "C9"]),
        ("namespace,identifier\nphone,19900001009\n", []),
    ],
)
def test_read_suppression_list_finds_people_by_any_identifier(tmp_path, world, text, customers):
    write(tmp_path, text)
    assert suppressed(tmp_path, world) == customers


def test_resolve_suppressions_takes_whoever_would_be_contacted_at_a_shared_number(tmp_path, world):
    write(tmp_path, "namespace,identifier\nphone,19900001002\n")
    assert suppressed(tmp_path, world) == ["C2"]


def test_resolve_suppressions_follows_an_id_that_a_merge_ended(tmp_path, world):
    write(tmp_path, "customer_id\nC7\n")
    renamed = pl.DataFrame({"former_id": ["C7"], "customer_id": ["C1"]})
    assert suppressed(tmp_path, world, renamed) == ["C1", "C7"]


def test_a_list_without_its_heading_tells_nothing_of_its_first_line(tmp_path):
    write(tmp_path, "phone,13958214073,,张三丰 zhang.san@example.com\nphone,13700000042,,\n")
    with pytest.raises(SuppressionListUnavailableError) as refused:
        read_suppression_list(tmp_path, "dnc")
    for told in ("13958214073", "张三丰", "zhang.san", "13700000042"):
        assert told not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "dnc.csv: cannot be read"),
        ("", "dnc.csv:1: the header must be"),
        ("phone\n19900001001\n", "dnc.csv:1: the header must be"),
        ("namespace,phone,姓名\n", "found namespace, 2 other columns"),
        ("namespace,identifier\nphone,\n", "dnc.csv:2: the line names nobody"),
        ("namespace,identifier\n\nphone,1\ntelefon,1\n", "dnc.csv:4: the line has an unknown"),
        ("namespace,identifier\nphone,199****1001\n", "dnc.csv: 1 phone"),
        ('namespace,identifier\nphone,"199\n', "dnc.csv:2: the line is no CSV"),
        (b"namespace,identifier\nphone,\xff\xfe\n", "dnc.csv: is not UTF-8"),
    ],
)
def test_read_suppression_list_refuses_what_it_cannot_read_whole(tmp_path, text, message):
    if text is not None:
        write(tmp_path, text)
    with pytest.raises(SuppressionListUnavailableError) as refused:
        read_suppression_list(tmp_path, "dnc")
    assert message in str(refused.value)
    assert "199" not in str(refused.value)


def test_build_audiences_stops_only_the_audience_whose_list_is_lost(tmp_path, world):
    write(tmp_path, "customer_id\nC1\n", name="kept")
    specs = [
        world.spec(audience="first", suppress=["kept"]),
        world.spec(audience="second", suppress=["kept", "lost"]),
        world.spec(audience="third", frequency_cap={"contacts": 1, "days": 7}),
    ]
    people = ("C1", "C2")
    outcomes = build_audiences(
        specs,
        world.profile(*({"customer_id": who} for who in people)),
        world.contact_points(*((who, f"wm{who}", "guide", None, True) for who in people)),
        world.consents(),
        NODES,
        lists=read_suppression_lists(tmp_path, specs),
        rules=world.rules,
        as_of_date=world.as_of_date,
    )
    first, second, third = outcomes
    assert isinstance(first, AudienceResult)
    assert (first.waterfall.suppressed, first.waterfall.members) == (1, 1)
    assert isinstance(second, StoppedAudience)
    assert "lost.csv: cannot be read" in second.reason
    assert isinstance(third, StoppedAudience)
    assert list_memberships(outcomes)["customer_id"].to_list() == ["C2"]


def test_start_suppression_lists_leaves_a_list_that_exists_alone(tmp_path):
    folder = tmp_path / "suppression"
    start_suppression_lists(folder, ["dnc"])
    write(folder, "customer_id\nC1\n")
    start_suppression_lists(folder, ["dnc", "other"])
    assert read_suppression_list(folder, "dnc").entries["customer_id"].to_list() == ["C1"]
    assert read_suppression_list(folder, "other").entries.is_empty()
    assert (folder / "other.csv").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_start_suppression_lists_that_is_killed_leaves_no_half_written_list(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("siyu.files.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        start_suppression_lists(tmp_path, ["dnc"])
    assert not (tmp_path / "dnc.csv").exists()
