"""The published warehouse under readers: replaced whole, never locked, never in the way."""

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from assets.published import PublishedWarehouse
from assets.stores import HomeStore, make_home

TABLES = {
    "customers": {
        "description": "One row per customer.",
        "columns": {"customer_id": {"description": "Resolved id; 'OneID'."}},
    }
}
READER = """
import sys, time, duckdb
from pathlib import Path
path, stop = sys.argv[1], Path(sys.argv[2])
versions, reads = set(), 0
while not stop.exists():
    with duckdb.connect(path, read_only=True) as warehouse:
        low, high, rows = warehouse.execute(
            "select min(version), max(version), count(*) from marts.customers").fetchone()
    assert low == high and rows == 1000, (low, high, rows)
    versions.add(low)
    reads += 1
print(reads, len(versions))
"""

PATIENT_READER = """
import sys, duckdb
warehouse = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(warehouse.execute("select max(version) from marts.customers").fetchone()[0])
"""


@pytest.fixture
def home(tmp_path: Path) -> HomeStore:
    store = HomeStore(root=str(tmp_path / "home"))
    make_home(store.paths)
    return store


def build(home: HomeStore, version: int) -> None:
    home.paths.build_database.unlink(missing_ok=True)
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute("create schema marts; create schema vault")
        warehouse.execute("create table vault.secrets as select '13912345678' as identifier")
        warehouse.execute(
            "create table marts.customers as "
            f"select 'C' || range as customer_id, {version} as version from range(1000)"
        )


def test_readers_in_other_processes_see_one_whole_version_and_never_fail(home, tmp_path):
    published = PublishedWarehouse(home=home)
    build(home, 0)
    published.replace(TABLES)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(home.paths.published_database), str(stop)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    time.sleep(0.5)
    for version in range(1, 11):
        build(home, version)
        published.replace(TABLES)
    stop.touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        reads, versions = map(int, output.split())
        assert reads > 0 and versions >= 1


def test_a_reader_that_stays_open_keeps_its_version_and_blocks_nothing(home):
    published = PublishedWarehouse(home=home)
    build(home, 1)
    published.replace(TABLES)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PATIENT_READER,
            str(home.paths.published_database),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout and reader.stdout.readline() == "open\n"
    build(home, 2)
    published.replace(TABLES)
    output, _ = reader.communicate("\n", timeout=60)
    assert output == "1\n"
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        assert warehouse.execute("select max(version) from marts.customers").fetchone() == (2,)


def test_nothing_is_replaced_when_nothing_differs(home):
    published = PublishedWarehouse(home=home)
    build(home, 1)
    published.replace(TABLES)
    before = home.paths.published_database.stat()
    build(home, 1)
    published.replace(TABLES)
    after = home.paths.published_database.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_bytes_of_the_vault_never_reach_the_published_file(home):
    build(home, 1)
    PublishedWarehouse(home=home).replace(TABLES)
    assert b"13912345678" in home.paths.build_database.read_bytes()
    assert b"13912345678" not in home.paths.published_database.read_bytes()


def test_a_changed_description_reaches_the_published_file(home):
    published = PublishedWarehouse(home=home)
    build(home, 1)
    published.replace(TABLES)
    published.replace({"customers": {**TABLES["customers"], "description": "Other words."}})
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        comment = warehouse.execute(
            "select comment from duckdb_tables() where table_name = 'customers'"
        )
        assert comment.fetchone() == ("Other words.",)


def test_leftovers_of_a_killed_publish_are_replaced(home):
    build(home, 1)
    leftover = home.paths.warehouse / ".siyu.duckdb.partial"
    leftover.write_bytes(b"half a file")
    PublishedWarehouse(home=home).replace(TABLES)
    assert not leftover.exists()
    assert home.paths.published_database.exists()
