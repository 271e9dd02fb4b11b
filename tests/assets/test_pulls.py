"""Pulls as Dagster and the command run them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from pytest_httpserver import HTTPServer
from rich.console import Console

from assets.project import CONFIG, SOURCES
from assets.pulls import SecretStore, build_check, build_pull, problem_of
from assets.stores import HomeStore
from pipelines import pull_commands, summary
from siyu.home import Home
from siyu.pull.declared import load_pulls
from siyu.pull.secrets import Secrets
from siyu.pull.settings import Pull
from siyu.pull.state import PullState, read_state, write_state

SECRET = "wecom-secret-Zk9_x"
COMMAND = [sys.executable, "-c", "from pipelines.cli import main; main()", "pull"]
MACHINE = """
import json
import sys
import dagster as dg
from pipelines.definitions import defs

repository = defs.get_repository_def()
jobs = {job.name: job for job in repository.get_all_jobs()}
keys = {
    name: {key.to_user_string() for key in jobs[name].asset_layer.executable_asset_keys}
    for name in ("pull_exports", "nightly")
}
landing = defs.resolve_asset_graph().get(dg.AssetKey(["landing", "wecom_tag"]))
heavy = {"fsspec", "s3fs", "paramiko", "connectorx", "httpx", "stamina"}
print(json.dumps({
    "pulled": sorted(keys["pull_exports"]),
    "both": sorted(keys["pull_exports"] & keys["nightly"]),
    "checks": sorted(name for name in jobs["nightly"].graph.node_dict if "pulled_well" in name),
    "upstream": sorted(key.to_user_string() for key in landing.parent_keys),
    "crons": {s.name: s.cron_schedule for s in repository.schedule_defs if "pull" in s.name},
    "heavy": sorted(heavy & set(sys.modules)),
}))
"""


class GivenSecrets(SecretStore):
    """Secrets a test gives."""

    value: str

    def read(self, variables: Iterable[str]) -> Secrets:
        return Secrets(dict.fromkeys(variables, self.value))


def declare(folder: Path, name: str, base_url: str, *, attempts: int = 1) -> Pull:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(
        f"pull: {name}\nkind: wecom\ncorp_id: ww1\nsecret_env: WECOM_SECRET\ncalls: [tags]\n"
        f"base_url: {base_url}\nretry: {{attempts: {attempts}, first_wait_seconds: 0}}\n",
        encoding="utf-8",
    )
    return load_pulls(folder, SOURCES)[name]


@pytest.fixture
def base_url(httpserver: HTTPServer) -> str:
    """A WeCom that knows one tag group."""
    token = {"errcode": 0, "access_token": "token-of-the-test"}
    tags = {"errcode": 0, "tag_group": [{"group_id": "g1", "group_name": "会员", "tag": []}]}
    httpserver.expect_request("/cgi-bin/gettoken").respond_with_json(token)
    path = "/cgi-bin/externalcontact/get_corp_tag_list"
    httpserver.expect_request(path).respond_with_json(tags)
    return httpserver.url_for("").rstrip("/")


def materialize(
    pulls: list[Pull], home: Path, instance: dg.DagsterInstance
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*map(build_pull, pulls), *map(build_check, pulls)],
        resources={"home": HomeStore(root=str(home)), "secret_store": GivenSecrets(value=SECRET)},
        instance=instance,
        raise_on_error=False,
    )


def everything_kept(instance: dg.DagsterInstance, outcome: dg.ExecuteInProcessResult) -> str:
    """All Dagster knows of a run, as its pages show it."""
    return repr(instance.all_logs(outcome.run_id)) + repr(instance.get_run_by_id(outcome.run_id))


def test_one_pull_that_fails_does_not_stop_the_other(tmp_path: Path, base_url: str):
    good = declare(tmp_path / "pulls", "good", base_url)
    bad = declare(tmp_path / "pulls", "bad", "http://127.0.0.1:1")
    with dg.instance_for_test() as instance:
        outcome = materialize([bad, good], tmp_path / "home", instance)
        kept = everything_kept(instance, outcome)
    assert not outcome.success
    (made,) = outcome.get_asset_materialization_events()
    metadata = made.step_materialization_data.materialization.metadata
    assert made.asset_key == dg.AssetKey(["pull", "good"])
    assert metadata["files"].value == 1
    assert str(metadata["newest"].value).startswith("wecom_tag/good/")
    checks = {check.asset_key.path[-1]: check for check in outcome.get_asset_check_evaluations()}
    assert checks["good"].passed
    assert "no answer" in kept
    assert SECRET not in kept
    assert "token-of-the-test" not in kept


def test_what_a_person_has_to_mend_is_not_tried_again(tmp_path: Path, httpserver: HTTPServer):
    refused = {"errcode": 40001, "errmsg": "invalid credential"}
    httpserver.expect_request("/cgi-bin/gettoken").respond_with_json(refused)
    pull = declare(tmp_path / "pulls", "refused", httpserver.url_for("").rstrip("/"))
    asset = build_pull(pull)
    job = dg.define_asset_job(
        "again", selection=[asset], op_retry_policy=dg.RetryPolicy(max_retries=2)
    )
    definitions = dg.Definitions(
        assets=[asset],
        jobs=[job],
        resources={
            "home": HomeStore(root=str(tmp_path / "home")),
            "secret_store": GivenSecrets(value=SECRET),
        },
    )
    outcome = definitions.resolve_job_def("again").execute_in_process(raise_on_error=False)
    assert not outcome.success
    assert len(httpserver.log) == 1


def test_what_may_pass_is_tried_again(tmp_path: Path):
    pull = declare(tmp_path / "pulls", "away", "http://127.0.0.1:1")
    asset = build_pull(pull)
    job = dg.define_asset_job(
        "again", selection=[asset], op_retry_policy=dg.RetryPolicy(max_retries=2)
    )
    definitions = dg.Definitions(
        assets=[asset],
        jobs=[job],
        resources={
            "home": HomeStore(root=str(tmp_path / "home")),
            "secret_store": GivenSecrets(value=SECRET),
        },
    )
    outcome = definitions.resolve_job_def("again").execute_in_process(raise_on_error=False)
    retries = [event for event in outcome.all_events if event.is_step_up_for_retry]
    assert len(retries) == 2


def test_a_check_says_what_is_wrong_with_a_pull(tmp_path: Path):
    home = Home(tmp_path)
    now = HomeStore(root=str(tmp_path)).now()
    assert problem_of(read_state(home, "till"), now=now) == "it has never run"
    write_state(home, "till", PullState(pulled_at=now))
    assert problem_of(read_state(home, "till"), now=now) is None
    late = problem_of(read_state(home, "till"), now=now + timedelta(days=2))
    assert (late or "").startswith("it last ended well at ")
    write_state(home, "till", PullState(pulled_at=now, failure="till: away"))
    assert problem_of(read_state(home, "till"), now=now) == "the last run failed: till: away"


def test_the_night_tells_of_a_failed_pull_without_failing(tmp_path: Path):
    pull = declare(tmp_path / "pulls", "crm", "http://127.0.0.1:1")
    home = Home(tmp_path / "home")
    write_state(home, "crm", PullState(failure="crm: away"))
    check = build_check(pull)
    definitions = dg.Definitions(
        assets=[build_pull(pull)],
        asset_checks=[check],
        jobs=[dg.define_asset_job("night", selection=dg.AssetSelection.checks(check))],
        resources={
            "home": HomeStore(root=str(home.root)),
            "secret_store": GivenSecrets(value=SECRET),
        },
    )
    outcome = definitions.resolve_job_def("night").execute_in_process()
    (told,) = outcome.get_asset_check_evaluations()
    assert outcome.success
    assert not told.passed
    assert told.metadata["problem"].value == "the last run failed: crm: away"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A brand's own config folder, without pulls yet."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def run(command: list[str], config: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SIYU_CONFIG": str(config), **variables}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_machine_with_pulls(config: Path):
    declare(config / "pulls", "crm", "http://127.0.0.1:1")
    told = run([sys.executable, "-c", MACHINE], config)
    assert json.loads(told.stdout.splitlines()[-1]) == {
        "pulled": ["pull/crm"],
        "both": [],
        "checks": ["pull__crm_pulled_well"],
        "upstream": ["pull/crm"],
        "crons": {"pull_exports_daily": "0 1 * * *"},
        "heavy": [],
    }


def test_the_command_pulls_and_names_what_failed(config: Path, tmp_path: Path, base_url: str):
    declare(config / "pulls", "crm", base_url)
    (config / "pulls" / "till.yml").write_text(
        "pull: till\nkind: s3\nsource: pos_sales\nbucket: b\n"
        "access_key_id_env: NOT_SET_ID\nsecret_access_key_env: NOT_SET_SECRET\n"
    )
    home = tmp_path / "home"
    told = run([*COMMAND, "--home", str(home)], config, WECOM_SECRET=SECRET)
    assert told.returncode == 1
    assert "till: the environment variable NOT_SET_ID is not set" in told.stderr
    assert "wecom_tag/crm/" in told.stdout
    assert len(list((home / "raw" / "wecom_tag" / "crm").glob("*.json"))) == 1
    for path in home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert SECRET not in told.stdout + told.stderr


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({}, "No pull is declared in config/pulls; docs/pulls.md says how."),
        ({"crm": None, "till": None}, "No pull is named nobody; there are: crm, till."),
    ],
)
def test_a_pull_nobody_declared_is_told(
    declared: dict[str, None], told: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pull_commands, "PULLS", declared)
    with pytest.raises(pull_commands.PullChoiceError, match=re.escape(told)):
        pull_commands.choose_pulls(["nobody"])


def test_the_summary_of_a_night_names_the_pulls_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path)
    write_state(home, "crm", PullState(pulled_at=HomeStore(root=str(tmp_path)).now()))
    write_state(home, "till", PullState(failure="till: 10.0.0.5:5432 cannot be reached"))
    monkeypatch.setattr(summary, "PULLS", {"crm": None, "till": None})
    console = Console(record=True, width=120)
    summary._print_pulls(home, console)
    said = console.export_text()
    assert "till" in said
    assert "10.0.0.5:5432 cannot be reached" in said
    assert "crm" not in said


def test_two_runs_of_one_pull_do_not_meet(tmp_path: Path, base_url: str):
    from filelock import FileLock

    pull = declare(tmp_path / "pulls", "crm", base_url)
    home = Home(tmp_path / "home")
    home.pulls.mkdir(parents=True)
    script = (
        "import sys, time\nfrom filelock import FileLock\n"
        "with FileLock(sys.argv[1]):\n print('held', flush=True)\n sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.pulls / ".crm.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with dg.DagsterInstance.ephemeral() as instance:
            outcome = materialize([pull], home.root, instance)
        other.communicate()
    assert not outcome.success
    assert not home.raw.exists()
    with FileLock(home.pulls / ".crm.lock", timeout=0):
        pass
