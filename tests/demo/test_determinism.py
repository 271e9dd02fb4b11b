"""The same seed gives the same bytes; writing again changes nothing; others' files stay."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from siyu.demo import DemoSettings, load_demo_settings
from siyu.demo.brand import DemoError
from siyu.errors import ConfigError

SMALL = {"customers": 40, "days": 25}
CONFIG = Path(__file__).parents[2] / "config" / "demo.yml"


def bytes_below(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes_elsewhere(tmp_path: Path, write_small: Any) -> None:
    write_small(tmp_path / "one", **SMALL)
    write_small(tmp_path / "two", **SMALL)
    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")


def test_another_seed_gives_other_people(tmp_path: Path, write_small: Any) -> None:
    write_small(tmp_path / "one", **SMALL)
    write_small(tmp_path / "two", **SMALL, seed=99)
    one, two = (bytes_below(tmp_path / name / "raw" / "pospal_member") for name in ("one", "two"))
    assert one != two


def test_writing_the_same_again_touches_no_file(brand: Any, write_small: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in brand.root.rglob("*") if path.is_file()}
    assert write_small(brand.root).changed == 0
    after = {path: path.stat().st_mtime_ns for path in brand.root.rglob("*") if path.is_file()}
    assert after == before


def test_a_lost_or_changed_file_is_written_again(tmp_path: Path, write_small: Any) -> None:
    write_small(tmp_path, **SMALL)
    before = bytes_below(tmp_path)
    victims = sorted((tmp_path / "raw" / "sensors_event").iterdir())
    victims[0].unlink()
    assert write_small(tmp_path, **SMALL).changed == 1
    assert bytes_below(tmp_path) == before


def test_a_changed_demo_removes_its_own_old_files_and_no_others(
    tmp_path: Path, write_small: Any
) -> None:
    write_small(tmp_path, **SMALL)
    kept = tmp_path / "raw" / "taobao_order" / "mine.csv"
    kept.write_text("mine")
    staff = tmp_path / "ledger" / "suppression" / "staff.csv"
    staff.write_text("namespace,identifier,reason\n")
    write_small(tmp_path, **(SMALL | {"days": 20}))
    alone = tmp_path / "alone"
    write_small(alone, **(SMALL | {"days": 20}))
    assert kept.read_text() == "mine"
    assert staff.read_text() == "namespace,identifier,reason\n"
    kept.unlink()
    assert bytes_below(tmp_path / "raw") == bytes_below(alone / "raw")


def test_config_states_the_defaults_of_the_standard_preset() -> None:
    assert load_demo_settings(CONFIG, "standard") == DemoSettings()
    hard = load_demo_settings(CONFIG, "hard")
    assert hard.identity.tablets > DemoSettings().identity.tablets


def test_config_with_a_share_above_one_is_refused_with_its_line(tmp_path: Path) -> None:
    config = tmp_path / "demo.yml"
    config.write_text("standard:\n  life:\n    loyal: 1.5\nhard: {}\n")
    with pytest.raises(ConfigError, match=r"demo\.yml:3:12: standard\.life\.loyal"):
        load_demo_settings(config, "standard")


@pytest.mark.parametrize("numbers", [{"customers": 0}, {"days": 3}])
def test_numbers_out_of_range_are_refused(
    tmp_path: Path, write_small: Any, numbers: dict[str, int]
) -> None:
    with pytest.raises(DemoError, match="is not between"):
        write_small(tmp_path, **(SMALL | numbers))
    assert not list(tmp_path.iterdir())
