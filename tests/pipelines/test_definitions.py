"""The machine as Dagster sees it, held by a snapshot; rewrite it with `make golden`."""

import json
from datetime import datetime
from pathlib import Path

import dagster as dg

from assets.warehouse import MANIFEST
from pipelines.definitions import defs
from pipelines.schedules import SHANGHAI, nightly_daily

SNAPSHOT = Path(__file__).with_name("definitions.json")


def describe_definitions() -> dict[str, object]:
    """Asset keys by group, jobs with the groups they select, crons and sensors."""
    repository = defs.get_repository_def()
    group_of = {spec.key: spec.group_name or "" for spec in defs.resolve_all_asset_specs()}
    groups: dict[str, list[str]] = {}
    for key, group in group_of.items():
        groups.setdefault(group, []).append(key.to_user_string())
    return {
        "assets": {group: sorted(set(keys)) for group, keys in sorted(groups.items())},
        "jobs": {
            job.name: sorted({group_of[key] for key in job.asset_layer.executable_asset_keys})
            for job in repository.get_all_jobs()
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: [schedule.cron_schedule, schedule.execution_timezone]
            for schedule in repository.schedule_defs
        },
        "sensors": sorted(sensor.name for sensor in repository.sensor_defs),
    }


def test_definitions_are_as_in_the_snapshot():
    assert describe_definitions() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_asset_has_group_kind_owner_and_description():
    for spec in defs.resolve_all_asset_specs():
        name = spec.key.to_user_string()
        assert spec.group_name and spec.group_name != "default", name
        assert spec.kinds, name
        assert spec.owners, name
        assert spec.description and len(spec.description) > 15, name


def test_every_dbt_test_is_a_check_of_an_asset():
    nodes = json.loads(MANIFEST.read_bytes())["nodes"].values()
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    checks = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    assert tests - checks == set()


def test_the_night_runs_as_of_the_day_that_has_ended():
    tick = datetime(2026, 11, 1, 2, 0, tzinfo=SHANGHAI)
    request = nightly_daily(dg.build_schedule_context(scheduled_execution_time=tick))
    assert request.partition_key == "2026-10-31"


def test_runs_say_for_which_day_and_what_started_them(monkeypatch):
    monkeypatch.setenv("SIYU_HOME", "/srv/brand")
    tick = datetime(2026, 11, 1, 2, 0, tzinfo=SHANGHAI)
    request = nightly_daily(dg.build_schedule_context(scheduled_execution_time=tick))
    assert request.tags["siyu/as_of"] == "2026-10-31"
    assert request.tags["siyu/kind"] == "schedule" and request.tags["siyu/home"] == "/srv/brand"


def test_what_people_read_in_the_morning_has_a_freshness_policy():
    fresh = {spec.key.path[0] for spec in defs.resolve_all_asset_specs() if spec.freshness_policy}
    assert {"landing", "audiences", "published_warehouse"} <= fresh


if __name__ == "__main__":
    text = json.dumps(describe_definitions(), ensure_ascii=False, indent=1)
    SNAPSHOT.write_text(text + "\n", encoding="utf-8")
