"""The folder that ``--home`` names: one line where it can be no home, and nothing is made."""

import pytest

from assets.project import ROOT
from pipelines.terminal import HomeRefusedError, find_home, name_home
from tests.night.conftest import run_siyu


@pytest.mark.parametrize("sign", ["'", '"', "*", "?", "[", "]", "{", "}", "\\", "\n"])
def test_a_path_that_sql_or_patterns_would_read_otherwise_is_refused(tmp_path, sign):
    with pytest.raises(HomeRefusedError, match="move the home"):
        name_home(tmp_path / f"o{sign}brien" / "home")


@pytest.mark.parametrize("name", ["家 目录", "a-b_c.d", "(1)", "a&b", "a;b", "$a", "50%", "#1"])
def test_other_paths_are_taken(tmp_path, name):
    assert name_home(str(tmp_path / name)) == tmp_path / name


def test_a_home_without_a_name_is_refused_and_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for command in (["run"], ["versions"], ["demo"], ["daemon"]):
        done = run_siyu(*command, "--home", "")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.strip().splitlines() == [
            "siyu: --home names no folder; name the one of the brand's data."
        ]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        ["erase", "wechat:o1", "--yes"],
        ["export-person", "wechat:o1", "--to", "copy"],
        ["explain", "a"],
        ["unlink", "a", "b", "--why", "c"],
        ["identity", "plan"],
        ["versions"],
        ["diff"],
        ["retention"],
        ["backup", "--to", "b.tar.gz"],
    ],
    ids=" ".join,
)
def test_a_mistyped_home_is_told_and_not_made(tmp_path, command):
    done = run_siyu(*command, "--home", str(tmp_path / "typo"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"siyu: There is no home at {tmp_path / 'typo'}")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_of_something_else_is_no_home(tmp_path):
    (tmp_path / "letters").mkdir()
    with pytest.raises(HomeRefusedError, match="no home"):
        find_home(tmp_path)
    (tmp_path / "raw").mkdir()
    assert find_home(tmp_path) == tmp_path
