from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.project import CONFIG
from siyu.errors import ConfigError
from siyu.privacy.retention import Dated, Retention, day_of_name, list_past, load_retention

DAYS = st.dates(date(2015, 1, 1), date(2035, 1, 1))
THINGS = st.lists(st.builds(Dated, DAYS, st.uuids().map(str), st.integers(0, 99)), max_size=30)


@given(found=THINGS, as_of=DAYS, days=st.integers(1, 36_500))
def test_exactly_what_is_older_than_the_limit_goes_oldest_first(found, as_of, days):
    past = list_past(found, as_of_date=as_of, days=days)
    assert all((as_of - one.day).days > days for one in past)
    assert all((as_of - one.day).days <= days for one in found if one not in past)
    assert past == sorted(past)


@given(found=THINGS, as_of=DAYS, days=st.integers(1, 999), later=st.integers(0, 999))
def test_a_longer_limit_or_an_earlier_night_never_deletes_more(found, as_of, days, later):
    past = set(list_past(found, as_of_date=as_of, days=days))
    assert set(list_past(found, as_of_date=as_of, days=days + later)) <= past
    assert set(list_past(found, as_of_date=as_of - timedelta(days=later), days=days)) <= past


@given(day=DAYS)
def test_the_day_of_the_night_itself_always_stays(day):
    assert list_past([Dated(day, "today", 1)], as_of_date=day, days=1) == []


def test_a_config_without_numbers_keeps_everything(tmp_path):
    assert load_retention(CONFIG / "retention.yml").limits() == {}
    assert load_retention(tmp_path / "missing.yml") == Retention()
    assert Retention().limits() == {}


def test_limits_are_named_by_what_they_limit(tmp_path):
    file = tmp_path / "retention.yml"
    file.write_text("tables:\n  customer_rfm: 800\naudience_files: 90\nlogs: null\n")
    assert load_retention(file).limits() == {"customer_rfm": 800, "audience_files": 90}


def test_every_commented_example_of_the_config_can_be_used(tmp_path):
    """Taking the marks of the examples away gives a config with a limit for everything."""
    file = tmp_path / "retention.yml"
    lines = (CONFIG / "retention.yml").read_text(encoding="utf-8").splitlines()
    examples = [
        line.removeprefix("# ").removeprefix("#")
        for line in lines
        if line.rstrip().rpartition(": ")[2].isdigit()
    ]
    file.write_text("tables:\n" + "\n".join(examples))
    assert set(load_retention(file).limits()) == {
        *Retention().tables.model_dump(),
        *Retention().model_dump(exclude={"tables"}),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("logs: 30\naudience_files: 0\n", ":2:17: audience_files: "),
        ("tables:\n  customer_rfm: 30\n  customers: 30\n", ":3:14: tables.customers: "),
        ("run_history: '30'\n", ":1:14: run_history: "),
        ("logs: true\n", ":1:7: logs: "),
        ("landing: 30\n", ":1:10: landing: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, text, told):
    file = tmp_path / "retention.yml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_retention(file)
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["_schema", "2026-2-1", "2026-02-30", "20260201", "2026-02-01 "])
def test_a_name_that_is_no_day_has_no_day(name):
    assert day_of_name(name) is None
