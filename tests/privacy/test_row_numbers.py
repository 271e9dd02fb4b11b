"""Rows that name a person only by a number of their platform's own go with them."""

import shutil
from collections.abc import Iterable

import polars as pl
import pytest

from assets.people import ROW_NUMBERS, row_numbers
from assets.project import SOURCES
from assets.stores import HomeStore
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.privacy.exports import raw_files, remove_from_export, remove_from_landed
from siyu.privacy.tombstones import lay_tombstones
from tests.ingest.conftest import LOADED_AT, SAMPLES

SECRET = b"s" * 32
XIAOTONG, LI = "wmSyNtAf8VicOenD6gaWTW3Lqy-KQ", "wmSyNtBnV7WeP5XvMphAUCVevq1cQ"
EXTERNAL = "wecom_external_userid"
FILES = {
    "mochat_contact": "mochat_work_contact.csv",
    "mochat_contact_staff": "mochat_work_contact_employee.csv",
}


@pytest.fixture
def home(tmp_path):
    home = HomeStore(root=str(tmp_path))
    for source, name in FILES.items():
        (home.paths.raw / source).mkdir(parents=True)
        shutil.copy(SAMPLES / name, home.paths.raw / source)
    staged = stage_exports(home.paths, SOURCES, loaded_at=LOADED_AT)
    admit_exports(home.paths, SOURCES, staged, {})
    return home


def numbers_of(home: HomeStore, identifier: str) -> Iterable[tuple[str, str]]:
    stones = lay_tombstones(SECRET, [(EXTERNAL, identifier)])
    return row_numbers(home, stones, pl.Series([identifier]))


def test_a_number_of_a_platform_is_found_by_the_person_of_its_row(home):
    assert set(numbers_of(home, LI)) == {("mochat_contact_id", "2")}
    assert set(numbers_of(home, "nobody's")) == set()


def test_what_staff_typed_of_an_erased_person_goes_and_what_they_typed_of_others_stays(home):
    bound = list(numbers_of(home, XIAOTONG))
    stones = lay_tombstones(SECRET, [(EXTERNAL, XIAOTONG)], bound=bound)
    for export in list(raw_files(home.paths)):
        remove_from_export(home.paths, export, SOURCES, stones)
    remove_from_landed(home.paths, SOURCES, stones)
    left = (home.paths.raw / "mochat_contact_staff" / FILES["mochat_contact_staff"]).read_text()
    landed = pl.read_parquet(home.paths.landing / "mochat_contact_staff" / "*.parquet")
    assert "晓彤" not in left
    assert sorted(landed["mochat_contact_id"].to_list()) == ["2", "5"]
    assert "19900001002" in "".join(left.split("-"))


def test_numbers_are_the_key_of_some_source():
    keys = {name for source in SOURCES.values() for name in source.key}
    assert keys >= ROW_NUMBERS
