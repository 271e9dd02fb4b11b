"""What of a home goes, and above all what stays."""

import json
import os
import shutil
from datetime import UTC, date, datetime

import dagster as dg
import pytest

from assets import retention
from assets.retained import find_past, remove_past
from assets.stores import HomeStore, ParquetStore, make_home
from assets.warehouse import MANIFEST
from pipelines.definitions import defs
from siyu.home import PAST_HOME, REHEARSAL_HOME, Home
from siyu.privacy.retention import DatedTables, Retention

AS_OF = date(2026, 10, 31)
KEPT, GONE = "2026-10-01", "2026-09-30"  # 30 and 31 days before
ALL = Retention(
    tables=DatedTables(customer_rfm=30),
    audience_files=30,
    rejected_rows=30,
    logs=30,
    run_history=30,
)


@dg.asset
def thing() -> None:
    """Something to run."""


@pytest.fixture
def instance(home):
    folder = home.root / ".dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: pipelines.event_log\n    class: KeptSqliteStorage\n"
        f"    config: {{base_dir: '{folder}'}}\n"
    )
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    make_home(home)
    for day in (KEPT, GONE):
        for table in ("customer_rfm", "customer_tiers"):
            _write(home.exchange / table / f"{day}.parquet", day)
        for name in ("members.csv", "manifest.json"):
            _write(home.audiences / "care" / day / name, day)
        _write(home.quarantine / "jd_order" / f"{day}.rejected.csv", day)
        _write(home.quarantine / "jd_order" / f"{day}.refused.json", day)
        _write(home.reports / f"nightly.{day[:7]}.log", day)
        _write(home.reports / "erasures" / f"{day}.json", day)
        _write(home.raw / "jd_order" / f"{day}.csv", day)
        _write(home.landing / "jd_order" / f"{day}.parquet", day)
        _write(home.ledger / f"{day}.parquet", day)
    _write(home.exchange / "customer_rfm" / "_schema.parquet", GONE)
    return home


def _write(path, day):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("12345")
    # the first second of the day in Shanghai
    seconds = datetime.fromisoformat(f"{day}T00:00:00+08:00").timestamp()
    os.utime(path, (seconds, seconds))


def _files(home):
    files = (path.relative_to(home.root) for path in home.root.rglob("*") if path.is_file())
    return {file.as_posix() for file in files if file.parts[0] != ".dagster"}


EXPECTED_GONE = {
    f"exchange/customer_rfm/{GONE}.parquet",
    f"audiences/care/{GONE}/members.csv",
    f"audiences/care/{GONE}/manifest.json",
    f"quarantine/jd_order/{GONE}.rejected.csv",
    f"reports/nightly.{GONE[:7]}.log",
}


def _sweep(home, instance, rules=ALL):
    past = find_past(home, instance, rules, as_of_date=AS_OF)
    remove_past(home, instance, past)
    return past


def test_only_what_is_past_its_days_goes_and_its_bytes_are_told(home, instance):
    before = _files(home)
    past = _sweep(home, instance)
    assert before - _files(home) == EXPECTED_GONE
    assert sum(one.size for things in past.values() for one in things) == 5 * len(EXPECTED_GONE)
    assert not any(things for things in _sweep(home, instance).values())


def test_without_limits_nothing_is_even_looked_for(home, instance):
    before = _files(home)
    assert _sweep(home, instance, Retention()) == {}
    assert _files(home) == before


def test_finding_deletes_nothing(home, instance):
    before = _files(home)
    assert find_past(home, instance, ALL, as_of_date=AS_OF)["audience_files"]
    assert _files(home) == before


