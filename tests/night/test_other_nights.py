"""Nights that go differently: nothing there, nothing wanted, killed half-way."""

import random
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from assets.stores import HomeStore
from siyu.home import Home
from tests.night.conftest import AS_OF, read_tables, run_night, run_siyu, write_brand


def test_an_empty_home_ends_well_with_empty_tables(tmp_path):
    home = Home(tmp_path / "new")
    night = run_night(home)
    assert night.returncode == 0, night.stderr
    assert "raw" in night.stdout
    tables = read_tables(home)
    assert len(tables) >= 12
    assert all(rows == [] for rows in tables.values())


def test_a_day_that_has_not_come_is_refused_in_one_line(tmp_path):
    night = run_siyu("run", "--home", str(tmp_path / "new"), "--as-of", "2099-01-01")
    assert night.returncode != 0
    assert "2099-01-01" in night.stderr and len(night.stderr.strip().splitlines()) == 1


def test_a_second_run_on_a_busy_home_says_so_in_one_line(tmp_path):
    home = HomeStore(root=str(tmp_path / "busy"))
    with home.held():
        night = run_night(home.paths)
    assert night.returncode != 0
    assert "Another run is at work" in night.stderr
    assert len(night.stderr.strip().splitlines()) == 1


def _small_machine(limit: str, size: int, home: Home) -> subprocess.CompletedProcess[str]:
    """A night that may write no file, or take no memory, above a size in bytes."""
    limited = (
        f"import resource; resource.setrlimit(resource.{limit}, ({size}, {size})); "
        "from pipelines.cli import main; main()"
    )
    command = [sys.executable, "-c", limited, "run", "--home", str(home.root), "--as-of", AS_OF]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _same_people(home: Home, brand: Home) -> None:
    """Give a home the secret and lists of another, so that their tables can be compared."""
    shutil.copytree(brand.ledger / "suppression", home.ledger / "suppression", dirs_exist_ok=True)
    shutil.copy2(brand.ledger / "hmac.key", home.ledger / "hmac.key")


def test_nights_that_are_killed_or_starved_publish_nothing_partial_and_the_next_one_is_right(
    brand, tmp_path
):
    home = Home(tmp_path / "killed")
    write_brand(home, customers=400, days=200)
    _same_people(home, brand)
    for limit, size in (("RLIMIT_FSIZE", 2_000_000), ("RLIMIT_AS", 2_500_000_000)):
        night = _small_machine(limit, size, home)
        assert night.returncode != 0
        assert len(night.stderr.strip().splitlines()) == 1, night.stderr
        assert not home.published_database.exists()
    moments = random.Random(20261031)
    for _ in range(2):
        night = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from pipelines.cli import main; main()",
                *("run", "--home", str(home.root), "--as-of", AS_OF),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(6, 24))
        night.send_signal(signal.SIGKILL)
        night.wait()
        if home.published_database.exists():
            with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
                assert warehouse.execute("select count(*) from marts.orders").fetchone() > (0,)
    last = run_night(home)
    assert last.returncode == 0, last.stderr
    assert read_tables(home) == read_tables(brand)


def test_damaged_and_lost_files_that_can_be_made_again_are_made_again(brand, tmp_path):
    home = Home(tmp_path / "damaged")
    shutil.copytree(brand.root, home.root)
    cut, lost = (
        next((home.landing / source).glob("*.parquet")) for source in ("taobao_order", "jd_order")
    )
    cut.write_bytes(cut.read_bytes()[:1000])
    lost.unlink()
    with home.build_database.open("r+b") as database:
        database.seek(8200)
        database.write(b"a sector that was written over")
    (home.exchange / "int_contact_points.parquet").write_bytes(b"PAR1")
    night = run_night(home)
    assert night.returncode == 0, night.stderr
    assert read_tables(home) == read_tables(brand)


@pytest.mark.parametrize("as_of", ["2026-08-15"])
def test_an_earlier_day_knows_nothing_of_later_facts(brand, as_of):
    night = run_night(brand, as_of)
    assert night.returncode == 0, night.stderr
    with duckdb.connect(str(brand.published_database), read_only=True) as warehouse:
        late = warehouse.execute(
            "select count(*) from marts.customer_rfm "
            "where as_of_date = ?::date and last_order_date > as_of_date",
            [as_of],
        ).fetchone()
        both = warehouse.execute("select count(distinct as_of_date) from marts.customer_rfm")
        assert late == (0,) and both.fetchone() == (2,)
