"""The published versions that are kept, their numbers and names."""

import pytest

from assets.versions import UnknownVersionError, find_version, list_versions
from tests.assets.conftest import build, publish


def test_the_last_versions_are_kept_and_found_by_number_day_and_name(home):
    for version in range(9):
        build(home, version)
        publish(home)
    kept = list_versions(home.paths)
    assert [version.number for version in kept] == [3, 4, 5, 6, 7, 8, 9]
    assert kept[-1].path.samefile(home.paths.published_database)
    assert find_version(home.paths, "current").number == 9
    assert find_version(home.paths, "previous").number == 8
    assert find_version(home.paths, "2026-10-31").number == 9
    assert find_version(home.paths, "4").number == 4
    with pytest.raises(UnknownVersionError, match=r"called '2'.*Kept in .*3 \(2026-10-31\), 4"):
        find_version(home.paths, "2")


def test_a_publication_killed_before_it_kept_its_version_is_kept_by_the_next(home):
    build(home, 1)
    publish(home)
    (kept,) = list_versions(home.paths)
    kept.path.unlink()
    build(home, 2)
    publish(home)
    assert [version.number for version in list_versions(home.paths)] == [1, 2]


def test_a_night_that_changes_nothing_makes_no_version(home):
    build(home, 1)
    publish(home)
    build(home, 1)
    publish(home)
    assert len(list_versions(home.paths)) == 1


def test_a_version_number_is_never_given_twice_while_one_is_kept(home):
    build(home, 1)
    publish(home)
    build(home, 2)
    publish(home)
    home.paths.published_database.unlink()
    publish(home)
    assert [version.number for version in list_versions(home.paths)] == [1, 2, 3]


def test_other_files_among_the_versions_are_left_alone(home):
    build(home, 1)
    publish(home)
    stranger = home.paths.versions / "siyu-backup.duckdb"
    stranger.touch()
    for version in (2, 3):
        build(home, version)
        publish(home, keep=1)
    assert sorted(file.name for file in home.paths.versions.iterdir()) == [
        "siyu-000003.duckdb",
        stranger.name,
    ]
