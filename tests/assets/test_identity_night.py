"""A night of identity on a home: at the cost of what changed, right after any kill."""

import sys
from copy import deepcopy
from datetime import date
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "identity"))
from brand import RULES, Brand, phone

from assets import identity, identity_memory, ledger, stores
from assets.identity_memory import IdentityMemory
from assets.ledger import Ledger
from assets.likely import write_likely
from assets.stores import HomeStore, ParquetStore, make_home
from siyu.files import replace_file
from siyu.identity.clusters import ClusterTooLargeError
from siyu.identity.difference import UpheavalError
from siyu.identity.rules import ChangeLimits

FIRST, SECOND = date(2026, 6, 20), date(2026, 6, 21)
OBSERVED = ("int_member_identifiers", "int_member_attributes")


class Night:
    """A home whose observations a test writes, and the nights on it."""

    def __init__(self, root: Path) -> None:
        self.home = HomeStore(root=str(root))
        make_home(self.home.paths)
        self.exchange = ParquetStore(home=self.home, folder="exchange")
        self.ledger = Ledger(home=self.home)
        self.memory = IdentityMemory(home=self.home, exchange=self.exchange)
        self.ledger.begin([])
        (self.home.paths.ledger / "hmac.key").write_text("73" * 32)

    def observe(self, brand: Brand) -> "Night":
        for table, rows in zip(OBSERVED, (brand.identifiers(), brand.attributes()), strict=True):
            self.exchange.write(table, rows)
        return self

    def run(self, day: date = FIRST) -> "Night":
        identity.resolve_home(day, self.exchange, self.ledger, self.memory)
        write_likely(self.memory.observed(self.ledger.overrides()), self.exchange)
        return self

    def tables(self) -> dict[str, list[tuple]]:
        names = [name for name in identity.TABLES if name != "identity_links"]
        found = {name: sorted(self.exchange.read(name).rows(), key=repr) for name in names}
        links = self.exchange.read("identity_links")
        return {**found, "identity_links": sorted(links.rows(), key=repr)}

    def stamps(self) -> dict[str, int]:
        folders = self.home.paths.exchange, self.home.paths.ledger
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        return {str(file): file.stat().st_mtime_ns for file in files}


@pytest.fixture
def brand():
    return (
        Brand()
        .record("m", f"pospal:P {phone(1)}", name="王晓彤", verified=True)
        .record("w", "unionid:U1 wecom:E", phone(1), name="王晓彤 敏感肌")
        .record("o", "unionid:U1 oa:O mp@wxA:X")
        .record("p", "mp:X jd:K")
        .record("x", f"unionid:U2 {phone(9)}", phone(1))
        .record("j", "jd:J")
    )


def grown(brand: Brand) -> Brand:
    return brand.record("n", "jd:J unionid:U2").record("q", f"jd:Q {phone(3)}")


@pytest.fixture
def night(tmp_path, brand):
    return Night(tmp_path / "home").observe(brand).run()


@pytest.fixture
def resolved_from_scratch(monkeypatch):
    """Days on which everything was resolved."""
    days: list[date] = []
    whole = identity.resolve_night

    def told(now, last, **settings):
        if last is None:
            days.append(settings["run_date"])
        return whole(now, last, **settings)

    monkeypatch.setattr(identity, "resolve_night", told)
    return days


def test_a_night_without_news_writes_nothing(night, brand, resolved_from_scratch):
    before = night.stamps()
    night.run(SECOND)
    assert night.stamps() == before
    # nor when the same rows come in a new file, in another order
    brand.rows.reverse()
    night.observe(brand).run(SECOND)
    kept = night.stamps()
    assert all(kept[file] == stamp for file, stamp in before.items() if "identity_" in file)
    assert resolved_from_scratch == []


def test_a_night_of_news_is_the_one_from_scratch(night, brand, tmp_path, resolved_from_scratch):
    night.observe(grown(brand)).run(SECOND)
    assert resolved_from_scratch == []
    other = Night(tmp_path / "other").observe(brand)
    other.run(SECOND)
    apart = ("identity_log", "identity_history", "identity_metrics")
    whole, made = other.tables(), night.tables()
    for table in set(whole) - set(apart):
        assert len(made[table]) == len(whole[table])
    # everything thrown away but the ledger: the same ids and tables
    for file in night.home.paths.exchange.rglob("identity_*"):
        if file.is_file():
            file.unlink()
    night.run(SECOND)
    assert resolved_from_scratch == [SECOND, SECOND]
    assert night.tables() == made


def test_news_of_one_hand_off_reach_what_the_others_tell_of_the_same_records(
    tmp_path, resolved_from_scratch, monkeypatch
):
    monkeypatch.setattr("siyu.identity.night.LARGEST_SHARE", 1.0)

    def hand_over(brand: Brand) -> None:
        rows, of_app = brand.identifiers(), pl.col("namespace") == "app_user_id"
        night.exchange.write("int_order_event_identifiers", rows.filter(of_app))
        night.exchange.write("int_marketplace_identifiers", rows.filter(~of_app))
        night.exchange.write("int_order_attributes", brand.attributes())

    brand = Brand().record("o", "jd:1", day=10).record("p", f"jd:1 {phone(1)}", day=20)
    brand.record("u", "user:2", day=1).record("v", f"jd:3 {phone(1)}", name="李建国", verified=True)
    night = Night(tmp_path / "home")
    hand_over(brand)
    night.run()
    brand.record("o", "user:2", day=10)
    hand_over(brand)
    told = night.run(SECOND).tables()
    brand.record("p", name="王晓彤", verified=True)
    hand_over(brand)
    named = night.run(SECOND).tables()
    assert resolved_from_scratch == [FIRST]
    assert told["identity_records"] != named["identity_records"]
    night.memory.forget()
    night.run(SECOND)
    assert resolved_from_scratch == [FIRST, SECOND]
    assert night.tables() == named


