"""Erasing and restoring, killed before a step that lasts: nothing half-done is seen or stays."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.ledger_backup import back_up
from assets.stores import HomeStore
from siyu.home import Home
from tests.night.conftest import read_tables, run_siyu
from tests.night.test_privacy import places_of

# the n-th call that changes a name or makes one last never happens; 0: all happen, and are counted
KILLED = """
import os, signal, sys
nth, done = int(sys.argv.pop(1)), 0
def counted(call):
    def step(*arguments, **named):
        global done
        done += 1
        if done == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return step
for name in ("replace", "rename", "unlink", "rmdir", "fsync"):
    setattr(os, name, counted(getattr(os, name)))
from pipelines.cli import main
try:
    main()
finally:
    print("steps", done, file=sys.stderr)
"""


def run_killed(nth: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(nth), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def steps_of(*arguments: str) -> int:
    done = run_killed(0, *arguments)
    assert done.returncode == 0, done.stderr
    return int(re.findall(r"steps (\d+)", done.stderr)[-1])


def copy_of(brand: Home, root: Path) -> Home:
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(brand.root, root, ignore=shutil.ignore_patterns("truth"))
    return Home(root)


def ledger_of(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.ledger).as_posix(): path.read_bytes()
        for path in home.ledger.rglob("*")
        if path.is_file()
    }


def test_a_restore_killed_at_any_step_leaves_the_old_ledger_or_the_new(brand, tmp_path):
    backup = tmp_path / "ledger.tar.gz"
    back_up(HomeStore(root=str(brand.root)), backup)
    saved = ledger_of(brand)
    home = copy_of(brand, tmp_path / "home")
    overrides = home.ledger / "overrides.csv"
    overrides.unlink()
    damaged = ledger_of(home)
    shutil.copytree(home.root, tmp_path / "damaged")
    arguments = ("restore", str(backup), "--home", str(home.root))
    steps = steps_of(*arguments)
    assert ledger_of(home) == saved
    found = []
    # the exchange of both folders is among the last
    for nth in (1, steps // 3, 2 * steps // 3, *range(steps - 20, steps + 1, 4)):
        home = copy_of(Home(tmp_path / "damaged"), tmp_path / "home")
        assert run_killed(nth, *arguments).returncode == -signal.SIGKILL
        found.append(ledger_of(home))
        assert found[-1] in (damaged, saved), nth
        again = run_siyu(*arguments)
        assert again.returncode == 0, again.stderr
        assert ledger_of(home) == saved
        assert not list(home.root.glob(".ledger*"))
    assert damaged in found and saved in found


@pytest.fixture(scope="module")
def erasure(brand, tmp_path_factory):
    """The identifier of somebody known, all their words, and the steps it takes to erase them."""
    home = copy_of(brand, tmp_path_factory.mktemp("erased") / "home")
    nodes = pl.read_parquet(home.exchange / "identity_nodes.parquet")
    known = pl.col("namespace") == "wechat_unionid", pl.col("customer_id").is_not_null()
    asked = nodes.filter(*known).sort("identifier").row(0, named=True)
    words = set(nodes.filter(customer_id=asked["customer_id"])["identifier"])
    who = f"wechat_unionid::{asked['identifier']}"
    assert places_of(home.root, words)
    steps = steps_of("erase", who, "--yes", "--home", str(home.root))
    assert places_of(home.root, words) == set()
    return who, words, steps


@pytest.mark.parametrize("share", [0.01, 0.6])
def test_an_erasure_killed_at_any_step_is_finished_by_the_next(brand, tmp_path, erasure, share):
    who, words, steps = erasure
    home = copy_of(brand, tmp_path / "home")
    erase = ("erase", who, "--yes", "--home", str(home.root))
    # the first steps write down what is to be done
    assert run_killed(int(share * steps) + 3, *erase).returncode == -signal.SIGKILL
    assert read_tables(home)  # whole, whichever version it is
    again = run_siyu(*erase)
    assert "An interrupted erasure was finished" in again.stdout, again.stderr
    assert places_of(home.root, words) == set()
