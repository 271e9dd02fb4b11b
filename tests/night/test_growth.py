"""A home that grew night by night holds what one built at once from its exports holds."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb

from siyu.home import Home
from tests.night.conftest import run_night, write_brand

NIGHTS = ["2026-09-15", "2026-10-31"]


def _exported_on(export: Path) -> date:
    """The day in an export's name; what names none came first."""
    found = re.search(r"(?<!\d)(202\d)-?([01]\d)-?([0-3]\d)", export.name)
    return date(*map(int, found.groups())) if found else date.min


def _arrive(exports: list[Path], everything: Home, home: Home) -> None:
    for export in exports:
        place = home.raw / export.relative_to(everything.raw)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(export, place)


def test_a_home_grown_over_nights_equals_one_rebuilt_from_exports_and_ledger(tmp_path):
    everything, grown, rebuilt = (Home(tmp_path / name) for name in ("all", "grown", "rebuilt"))
    write_brand(everything, customers=300, days=120, seed=11)
    waiting = [file for file in everything.raw.rglob("*") if file.is_file()]
    for night in NIGHTS:
        morning_after = date.fromisoformat(night) + timedelta(days=1)
        arriving = [export for export in waiting if _exported_on(export) <= morning_after]
        assert arriving, night
        _arrive(arriving, everything, grown)
        waiting = [export for export in waiting if export not in arriving]
        outcome = run_night(grown, night)
        assert outcome.returncode == 0, outcome.stderr
    assert not waiting

    shutil.copytree(grown.raw, rebuilt.raw)
    shutil.copytree(grown.ledger, rebuilt.ledger)
    outcome = run_night(rebuilt, NIGHTS[-1])
    assert outcome.returncode == 0, outcome.stderr
    after_nights, at_once = _last_answers(grown), _last_answers(rebuilt)
    assert after_nights.keys() == at_once.keys()
    for table, rows in at_once.items():
        assert after_nights[table] == rows, table


def _last_answers(home: Home) -> dict[str, list[tuple]]:
    """Published tables as sorted rows; of tables by as-of date the last one."""
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        tables = warehouse.execute(
            "select table_name, bool_or(column_name = 'as_of_date') from duckdb_columns() "
            "where schema_name = 'marts' and not internal group by all order by all"
        ).fetchall()
        answers = {}
        for table, is_dated in tables:
            only = f"where as_of_date = date '{NIGHTS[-1]}'" if is_dated else ""
            rows = warehouse.execute(
                f"select columns(c -> c <> 'loaded_at') from marts.{table} {only}"
            )
            answers[table] = sorted(rows.fetchall(), key=repr)
        return answers
