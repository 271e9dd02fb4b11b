"""Settings that cannot be used: told in one line that names the file and the line."""

import shutil

import pytest

from assets.project import CONFIG
from assets.settings import READERS, check_settings
from siyu.errors import ConfigError
from tests.night.conftest import run_siyu


def test_the_command_names_file_and_line_of_a_setting_that_decides_which_assets_there_are(
    tmp_path, monkeypatch
):
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    broken = config / "sources" / "jd_order.yml"
    broken.write_text(broken.read_text(encoding="utf-8") + "unknown: 1\n", encoding="utf-8")
    monkeypatch.setenv("SIYU_CONFIG", str(config))
    told = run_siyu("run", "--home", str(tmp_path / "home"))
    lines = broken.read_text(encoding="utf-8").count("\n")
    assert told.returncode == 1
    assert told.stderr.startswith(f"siyu: {broken}:{lines}:"), told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize("content", [b"\xff\x00", b"- a\n", b"unknown: 1\n", b"\tversion: 1\n"])
def test_every_other_setting_is_looked_at_before_anything_is_changed(
    tmp_path, monkeypatch, name, content
):
    shutil.copytree(CONFIG, tmp_path / "config")
    (tmp_path / "config" / name).write_bytes(content)
    monkeypatch.setattr("assets.settings.CONFIG", tmp_path / "config")
    with pytest.raises(ConfigError, match=name):
        check_settings()
