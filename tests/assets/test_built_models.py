import copy
import shutil

import orjson
import pytest

from assets.built_models import BuiltModels, ModelPrints, copy_built
from assets.project import manifest_path
from assets.stores import make_home
from siyu.home import Home

MANIFEST = orjson.loads(manifest_path().read_bytes())
NODES = [
    unique_id
    for unique_id, node in MANIFEST["nodes"].items()
    if node["config"]["materialized"] != "ephemeral"
]
HANDOFFS = [
    node["name"]
    for node in MANIFEST["nodes"].values()
    if node["config"]["materialized"] == "handoff"
]
SENSORS = "source.siyu.landing.sensors_event"


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    make_home(home)
    (home.landing / "sensors_event").mkdir()
    return home


def _build(home, manifest=MANIFEST):
    """What was built, as a run of dbt leaves it."""
    prints = ModelPrints(manifest, home)
    pending = BuiltModels(home).pending(NODES, prints)
    with BuiltModels(home).building(pending, prints):
        home.build_database.write_bytes(b"tables")
        for name in HANDOFFS:
            (home.exchange / f"{name}.parquet").write_bytes(b"rows")
    return pending


def _pending(home, manifest=MANIFEST):
    return set(BuiltModels(home).pending(NODES, ModelPrints(manifest, home)))


def _reads(unique_id, source):
    """Whether a node is made from a source, asked of the manifest alone."""
    if unique_id == source:
        return True
    parents = MANIFEST["nodes"].get(unique_id, {}).get("depends_on", {}).get("nodes", [])
    return any(_reads(parent, source) for parent in parents)


def test_a_new_home_builds_everything_and_then_nothing(home):
    assert sorted(_build(home)) == sorted(NODES)
    assert _pending(home) == set()


def test_a_folder_in_the_place_of_the_record_counts_as_a_damaged_record(home):
    first = _build(home)
    BuiltModels(home).file.unlink()
    BuiltModels(home).file.mkdir()
    assert _build(home) == first
    assert BuiltModels(home).file.is_file()


def test_a_new_export_builds_what_is_made_from_it_and_leaves_its_view(home):
    _build(home)
    (home.landing / "sensors_event" / "abc.parquet").write_bytes(b"rows")
    expected = {unique_id for unique_id in NODES if _reads(unique_id, SENSORS)}
    views_of_exports = {
        unique_id
        for unique_id in expected
        if MANIFEST["nodes"][unique_id]["config"]["materialized"] == "view"
        and not any(_reads(unique_id, other) for other in expected - {unique_id})
    }
    assert _pending(home) == expected - views_of_exports
    assert "model.siyu.interactions" in expected
    assert "model.siyu.orders" not in expected


def test_a_rewritten_or_removed_hand_off_is_built_again(home):
    _build(home)
    name = HANDOFFS[0]
    for change in (lambda file: file.write_bytes(b"other"), lambda file: file.unlink()):
        change(home.exchange / f"{name}.parquet")
        (pending, *after) = BuiltModels(home).pending(NODES, ModelPrints(MANIFEST, home))
        assert pending == f"model.siyu.{name}"
        assert all(_reads(unique_id, pending) for unique_id in after)


def test_a_changed_model_builds_itself_and_what_is_made_from_it(home):
    _build(home)
    changed = copy.deepcopy(MANIFEST)
    changed["nodes"]["model.siyu.orders"]["raw_code"] += "\n-- another thought"
    expected = {unique_id for unique_id in NODES if _reads(unique_id, "model.siyu.orders")}
    assert _pending(home, changed) == expected
    assert expected > {"model.siyu.orders", "model.siyu.customers"}


def test_rows_made_file_by_file_are_made_anew_when_a_view_they_read_is_rewritten(home):
    touches = ["model.siyu.int_touches_resolved"]
    prints = ModelPrints(MANIFEST, home)
    assert not BuiltModels(home).are_rewritten(touches, prints)  # nothing stands
    _build(home)
    (home.landing / "sensors_event" / "abc.parquet").write_bytes(b"rows")
    assert not BuiltModels(home).are_rewritten(touches, ModelPrints(MANIFEST, home))
    changed = copy.deepcopy(MANIFEST)
    changed["nodes"]["model.siyu.stg_sensors__events"]["raw_code"] += "\n-- another thought"
    assert BuiltModels(home).are_rewritten(touches, ModelPrints(changed, home))


def test_hand_offs_of_models_that_are_no_more_are_taken_away(home):
    (home.exchange / "int_identifiers_observed.parquet").write_bytes(b"a view today")
    (home.exchange / "int_former_identifiers.parquet").write_bytes(b"of a model that is gone")
    _build(home)
    left = {file.stem for file in home.exchange.glob("int_*.parquet")}
    assert left == set(HANDOFFS)


def test_a_changed_macro_builds_everything(home):
    _build(home)
    changed = copy.deepcopy(MANIFEST)
    changed["macros"]["macro.siyu.scrub"]["macro_sql"] += " "
    assert _pending(home, changed) == set(NODES)


@pytest.mark.parametrize(
    "damage",
    [
        lambda home: home.build_database.unlink(),
        lambda home: home.build_database.write_bytes(b"other tables"),
        lambda home: home.build_database.with_name("build.duckdb.wal").write_bytes(b"killed"),
        lambda home: (home.warehouse / "built.json").write_bytes(b'{"database": ['),
        lambda home: (home.warehouse / "built.json").write_bytes(b'{"handoffs": {"a": null}}'),
    ],
    ids=["lost", "changed by hand", "left by a kill", "state cut short", "another state"],
)
def test_a_database_that_is_not_as_it_was_left_is_built_anew(home, damage):
    _build(home)
    damage(home)
    assert _pending(home) == set(NODES)


def test_nothing_counts_after_a_build_that_failed_half_way(home):
    _build(home)
    prints = ModelPrints(MANIFEST, home)
    with pytest.raises(RuntimeError), BuiltModels(home).building(NODES[:1], prints):
        raise RuntimeError
    assert _pending(home) == set(NODES)


def test_a_part_alone_names_what_it_would_have_to_read(home):
    part = ["model.siyu.customers"]
    prints = ModelPrints(MANIFEST, home)
    assert {"orders"} <= set(BuiltModels(home).missing(part, prints))
    _build(home)
    assert BuiltModels(home).missing(part, prints) == []


def test_a_build_after_a_failure_starts_from_an_empty_database(home):
    _build(home)
    home.build_database.write_bytes(b"half a page")
    prints = ModelPrints(MANIFEST, home)
    with BuiltModels(home).building(NODES, prints):
        assert not home.build_database.exists()


def test_a_copied_database_stands_as_the_one_it_was_copied_from(home, tmp_path):
    _build(home)
    other = Home(tmp_path / "other")
    make_home(other)
    shutil.copytree(home.landing, other.landing, dirs_exist_ok=True)
    for table in home.exchange.iterdir():
        (other.exchange / table.name).symlink_to(table)
    copy_built(home, other)
    assert _pending(other) == set()
