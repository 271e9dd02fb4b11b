"""What nights knew: kept once, found by day, never guessed from a damaged record."""

from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.ledger import Ledger
from assets.nights import Nights
from assets.past_home import past_home
from assets.stores import HomeStore, ParquetStore, make_home
from pipelines.past_days import past_day
from siyu.nights import Night, NightRecordError, changed_since, decode_night, night_of

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
MORNING = datetime.fromisoformat("2026-03-02T18:00:00")
NIGHTS = st.lists(
    DAYS.map(lambda day: Night(day, MORNING, MORNING, lists={"a": "b"}, config={"c": "d"}))
)


@given(nights=NIGHTS, day=DAYS)
def test_a_day_is_answered_by_its_last_night_or_the_last_of_the_nearest_day_before(nights, day):
    ran = [replace(night, identity_entries=number) for number, night in enumerate(nights)]
    found = night_of(ran, day)
    earlier = [night for night in ran if night.as_of_date <= day]
    if earlier:
        nearest = max(night.as_of_date for night in earlier)
        assert found == [night for night in ran if night.as_of_date == nearest][-1]
    else:
        assert found == (ran[0] if ran else None)


@given(nights=NIGHTS)
def test_a_record_is_read_as_it_was_written(nights):
    assert [decode_night(night.encode(), file="f") for night in nights] == nights


@pytest.mark.parametrize(
    ("first_landed", "until"),
    [
        # a first load of old exports: what landed first
        ("2026-03-02T18:00:00", "2026-03-02T18:00:00"),
        # a home older than its records: what had landed when the day ended in Shanghai
        ("2026-01-05T18:00:00", "2026-02-10T16:00:00"),
    ],
)
def test_a_day_before_the_first_night_knows_what_had_landed_or_landed_first(first_landed, until):
    nights = [Night(date(2026, 3, 2), MORNING, MORNING)]
    found = night_of(nights, date(2026, 2, 10), first_landed=datetime.fromisoformat(first_landed))
    assert found is not None and found.landed_until == datetime.fromisoformat(until)


def test_a_run_tells_which_settings_are_others_since():
    night = Night(date(2026, 3, 2), MORNING, MORNING, config={"tiers.yml": "1", "gone.yml": "2"})
    assert changed_since(night, {"tiers.yml": "3", "new.yml": "4"}) == [
        "gone.yml",
        "new.yml",
        "tiers.yml",
    ]


@pytest.fixture
def home(tmp_path) -> HomeStore:
    home = HomeStore(root=str(tmp_path / "home"))
    make_home(home.paths)
    Ledger(home=home).begin(["do_not_contact"])
    exchange = ParquetStore(home=home, folder="exchange")
    exchange.write("export_files", pl.DataFrame({"loaded_at": [MORNING, None]}))
    return home


def _add(home: HomeStore, day: str) -> Night:
    return Nights(home).add(date.fromisoformat(day), ParquetStore(home=home, folder="exchange"))


def test_lists_are_kept_as_the_night_read_them_and_put_into_a_past_home(home):
    people = home.paths.ledger / "suppression" / "do_not_contact.csv"
    first = people.read_bytes()
    night = _add(home, "2026-03-01")
    assert _add(home, "2026-03-01").knew_the_same(night)
    people.write_bytes(first + b"phone,13912345678,,asked\n")
    _add(home, "2026-03-02")
    assert [one.as_of_date.day for one in Nights(home).all()] == [1, 2]
    assert night.landed_until == MORNING and night.identity_entries == 0
    with past_home(home, night) as then:
        kept = then.paths.ledger / "suppression" / "do_not_contact.csv"
        assert kept.read_bytes() == first
        Ledger(home=then).check()
    assert not then.paths.root.exists()


def test_a_damaged_record_or_a_lost_list_is_told_and_not_guessed(home):
    night = _add(home, "2026-03-01")
    Nights(home).kept_list(night.lists["suppression/do_not_contact.csv"]).unlink()
    with (
        pytest.raises(NightRecordError, match=r"do_not_contact\.csv"),
        past_home(home, night),
    ):
        pass


@pytest.mark.parametrize("damaged", [1, 2, 3])
def test_nights_go_on_beside_a_damaged_record_whose_day_alone_is_refused(home, damaged):
    for day in (1, 3, 5):
        _add(home, f"2026-03-0{day}")
    (Nights(home).folder / f"{damaged:06d}.json").write_bytes(b'{"format')
    refused = []
    for day in range(1, 8):
        try:
            Nights(home).refuse_damaged(date(2026, 3, day))
        except NightRecordError as error:
            assert f"{damaged:06d}.json" in str(error)
            refused.append(day)
    # of the day before nobody knows whether a second night answered it
    assert refused == {1: [1, 2], 2: [1, 2, 3, 4], 3: [3, 4, 5, 6, 7]}[damaged]
    assert len(Nights(home).all()) == 2
    assert len(Nights(home).damaged()) == 1
    _add(home, "2026-03-07")
    assert [one.name for one in sorted(Nights(home).folder.glob("*.json"))][-1] == "000004.json"
    assert past_day(home, date(2026, 3, 8), kind=None) is None
    with pytest.raises(NightRecordError):
        past_day(home, date(2026, 3, {1: 2, 2: 1, 3: 6}[damaged]), kind=None)


def test_a_lost_record_does_not_make_the_next_one_take_the_place_of_another(home):
    for day in (1, 3, 5):
        _add(home, f"2026-03-0{day}")
    (Nights(home).folder / "000001.json").unlink()
    _add(home, "2026-03-07")
    assert [one.as_of_date.day for one in Nights(home).all()] == [3, 5, 7]
