"""Tables made file by file: night after night they hold what a build from nothing makes."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import load_sources
from tests.warehouse.conftest import CONFIG, LOADED_AT, SAMPLES, Warehouse, land, resolve

BY_FILE = {
    "staging.base_events__superseded",
    "intermediate.int_profiles_forgotten",
    "intermediate.int_sensors_names",
    "intermediate.int_tracked_combinations",
    "intermediate.int_tracked_profiles",
    "intermediate.int_touches_resolved",
}
NOON = 1781784000000  # 2026-06-18 12:00:00 UTC


def _event(number: int, who: str, event: str = "ViewProduct", **fields: object) -> dict:
    properties = fields.pop("properties", {})
    return {
        "_track_id": number,
        "time": NOON + number * 1000,
        "type": "track",
        "event": event,
        "distinct_id": who,
        "project": "default",
        "properties": properties,
        **fields,
    }


def _sign_up(number: int, login: str, device: str) -> dict:
    return _event(number, login, "$SignUp", type="track_signup", original_id=device)


def _profile(number: int, login: str, phone: str) -> dict:
    return _event(
        number, login, "", type="profile_set", login_id=login, properties={"phone": phone}
    )


FIRST_WEEK = [
    _event(1, "device-1"),
    _event(2, "M1"),  # nothing says yet that it is a login
    _event(3, "M2", login_id="M2", anonymous_id="device-2"),
    _profile(4, "M2", "19900001001"),
    _event(
        5, "device-3", "$MPLaunch", anonymous_id="device-3", properties={"$share_distinct_id": "M7"}
    ),
    _event(6, "M3", "PayOrder", login_id="M3", properties={"order_id": "A1"}),
    _event(7, "M4", "", type="profile_delete", login_id="M4"),
]
SECOND_WEEK = [_event(10, "device-4", anonymous_id="device-4")]


class Nights:
    """A home that grows, and at any moment the tables of one made from the same exports."""

    def __init__(self, root: Path) -> None:
        self.grown = land(
            root / "grown", {"wechat_oa_event": [SAMPLES / "wechat_oa_events.xml.log"]}
        )
        self.home = self.grown.home
        self.fresh = root / "fresh"

    def receive(self, name: str, events: list[dict], source: str = "sensors_event") -> None:
        folder = self.home.raw / source
        folder.mkdir(exist_ok=True)
        lines = "".join(json.dumps(event) + "\n" for event in events)
        (folder / name).write_text(lines)

    def grow(self) -> None:
        """One night."""
        sources = load_sources(CONFIG / "sources")
        staged = stage_exports(self.home, sources, loaded_at=LOADED_AT)
        admit_exports(self.home, sources, staged, {})
        _build(self.grown)

    def run(self) -> dict[str, list[tuple]]:
        """One night; what the tables hold then, which is what a build from nothing makes."""
        self.grow()
        shutil.rmtree(self.fresh, ignore_errors=True)
        shutil.copytree(self.home.landing, self.fresh / "landing")
        shutil.copytree(self.home.exchange, self.fresh / "exchange")
        fresh = Warehouse(Home(self.fresh))
        fresh.home.warehouse.mkdir()
        _build(fresh)
        grown = _tables(self.grown)
        assert grown == _tables(fresh)
        return grown

    def mark(self, table: str, column: str, file: str) -> None:
        """Write into rows of a file what no build would write."""
        with duckdb.connect(str(self.home.build_database)) as connection:
            connection.execute(
                f"update intermediate.{table} set {column} = 'mark' where _source_file = ?", [file]
            )


def _build(warehouse: Warehouse) -> None:
    warehouse.build("run", "--select", "+int_identifiers_observed", "+int_attributes_observed")
    resolve(warehouse)
    warehouse.build("run", "--select", "+interactions", "int_profiles_forgotten")
    wrong = [f"{k}: {v}" for k, v in warehouse.outcomes.items() if not v.startswith("success")]
    assert not wrong, "\n".join(wrong)


def _tables(warehouse: Warehouse) -> dict[str, list[tuple]]:
    return {
        table: sorted(
            warehouse.rows(f"from {table} select columns(c -> c <> 'file_state')"), key=repr
        )
        for table in BY_FILE
    }


def _owners(nights: Nights) -> dict[str, str | None]:
    rows = nights.grown.rows(
        "select identifier, customer_id from intermediate.int_touches_resolved"
    )
    return dict(rows)


@pytest.fixture
def nights(tmp_path):
    nights = Nights(tmp_path)
    nights.receive("sensors_20260618.jsonl", FIRST_WEEK)
    nights.receive("sensors_20260625.jsonl", SECOND_WEEK)
    nights.run()
    return nights


def _namespaces(tables: dict[str, list[tuple]], identifier: str) -> set[str]:
    return {
        value
        for row in tables["intermediate.int_touches_resolved"]
        if identifier in row
        for value in row
        if value in ("app_user_id", "anonymous_id")
    }


def test_a_new_file_leaves_the_rows_of_others_where_they_are(nights):
    places = "select interaction_id, rowid from intermediate.int_touches_resolved"
    before = dict(nights.grown.rows(places))
    nights.receive("it's '2026'.jsonl", [_event(20, "device-5")])
    nights.run()
    after = dict(nights.grown.rows(places))
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()


def test_rows_that_no_export_makes_fail_the_night(nights):
    for file in ("sensors_20260618.jsonl", "sensors_20260625.jsonl", "wechat_oa_events.xml.log"):
        nights.mark("int_touches_resolved", "event_name", file)
    nights.receive("sensors_20260702.jsonl", [_event(20, "device-5")])
    with pytest.raises(AssertionError, match="int_touches_resolved: the rows of"):
        nights.grow()


def test_a_login_told_later_makes_older_events_the_accounts(nights):
    assert _namespaces(_tables(nights.grown), "M1") == {"anonymous_id"}
    nights.receive("sensors_20260702.jsonl", [_sign_up(20, "M1", "device-9")])
    assert _namespaces(nights.run(), "M1") == {"app_user_id"}


def test_a_login_told_later_owns_the_visits_it_shared(nights):
    assert _namespaces(_tables(nights.grown), "M7") == {"anonymous_id"}
    nights.receive("sensors_20260702.jsonl", [_event(20, "M7", login_id="M7")])
    assert _namespaces(nights.run(), "M7") == {"app_user_id"}


def test_an_export_that_repeats_older_events_takes_their_place(nights):
    before = len(_tables(nights.grown)["intermediate.int_touches_resolved"])
    nights.receive("sensors_20260702.jsonl", [*FIRST_WEEK[:3], _event(20, "device-1")])
    after = nights.run()["intermediate.int_touches_resolved"]
    assert len(after) == before + 1
    assert sum("sensors_20260702.jsonl" in row for row in after) == 4


SEGMENT = {
    "type": "track",
    "userId": "M2",
    "anonymousId": "cookie",
    "event": "Signed In",
    "timestamp": "2026-06-18T12:00:00Z",
}


def _superseded(nights: Nights) -> dict[tuple[str, int], int]:
    """File and line → where the row lies."""
    rows = nights.grown.rows(
        "select _source_file, _line_number, rowid from staging.base_events__superseded"
    )
    return {(file, line): place for file, line, place in rows}


def test_a_new_file_adds_the_rows_it_replaces_and_leaves_the_others(nights):
    def messages(*ids: str) -> list[dict]:
        return [{**SEGMENT, "messageId": message} for message in ids]

    no_number = {key: value for key, value in FIRST_WEEK[1].items() if key != "_track_id"}
    nights.receive("segment_1.jsonl", messages("a", "b", "a", "c"), "segment_event")
    nights.receive("sensors_20260626.jsonl", [*SECOND_WEEK, no_number])
    nights.run()
    before = _superseded(nights)
    assert before.keys() == {("segment_1.jsonl", 1), ("sensors_20260625.jsonl", 1)}

    nights.receive("segment_2.jsonl", messages("b", "d", "d"), "segment_event")
    nights.receive("sensors_20260703.jsonl", [no_number, *SECOND_WEEK])
    nights.run()
    after = _superseded(nights)
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {
        ("segment_1.jsonl", 2),
        ("segment_2.jsonl", 2),
        ("sensors_20260626.jsonl", 1),
        ("sensors_20260626.jsonl", 2),
    }


@pytest.mark.parametrize(
    "damage",
    [
        "delete from staging.base_events__superseded",
        "insert into staging.base_events__superseded "
        "select source, _source_file, 2, _loaded_at from staging.base_events__superseded",
    ],
)
def test_a_replaced_row_too_few_or_too_many_fails_the_night(nights, damage):
    for file in ("sensors_20260618.jsonl", "sensors_20260625.jsonl"):
        (nights.home.raw / "sensors_event" / file).unlink()
    for file in (nights.home.landing / "sensors_event").iterdir():
        file.unlink()
    nights.receive("sensors_20260626.jsonl", [SECOND_WEEK[0], *SECOND_WEEK, _event(11, "device-4")])
    nights.run()
    with duckdb.connect(str(nights.home.build_database)) as connection:
        connection.execute(damage)
    nights.receive("sensors_20260702.jsonl", [_event(20, "device-5")])
    with pytest.raises(AssertionError, match="base_events__superseded: the rows of"):
        nights.grow()


def test_a_new_owner_is_told_to_old_touches(nights):
    before = _owners(nights)
    assert before["M2"] != before["M3"]
    nights.receive("sensors_20260702.jsonl", [_profile(20, "M3", "19900001001")])
    nights.run()
    after = _owners(nights)
    assert after["M2"] == after["M3"] != None  # noqa: E711


def test_what_a_lost_or_grown_file_said_is_gone_or_added(nights):
    (nights.home.raw / "sensors_event" / "sensors_20260618.jsonl").unlink()
    nights.receive("sensors_20260625.jsonl", [*SECOND_WEEK, _event(30, "device-8")])
    for parquet in (nights.home.landing / "sensors_event").glob("[0-9a-f]*"):
        if parquet.suffix == ".parquet" and b"device-1" in parquet.read_bytes():
            parquet.unlink()
            parquet.with_suffix(".json").unlink()
    nights.run()
    owners = _owners(nights)
    assert "device-8" in owners
    assert "device-1" not in owners


def test_two_sources_may_name_a_file_alike(nights):
    message = {**SEGMENT, "messageId": "a1"}
    nights.receive("sensors_20260618.jsonl", [message], source="segment_event")
    touches = nights.run()["intermediate.int_touches_resolved"]
    assert sum("segment_event" in row for row in touches) == 1


def test_a_full_refresh_makes_every_row_anew(nights):
    nights.mark("int_touches_resolved", "event_name", "sensors_20260618.jsonl")
    nights.grown.build("run", "--full-refresh", "--select", "int_touches_resolved")
    nights.run()
