"""The dbt project is parsed once, whoever asks, and its manifest is seen whole."""

import os
import shutil
import subprocess
import sys
import time

import orjson

from assets.project import DBT_PROJECT, ROOT

ASK = "from assets.project import manifest_path as p; import orjson; orjson.loads(p().read_bytes())"


def test_processes_that_start_at_once_share_one_manifest(tmp_path):
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT.project_dir, project, ignore=shutil.ignore_patterns("target"))
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK],
            cwd=ROOT,
            env={**os.environ, "SIYU_DBT_PROJECT": str(project)},
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = [process.communicate()[1].decode() for process in asking]
    assert [process.returncode for process in asking] == [0, 0, 0], said
    manifest = project / "target" / "manifest.json"
    assert orjson.loads(manifest.read_bytes())["nodes"]
    assert manifest.stat().st_mode & 0o777 == 0o644


def test_a_half_written_manifest_is_never_in_place(tmp_path):
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT.project_dir, project, ignore=shutil.ignore_patterns("target"))
    environment = {**os.environ, "SIYU_DBT_PROJECT": str(project)}
    watched = project / "target" / "manifest.json"
    asking = subprocess.Popen([sys.executable, "-c", ASK], cwd=ROOT, env=environment)
    seen = set[bytes]()
    while asking.poll() is None:
        if watched.exists():
            seen.add(watched.read_bytes())
        time.sleep(0.005)
    assert seen
    assert {bool(orjson.loads(content)["nodes"]) for content in seen} == {True}
