"""The home is held by one run at a time, and its secret is made once."""

import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.ledger import Ledger
from assets.stores import HomeBusyError, HomeStore, ParquetStore, make_home

HOLD = """
import sys
from assets.stores import HomeStore
with HomeStore(root=sys.argv[1]).held():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> HomeStore:
    store = HomeStore(root=str(tmp_path / "home"))
    make_home(store.paths)
    return store


@pytest.fixture
def other_run(home):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, home.root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


@pytest.mark.usefixtures("other_run")
def test_a_second_run_is_told_that_the_home_is_busy(home):
    with pytest.raises(HomeBusyError, match="Another run is at work"), home.held():
        pass


def test_a_killed_run_leaves_the_home_free(home, other_run):
    other_run.kill()
    other_run.wait()
    with home.held():
        pass


def test_stores_of_one_run_hold_the_home_together(home):
    with home.held(), home.held():
        pass
    with home.held():
        pass


def test_a_new_home_gets_its_secret_once_and_empty_suppression_lists(home):
    ledger = Ledger(home=home)
    ledger.begin(["do_not_contact"])
    secret = ledger.secret()
    ledger.begin(["do_not_contact"])
    assert len(secret) == 32 and ledger.secret() == secret
    assert stat.S_IMODE((home.paths.ledger / "hmac.key").stat().st_mode) == 0o600


def test_a_list_lost_later_is_not_made_anew(home):
    ledger = Ledger(home=home)
    ledger.begin(["do_not_contact"])
    lost = home.paths.ledger / "suppression" / "do_not_contact.csv"
    lost.unlink()
    ledger.begin(["do_not_contact"])
    assert not lost.exists()


def test_a_table_of_parts_reads_as_one(home):
    exchange = ParquetStore(home=home, folder="exchange")
    for day in ("2026-06-18", "2026-06-19"):
        exchange.write_part("customer_rfm", day, pl.DataFrame({"as_of_date": [day]}))
    assert exchange.read("customer_rfm")["as_of_date"].sort().to_list() == [
        "2026-06-18",
        "2026-06-19",
    ]
    assert exchange.read_part("customer_rfm", "2026-06-18").height == 1


def test_the_same_rows_make_the_same_file_in_whatever_pieces_they_come(home, monkeypatch):
    monkeypatch.setattr("assets.stores.ROW_GROUP", 1000)
    exchange = ParquetStore(home=home, folder="exchange")
    rows = pl.DataFrame({"n": range(9_999)}).with_columns(text=pl.col("n").hash().cast(pl.String))
    exchange.write("identity_records", rows)
    (file,) = exchange.files("identity_records")
    before = file.stat().st_ino
    evens, odds = (rows.lazy().filter(pl.col("n") % 2 == rest) for rest in (0, 1))
    exchange.write("identity_records", evens.merge_sorted(odds, key="n"))
    assert file.stat().st_ino == before
    exchange.write("identity_records", exchange.scan("identity_records").filter(pl.col("n") != 7))
    assert exchange.read("identity_records").equals(rows.filter(pl.col("n") != 7))
