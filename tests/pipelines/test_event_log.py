import dagster as dg
import pytest
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from pipelines import event_log


@dg.asset(check_specs=[dg.AssetCheckSpec("is_there", asset="thing")])
def thing():
    return dg.MaterializeResult(
        metadata={"rows": 3}, check_results=[dg.AssetCheckResult(passed=True)]
    )


@pytest.fixture
def home(tmp_path):
    (tmp_path / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: pipelines.event_log\n    class: KeptSqliteStorage\n"
        f"    config: {{base_dir: '{tmp_path}'}}\n"
    )
    return tmp_path


def _runs(home, count):
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return [dg.materialize([thing], instance=instance).run_id for _ in range(count)]


def test_dagster_itself_reads_every_event(home):
    (run_id,) = _runs(home, 1)
    plain = DagsterSqliteStorage(str(home)).event_log_storage
    types = [entry.dagster_event.event_type for entry in plain.get_logs_for_run(run_id)]
    assert types[-1] is dg.DagsterEventType.RUN_SUCCESS
    assert types.count(dg.DagsterEventType.ASSET_MATERIALIZATION) == 1
    assert types.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION) == 1
    assert plain.has_asset_key(dg.AssetKey("thing"))


def test_files_of_old_runs_are_let_go_and_read_again(home, monkeypatch):
    monkeypatch.setattr(event_log, "KEPT_FILES", 2)
    runs = _runs(home, 3)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for run_id in runs:
            assert instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_SUCCESS)
        assert len(instance.event_log_storage._engines) == 2