def test_a_sweep_that_was_killed_is_finished_by_the_next(home, instance, monkeypatch):
    deleted = []
    rmtree = shutil.rmtree

    def die(path):
        deleted.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", die)
    with pytest.raises(KeyboardInterrupt):
        _sweep(home, instance)
    assert deleted
    assert not (home.audiences / "care" / GONE).exists()  # never a part of it
    monkeypatch.setattr(shutil, "rmtree", rmtree)
    _sweep(home, instance)
    assert _files(home).isdisjoint(EXPECTED_GONE)
    assert [path.name for path in (home.audiences / "care").iterdir()] == [KEPT]


def test_a_link_leads_to_no_deletion(home, instance, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    _write(elsewhere / "members.csv", GONE)
    (home.audiences / "care" / "2026-01-01").symlink_to(elsewhere)
    (home.reports / "linked.log").symlink_to(elsewhere / "members.csv")
    _sweep(home, instance)
    assert (elsewhere / "members.csv").exists()
    assert (home.reports / "linked.log").exists()


def test_ended_runs_go_with_their_events_and_files(home, instance):
    old = dg.materialize([thing], instance=instance).run_id
    new = dg.materialize([thing], instance=instance).run_id
    _set_created(instance, old, datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    _set_created(instance, new, datetime(2026, 9, 30, 16, 0, tzinfo=UTC))  # 1 October in Shanghai
    past = _sweep(home, instance)
    assert [one.name for one in past["run_history"]] == [old]
    assert past["run_history"][0].size > 0
    assert [run.run_id for run in instance.get_runs()] == [new]
    assert instance.all_logs(new)
    assert not list((home.root / ".dagster" / "history" / "runs").glob(f"{old}*"))


def test_a_run_at_work_is_not_touched(home, instance):
    job = dg.define_asset_job("work").resolve(
        asset_graph=dg.Definitions([thing]).resolve_asset_graph()
    )
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    _set_created(instance, run.run_id, datetime(2020, 1, 1, tzinfo=UTC))
    assert _sweep(home, instance)["run_history"] == []
    assert instance.get_run_by_id(run.run_id)


def _set_created(instance, run_id, moment):
    storage = instance.run_storage
    with storage.connect() as connection:
        connection.exec_driver_sql(
            "update runs set create_timestamp = ? where run_id = ?",
            (moment.strftime("%Y-%m-%d %H:%M:%S.000000"), run_id),
        )


def test_the_night_deletes_as_its_config_says(home, instance, tmp_path, monkeypatch):
    config = tmp_path / "retention.yml"
    config.write_text("audience_files: 30\nrejected_rows: 60\n")
    monkeypatch.setattr(retention, "RETENTION", config)
    store = HomeStore(root=str(home.root))
    for killed in (home.root / PAST_HOME, home.root / REHEARSAL_HOME):
        make_home(Home(killed))
    outcome = dg.materialize(
        [retention.retention],
        instance=instance,
        resources={"home": store, "exchange": ParquetStore(home=store, folder="exchange")},
        tags={"dagster/partition": AS_OF.isoformat()},
    )
    (event,) = outcome.asset_materializations_for_node("retention")
    told = {name: value.value for name, value in event.metadata.items()}
    assert told["audience_files"] == 1
    assert told["rejected_rows"] == 0
    assert told["bytes"] == 10
    assert not (home.audiences / "care" / GONE).exists()
    assert (home.quarantine / "jd_order" / f"{GONE}.rejected.csv").exists()
    assert not (home.root / PAST_HOME).exists() and not (home.root / REHEARSAL_HOME).exists()


def test_every_mart_of_dated_answers_has_a_limit_and_follows_the_same_night():
    nodes = json.loads(MANIFEST.read_bytes())["nodes"].values()
    dated = {node["name"] for node in nodes if node["config"]["materialized"] == "dated"}
    assert dated == set(DatedTables.model_fields)
    graph = defs.resolve_asset_graph()
    for mart in dated:
        key = next(key for key in graph.get_all_asset_keys() if key.path == [mart])
        ancestors = graph.get_ancestor_asset_keys(key)
        assert retention.RETENTION_KEY in ancestors, mart
