"""The sensor for new exports: one run when files came, none while they grow."""

import os
from pathlib import Path

import dagster as dg
import pytest

from assets.stores import HomeStore
from pipelines.sensors import on_new_export


@pytest.fixture
def home(tmp_path: Path) -> HomeStore:
    put(tmp_path, "orders_20260620.csv")
    return HomeStore(root=str(tmp_path))


def put(root: Path, name: str, *, age_seconds: int = 3600) -> Path:
    path = root / "raw" / "jd_order" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    moment = path.stat().st_mtime - age_seconds
    os.utime(path, (moment, moment))
    return path


def look(home: HomeStore, cursor: str | None = None) -> dg.RunRequest | dg.SkipReason:
    return on_new_export(dg.build_sensor_context(cursor=cursor), home=home)


def test_a_new_export_asks_for_one_run(home):
    first = look(home)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(look(home, first.run_key), dg.SkipReason)
    put(home.paths.root, "orders_20260621.csv")
    assert isinstance(look(home, first.run_key), dg.RunRequest)


def test_an_empty_home_asks_for_nothing(tmp_path):
    assert isinstance(look(HomeStore(root=str(tmp_path))), dg.SkipReason)


def test_an_export_that_may_still_grow_is_left_alone(home):
    put(home.paths.root, "orders_20260621.csv", age_seconds=5)
    assert isinstance(look(home), dg.SkipReason)


@pytest.mark.parametrize("name", [".20260621_orders.csv.partial", "orders.csv.crdownload"])
def test_a_download_under_way_neither_delays_a_run_nor_asks_for_one(home, name):
    partial = put(home.paths.root, name, age_seconds=5)
    asked = look(home)
    assert isinstance(asked, dg.RunRequest)
    partial.unlink()
    assert isinstance(look(home, asked.run_key), dg.SkipReason)
