import os
from datetime import datetime

import pytest

from assets.project import ROOT
from pipelines import run_logs
from pipelines.schedules import SHANGHAI


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(run_logs, "today", lambda: datetime(2026, 11, 1, tzinfo=SHANGHAI).date())
    return tmp_path / "nightly.log"


def _write(log, text, moment):
    with run_logs.open_log(log) as lines:
        lines.write(text)
    os.utime(log, (moment.timestamp(), moment.timestamp()))


def test_the_log_of_an_earlier_month_is_set_aside_and_no_line_is_lost(log):
    _write(log, "october\n", datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI))
    _write(log, "november\n", datetime(2026, 11, 1, 0, 0, tzinfo=SHANGHAI))
    _write(log, "more\n", datetime(2026, 11, 1, 0, 1, tzinfo=SHANGHAI))
    assert log.read_text() == "november\nmore\n"
    assert log.with_name("nightly.2026-10.log").read_text() == "october\n"


def test_a_month_set_aside_before_is_not_written_over(log):
    log.with_name("nightly.2026-10.log").write_text("first\n")
    _write(log, "october\n", datetime(2026, 10, 31, tzinfo=SHANGHAI))
    _write(log, "november\n", datetime(2026, 11, 1, tzinfo=SHANGHAI))
    assert log.read_text() == "october\nnovember\n"
    assert log.with_name("nightly.2026-10.log").read_text() == "first\n"


def test_every_log_of_runs_is_opened_here():
    appending = [
        file.name for file in (ROOT / "pipelines").glob("*.py") if '.open("a' in file.read_text()
    ]
    assert appending == ["run_logs.py"]
