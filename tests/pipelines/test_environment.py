"""Dagster's settings: one run at a time, and its record in SQLite or in a real PostgreSQL."""

import stat
import subprocess
import sys

import pytest
import yaml

from assets.stores import HomeBusyError, HomeStore
from pipelines.environment import OURS, POSTGRES, enter_home
from pipelines.resources import WAIT_SECONDS, for_environment

# a process as the webserver or the daemon is one: it enters the home and asks Dagster
RUN = """
import sys, dagster as dg
from pathlib import Path
from pipelines.environment import enter_home
enter_home(Path(sys.argv[1]))

@dg.asset
def answer():
    return dg.MaterializeResult(metadata={"rows": 42})

with dg.DagsterInstance.get() as instance:
    if sys.argv[2] == "write":
        assert dg.materialize([answer], instance=instance, tags={"siyu/kind": "command"}).success
    (run,) = instance.get_runs(dg.RunsFilter(tags={"siyu/kind": "command"}))
    event = instance.get_latest_materialization_event(dg.AssetKey("answer"))
    print(run.status.value, event.asset_materialization.metadata["rows"].value,
          type(instance.event_log_storage).__module__, type(instance.run_coordinator).__name__)
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("SIYU_HOME", "DAGSTER_HOME", POSTGRES):
        monkeypatch.delenv(name, raising=False)


def ask(home, word: str) -> list[str]:
    command = [sys.executable, "-c", RUN, str(home), word]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_runs_are_remembered_in_postgresql_by_other_processes(
    postgresql_server, tmp_path, monkeypatch
):
    database = postgresql_server.create_database()
    monkeypatch.setenv(POSTGRES, postgresql_server.url(database))
    written = ask(tmp_path, "write")
    assert written[:2] == ["SUCCESS", "42"]
    assert written[2].startswith("dagster_postgres") and written[3] == "QueuedRunCoordinator"
    assert ask(tmp_path, "read") == written
    assert postgresql_server.password not in (tmp_path / ".dagster" / "dagster.yaml").read_text()
    assert not list((tmp_path / ".dagster").rglob("*.db"))


def test_one_run_at_a_time_and_no_telemetry(tmp_path):
    enter_home(tmp_path)
    settings = yaml.safe_load((tmp_path / ".dagster" / "dagster.yaml").read_text())
    assert settings["concurrency"] == {"runs": {"max_concurrent_runs": 1}}
    assert settings["telemetry"] == {"enabled": False}


def test_settings_of_ones_own_stay_and_ours_follow_the_environment(tmp_path, monkeypatch):
    enter_home(tmp_path)
    settings = tmp_path / ".dagster" / "dagster.yaml"
    assert settings.read_text().startswith(OURS)
    monkeypatch.setenv(POSTGRES, "postgresql://u:p@h/d")
    enter_home(tmp_path)
    assert POSTGRES in settings.read_text()
    settings.write_text("telemetry: {enabled: false}\n")
    enter_home(tmp_path)
    assert settings.read_text() == "telemetry: {enabled: false}\n"


HOLD = """
import sys, time
from assets.stores import HomeStore
with HomeStore(root=sys.argv[1]).held():
    print("held", flush=True)
    time.sleep(2)
"""


@pytest.fixture
def busy(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        yield holder


def test_a_run_of_the_daemon_waits_for_one_started_by_hand(tmp_path, busy):
    assert for_environment()["home"].wait_seconds == WAIT_SECONDS
    with HomeStore(root=str(tmp_path), wait_seconds=60).held():
        assert busy.wait(timeout=60) == 0


@pytest.mark.usefixtures("busy")
def test_a_run_that_waited_in_vain_says_so(tmp_path):
    store = HomeStore(root=str(tmp_path), wait_seconds=0.2)
    with pytest.raises(HomeBusyError, match="waited"), store.held():
        pass


def test_stores_of_one_run_hold_the_home_together_however_long_they_would_wait(tmp_path):
    with HomeStore(root=str(tmp_path)).held(), HomeStore(root=str(tmp_path), wait_seconds=9).held():
        pass


def test_what_a_command_writes_is_its_owners_whatever_the_umask(tmp_path):
    code = "import os; os.umask(0); from pipelines.cli import main; main()"
    command = [sys.executable, "-c", code, "demo", "--customers", "3", "--days", "7"]
    subprocess.run([*command, "--home", str(tmp_path / "home")], check=True, capture_output=True)
    written = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert len(written) > 10
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