def test_where_the_news_reach_most_records_all_are_resolved_to_the_same(
    tmp_path, brand, monkeypatch
):
    made = []
    for share in (0.0, 1.0):
        monkeypatch.setattr("siyu.identity.night.LARGEST_SHARE", share)
        one = Night(tmp_path / str(share)).observe(brand).run()
        made.append(one.observe(grown(deepcopy(brand))).run(SECOND).tables())
    assert made[0] == made[1]


@pytest.mark.parametrize("file", ["made_from.json", "overrides.parquet"])
def test_a_damaged_memory_counts_for_nothing(night, resolved_from_scratch, file):
    before = night.tables()
    (night.home.paths.exchange / "identity_input" / file).write_bytes(b"damaged")
    night.run(SECOND)
    assert resolved_from_scratch == [SECOND]
    assert night.tables() == before


class Killed(BaseException):
    """The process dies here."""


def kill_at(monkeypatch, write: int, *, is_after: bool) -> list[str]:
    """Die at a write; returns the names written so far."""
    written: list[str] = []

    def replaced(path, content, **how):
        if len(written) == write and not is_after:
            raise Killed
        replace_file(path, content, **how)
        written.append(path.name)
        if len(written) > write:
            raise Killed

    for module in (identity_memory, ledger, stores):
        monkeypatch.setattr(module, "replace_file", replaced)
    return written


@pytest.mark.parametrize("is_after", [False, True])
def test_a_night_killed_at_any_write_leaves_the_next_one_right(
    tmp_path, brand, monkeypatch, is_after
):
    undisturbed = Night(tmp_path / "undisturbed").observe(brand).run()
    undisturbed.observe(grown(brand)).run(SECOND)
    expected = undisturbed.tables()
    for write in range(100):
        small = Brand(rows=brand.rows[:-4], stated=brand.stated)
        night = Night(tmp_path / f"{write}-{is_after}").observe(small).run()
        night.observe(brand)
        with monkeypatch.context() as patch:
            written = kill_at(patch, write, is_after=is_after)
            try:
                night.run(SECOND)
            except Killed:
                pass
            else:
                break
        night.run(SECOND)
        assert night.tables() == expected, written
        stamps = night.stamps()
        assert night.run(SECOND).stamps() == stamps, written
    assert write >= 8  # the ledger, the tables that differ, the note


def test_changed_rules_that_change_too_much_stop_before_anything_is_written(night, monkeypatch):
    stricter = RULES.model_copy(
        update={
            "namespaces": {
                name: rule.model_copy(update={"usable": "never"}) if name == "phone" else rule
                for name, rule in RULES.namespaces.items()
            },
            "change_limits": ChangeLimits(split_share=0.1, from_customers=1),
        }
    )
    before = night.stamps()
    monkeypatch.setattr(identity, "load_config", lambda *_: stricter)
    with pytest.raises(UpheavalError, match="siyu identity accept") as stopped:
        night.run(SECOND)
    assert "\n" not in str(stopped.value)
    assert night.stamps() == before
    word = identity_memory.fingerprint_rules(stricter)
    night.ledger.add_rules(word, who="ann", at="2026-06-21", why="phones tie nobody here")
    night.run(SECOND)
    assert "split" in night.exchange.read("identity_log")["event"].to_list()


def test_a_cluster_too_large_stops_with_its_hubs_and_nothing_is_written(night, monkeypatch):
    before = night.stamps()
    small = RULES.model_copy(update={"largest_component": 3})
    monkeypatch.setattr(identity, "load_config", lambda *_: small)
    with pytest.raises(ClusterTooLargeError, match="Most seen in it: ") as stopped:
        night.run(SECOND)
    assert "wechat_unionid" in str(stopped.value) and "\n" not in str(stopped.value)
    assert night.stamps() == before


def test_a_night_of_the_past_logs_under_the_newest_day(night, brand):
    night.observe(grown(brand)).run(date(2026, 1, 1))
    days = night.exchange.read("identity_log")["run_date"]
    assert days.is_sorted() and days.max() == FIRST
    stamps = night.stamps()
    assert night.run(SECOND).stamps() == stamps


def test_an_override_reaches_the_next_night_and_a_later_row_undoes_it(night):
    before = night.tables()
    row = dict(
        zip(
            ("left_namespace", "left_scope", "left_identifier"),
            ("pospal_customer_uid", "", "P"),
            strict=True,
        )
    )
    row |= {"right_namespace": "wechat_unionid", "right_scope": "", "right_identifier": "U1"}
    row |= {"action": "never_link", "who": "ann", "at": "2026-06-21", "why": "two sisters"}
    night.ledger.add_override(row)
    night.run(SECOND)
    nodes = night.exchange.read("identity_nodes")
    assert nodes.filter(pl.col("identifier").is_in(["P", "U1"]))["customer_id"].n_unique() == 2
    night.ledger.add_override({**row, "action": "always_link", "why": "one person after all"})
    night.run(SECOND)
    owners = {
        moment: {row[2]: row[5] for row in tables["identity_nodes"]}
        for moment, tables in (("before", before), ("after", night.tables()))
    }
    assert owners["after"] == owners["before"]
