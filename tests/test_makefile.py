"""`make clean` removes a home of Siyu and nothing else; `make setup` leaves nothing to parse."""

import os
import subprocess
from pathlib import Path

import pytest

from assets.project import ROOT


def clean(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return make(folder, "clean", **variables)


def make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    kept = tmp_path / "person" / "documents" / "letter.txt"
    kept.parent.mkdir(parents=True)
    kept.touch()
    return kept


def test_a_folder_that_is_no_home_is_left_alone(tmp_path, documents):
    refused = clean(tmp_path, DEMO_HOME=str(documents.parents[1]))
    assert refused.returncode != 0 and "is no home of Siyu" in refused.stdout
    assert documents.exists()


def test_a_home_without_a_name_is_not_the_root(tmp_path):
    harmless = tmp_path / "rm"  # should the guard ever go, this test must not find it out with rm
    harmless.write_text("#!/bin/sh\n")
    harmless.chmod(0o755)
    refused = clean(tmp_path, DEMO_HOME="", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert refused.returncode != 0 and "nothing was removed" in refused.stdout


def test_a_home_is_emptied_and_the_page_in_it_stays(tmp_path, documents):
    home = tmp_path / "data"
    for place in ("ledger/format.json", ".dagster/dagster.yaml", "raw/jd_order/a.csv"):
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        (home / place).touch()
    (home / "README.md").touch()
    # the name of a variable other programs use, too
    done = clean(tmp_path, HOME_DIR=str(documents.parents[1]))
    assert done.returncode == 0, done.stderr
    assert [path.name for path in home.iterdir()] == ["README.md"]
    assert documents.exists()


def test_setup_parses_the_dbt_project_when_a_model_is_newer(tmp_path):
    for at, name in enumerate(
        [
            *("requirements.lock", "requirements-installer.lock", "pyproject.toml"),
            *("dbt_project/models/orders.sql", "dbt_project/dbt_project.yml", ".venv/.installed"),
        ]
    ):
        put(tmp_path / name, at)
    assert "manifest_path()" in make(tmp_path, "-n", "setup").stdout
    put(tmp_path / "dbt_project" / "target" / "manifest.json", 10)
    assert "manifest_path()" not in make(tmp_path, "-n", "setup").stdout
    put(tmp_path / "dbt_project" / "models" / "orders.sql", 11)
    assert "manifest_path()" in make(tmp_path, "-n", "setup").stdout


def put(path: Path, moment: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (moment, moment))
