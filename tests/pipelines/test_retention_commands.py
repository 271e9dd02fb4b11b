from datetime import date
from io import StringIO

import pytest
import typer
from rich.console import Console

from pipelines import retention_commands, terminal
from siyu.privacy.retention import day_of_name

DAY = "2026-10-31"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("SIYU_HOME", "DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")  # what the command sets is taken back
    monkeypatch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "")
    monkeypatch.setenv("RUST_LOG", "")
    monkeypatch.setattr(retention_commands, "SETTINGS", tmp_path / "retention.yml")
    for day in (DAY, "2026-06-01", "2026-06-02"):
        folder = tmp_path / "home" / "audiences" / "care" / day
        folder.mkdir(parents=True)
        (folder / "members.csv").write_text("1234567")
    return tmp_path / "home"


@pytest.fixture
def shown(monkeypatch):
    told = StringIO()
    console = Console(file=told, width=120, soft_wrap=True)
    monkeypatch.setattr(retention_commands, "console", console)
    monkeypatch.setattr(terminal, "problems", console)
    return told


def _list(home, settings, shown):
    retention_commands.SETTINGS.write_text(settings)
    as_of = retention_commands.datetime.fromisoformat(DAY)
    retention_commands.retention(home, as_of)
    return shown.getvalue()


def test_what_would_go_is_listed_with_counts_and_bytes_and_stays(home, shown):
    told = _list(home, "audience_files: 90\nlogs: 5\n", shown)
    (row,) = [line for line in told.splitlines() if "audience_files" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [
        *("audience_files", "90", "2026-08-02", "2", "14", "2026-06-01")
    ]
    assert "audiences/care/2026-06-02" in told
    assert {day_of_name(folder.name) for folder in (home / "audiences" / "care").iterdir()} == {
        *(date(2026, 10, 31), date(2026, 6, 1), date(2026, 6, 2))
    }


def test_without_limits_it_says_that_everything_stays(home, shown):
    assert "kept for ever" in _list(home, "tables: {}\n", shown)


def test_a_wrong_setting_is_told_in_one_line(home, shown):
    with pytest.raises(typer.Exit):
        _list(home, "audience_files: -1\n", shown)
    assert "retention.yml:1:17: audience_files:" in shown.getvalue()
