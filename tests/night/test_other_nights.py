"""Nights that go differently: nothing there, nothing wanted, killed half-way."""

import random
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


def test_killed_nights_leave_the_old_file_or_the_new_and_the_next_one_is_right(brand, tmp_path):
    home = Home(tmp_path / "killed")
    write_brand(home, customers=400, days=200)
    (home.ledger).mkdir(exist_ok=True)
    # the same secret, so that hashes can be compared with the undisturbed home
    (home.ledger / "hmac.key").write_text((brand.ledger / "hmac.key").read_text())
    for name in ("do_not_contact", "open_complaints"):
        source = brand.ledger / "suppression" / f"{name}.csv"
        (home.ledger / "suppression").mkdir(exist_ok=True)
        (home.ledger / "suppression" / f"{name}.csv").write_bytes(source.read_bytes())
    moments = random.Random(20261031)
    for _ in range(4):
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
