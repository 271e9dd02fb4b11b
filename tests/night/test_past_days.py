"""A past day answered again gives what its night gave, whatever was learned since."""

import io
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from rich.console import Console

from assets.ledger import Ledger
from assets.project import ROOT
from assets.stores import HomeStore
from assets.versions import find_version
from pipelines.definitions import defs
from pipelines.environment import enter_home
from pipelines.night import run_day
from siyu.files import file_state
from siyu.home import Home
from siyu.identity.ledger import OVERRIDES_SCHEMA
from tests.night.conftest import read_tables

THEN, NOW = "2026-09-28", "2026-09-29"
DATED = ("customer_rfm", "customer_tiers", "audience_members")
MOTHER = ("wechat_unionid", "", "oUnScenario01AAAAAAAAAAAAAAAA")
CARD = ("pospal_customer_uid", "", "8800000000000000001")
STORIES = ("family_phone_joins_its_holder_and_nobody_else", "undone_merge_parts_everything")
FATHER_AND_A_BUYER = {
    "errcode": 0,
    "errmsg": "ok",
    "unionid": "oUnScenario02AAAAAAAAAAAAAAAA",
    "phone_info": {
        "phoneNumber": "19910000100",
        "purePhoneNumber": "19910000100",
        "countryCode": "86",
        "watermark": {"timestamp": 1781748000, "appid": "wx0123456789abcdef"},
    },
}
REFUSAL = """\
subject_type,subject_id,purpose,channel,status,basis,policy_version,source,evidence_ref,effective_at,recorded_at
unionid,oUnScenario01AAAAAAAAAAAAAAAA,marketing,wecom,withdrawn,consent,pp-2026-01,staff,note-1,2026-08-01T10:00:00+08:00,2026-09-29T10:00:00+08:00
"""


def _export(home: Home, name: str, content: bytes) -> None:
    place = home.raw / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _learn_of_the_past(home: Home) -> None:
    """What is told late and lies before the day: orders, who is who, a refusal, decisions."""
    year = (ROOT / "tests/scenarios" / STORIES[1] / "raw/taobao_order/year.csv").read_bytes()
    late = year.replace(b"22319583490300010", b"22319583490300020")
    late = late.replace(b"2026-06-15", b"2026-09-20")
    _export(home, "taobao_order/late.csv", late)
    _export(home, "wxapp_phone/bound.jsonl", json.dumps(FATHER_AND_A_BUYER).encode())
    _export(home, "consent_ledger/refusals.csv", REFUSAL.encode())
    with (home.ledger / "suppression" / "do_not_contact.csv").open("a") as people:
        people.write("phone,19910000101,,asked\n")
    decided = ("never_link", "crm", "2026-09-29T09:00:00", "two")
    row = dict(zip(OVERRIDES_SCHEMA, (*MOTHER, *CARD, *decided), strict=True))
    Ledger(home=HomeStore(root=str(home.root))).add_override(row)


def _hashes(tables: dict[str, list[tuple]]) -> dict[str, str]:
    return {name: sha256(repr(rows).encode()).hexdigest() for name, rows in tables.items()}


def _answers(file: Path, day: str) -> dict[str, str]:
    """Hash of the rows of a day, by table."""
    with duckdb.connect(str(file), read_only=True) as warehouse:
        return _hashes(
            {
                table: sorted(
                    warehouse.execute(
                        f"from marts.{table} where as_of_date = ?::date", [day]
                    ).fetchall(),
                    key=repr,
                )
                for table in DATED
            }
        )


def _files(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _lose(home: Home, day: str) -> None:
    """Take away what a day was answered, as retention does."""
    for table in DATED:
        (home.exchange / table / f"{day}.parquet").unlink()
    for folder in home.audiences.glob(f"*/{day}"):
        shutil.rmtree(folder)


def _run(home: Home, day: str) -> str:
    """`siyu run --as-of`, in this process; returns what it prints."""
    printed = io.StringIO()
    run_day(home.root, date.fromisoformat(day), Console(file=printed, width=1000))
    return printed.getvalue()


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Iterator[tuple[Home, Path]]:
    """A home after two nights, the second of which learned much about the time before the first."""
    home = Home(tmp_path_factory.mktemp("grown"))
    for story in STORIES:
        shutil.copytree(ROOT / "tests/scenarios" / story / "raw", home.raw, dirs_exist_ok=True)
    environment = dict(os.environ)
    enter_home(home.root)
    _run(home, THEN)
    given = home.root.parent / "audiences_then"
    shutil.copytree(home.audiences, given)
    _learn_of_the_past(home)
    _run(home, NOW)
    yield home, given
    os.environ.clear()
    os.environ.update(environment)


def _undisturbed(home: Home) -> dict[str, object]:
    """What answering a past day must leave as it is; the next night finds nothing to do."""
    tables = read_tables(home)
    landed = [file for file in sorted(home.landing.rglob("*")) if file.is_file()]
    handed = [file for file in sorted(home.exchange.rglob("*")) if file.is_file()]
    return {
        "ledger": _files(home.ledger),
        "landing": {str(file): file_state(file) for file in landed},
        "exchange": {str(file): file_state(file) for file in handed if THEN not in file.name},
        "newest": _answers(home.published_database, NOW),
        "tables": _hashes({name: rows for name, rows in tables.items() if name not in DATED}),
        "audiences": {day: _files(day) for day in sorted(home.audiences.glob(f"*/{NOW}"))},
    }


def test_a_past_day_is_answered_as_its_night_answered_it(grown):
    home, given = grown
    then = _answers(find_version(home, THEN).path, THEN)
    now = _answers(home.published_database, NOW)
    assert all(then[table] != now[table] for table in DATED)
    before = _undisturbed(home)
    _lose(home, THEN)
    assert "answered from what was known to its night" in _run(home, THEN)
    assert _answers(home.published_database, THEN) == then
    for folder in sorted(given.glob(f"*/{THEN}")):
        assert _files(home.audiences / folder.parent.name / THEN) == _files(folder), folder
    assert _undisturbed(home) == before
    assert find_version(home, "current").as_of_date.isoformat() == NOW


def _nightly() -> dg.JobDefinition:
    return defs.resolve_job_def("nightly")


def test_a_backfill_in_dagster_answers_as_then(grown):
    home, _ = grown
    then = _answers(find_version(home, "1").path, THEN)
    before = _undisturbed(home)
    _lose(home, THEN)
    with dg.DagsterInstance.get() as instance:
        outcome = dg.execute_job(
            dg.reconstructable(_nightly),
            instance=instance,
            tags={"dagster/partition": THEN, "dagster/backfill": "few"},
        )
        steps = {event.step_key for event in outcome.all_events if event.is_successful_output}
        run = instance.get_run_by_id(outcome.run_id)
    assert outcome.success
    assert steps == {"exchange__customer_rfm", "exchange__customer_tiers", "audiences"}
    assert run is not None and run.tags["siyu/answered_from"] == THEN
    assert _answers(home.published_database, THEN) == then
    assert _undisturbed(home) == before
