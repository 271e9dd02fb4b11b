"""The published warehouse under readers: replaced whole, never locked, never in the way."""

import subprocess
import sys
from datetime import date

import duckdb
import pytest

from assets.published import PublishedWarehouse
from assets.stores import HomeStore
from tests.assets.conftest import CUSTOMERS, ORDERS, build, publish

READER = """
import sys, time, duckdb
from pathlib import Path
path, stop = sys.argv[1], Path(sys.argv[2])
seen, reads = set(), 0
while not stop.exists():
    with duckdb.connect(path, read_only=True) as warehouse:
        customers = warehouse.execute(
            "select min(version), max(version), count(*) from marts.customers").fetchone()
        orders = warehouse.execute(
            "select min(version), max(version), count(*) from marts.orders "
            "where order_date >= date '2026-10-01'").fetchone()
        (published,) = warehouse.execute("select version - 1 from publication.version").fetchone()
    assert customers == (published, published, 1000), (customers, published)
    assert orders == (published, published, 310), (orders, published)
    seen.add(published)
    reads += 1
    time.sleep(0.2)
print(reads, len(seen))
"""

PATIENT_READER = """
import sys, duckdb
warehouse = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(warehouse.execute("select max(version) from marts.customers").fetchone()[0])
"""


def test_four_processes_that_query_during_twenty_publications_see_whole_versions(home, tmp_path):
    build(home, 0)
    publish(home)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(home.paths.published_database), str(stop)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for version in range(1, 21):
        build(home, version)
        publish(home)
    stop.touch()
    answers = [(*reader.communicate(timeout=60), reader.returncode) for reader in readers]
    assert [(errors, code) for _, errors, code in answers] == [("", 0)] * 4
    assert all(int(output.split()[0]) > 0 for output, _, _ in answers)


def test_a_reader_that_stays_open_keeps_its_version_and_blocks_nothing(home):
    build(home, 1)
    publish(home)
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
    publish(home)
    output, _ = reader.communicate("\n", timeout=60)
    assert output == "1\n"
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        assert warehouse.execute("select max(version) from marts.customers").fetchone() == (2,)


def test_nothing_is_replaced_when_nothing_differs(home):
    build(home, 1)
    publish(home)
    before = home.paths.published_database.stat()
    build(home, 1)
    publish(home)
    after = home.paths.published_database.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_bytes_of_the_vault_never_reach_the_published_file(home):
    build(home, 1)
    publish(home)
    assert b"13912345678" in home.paths.build_database.read_bytes()
    assert b"13912345678" not in home.paths.published_database.read_bytes()


def test_a_changed_description_reaches_the_published_file(home):
    build(home, 1)
    publish(home)
    publish(home, {"customers": {**CUSTOMERS, "description": "Other words."}})
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        comment = warehouse.execute(
            "select comment from duckdb_tables() where table_name = 'customers'"
        )
        assert comment.fetchone() == ("Other words.",)


def test_leftovers_of_a_killed_publish_are_replaced(home):
    build(home, 1)
    leftover = home.paths.warehouse / ".siyu.duckdb.partial"
    spilled = home.paths.warehouse / ".siyu.duckdb.partial.tmp" / "duckdb_temp_storage-0.tmp"
    for _ in ("something to publish", "nothing to publish"):
        leftover.write_bytes(b"half a file")
        spilled.parent.mkdir()
        spilled.write_bytes(b"rows")
        publish(home)
        assert not leftover.exists() and not spilled.parent.exists()
        assert home.paths.published_database.exists()


def content(home: HomeStore) -> list[tuple]:
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        return warehouse.execute("from marts.orders order by all").fetchall()


def test_only_parts_that_differ_are_written_and_the_file_equals_one_written_whole(home):
    build(home, 1)
    publish(home)
    build(home, 2)
    publish(home)
    patched = content(home)
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        copied = warehouse.execute("select copied_rows from publication.version").fetchone()
    assert copied == (1000 + 310,)
    home.paths.published_database.unlink()
    publish(home)
    assert content(home) == patched


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            "update marts.orders set order_date = date '2025-12-31' where order_id = 'o7'; "
            "delete from marts.orders where month(order_date) = 3; "
            "update marts.orders set order_date = null where order_id = 'o8'",
            id="rows move to another part or vanish",
        ),
        pytest.param(
            "update marts.orders set version = 7 "
            "where day(order_date) = 3 and month(order_date) < 9; "
            "delete from marts.orders where month(order_date) = 2 and day(order_date) < 9; "
            "insert into marts.orders values ('new', date '2027-02-01', 1)",
            id="most rows are of parts that differ",
        ),
    ],
)
def test_after_any_change_the_tables_are_as_built(home, change):
    build(home, 1)
    publish(home)
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute(change)
        expected = warehouse.execute("from marts.orders order by all").fetchall()
    publish(home)
    assert content(home) == expected


def test_a_past_day_that_holds_most_rows_leaves_the_other_days_as_published(home):
    days = {"days": {**ORDERS, "config": {"meta": {"parts": {"by": "day", "column": "day"}}}}}
    rows = "select n, date '2026-10-01' + (n // 90)::int as day, {} as version from range(100) r(n)"
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute(f"create schema marts; create table marts.days as {rows.format(1)}")
    publish(home, days)
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute(f"create or replace table marts.days as {rows.format(2)}")
    PublishedWarehouse(home=home).replace_day(
        days, day=date(2026, 10, 1), as_of_date=date(2026, 10, 2), keep=2
    )
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        versions = "select day, min(version), max(version) from marts.days group by 1 order by 1"
        assert warehouse.execute(versions).fetchall() == [
            (date(2026, 10, 1), 2, 2),
            (date(2026, 10, 2), 1, 1),
        ]


def test_a_file_is_written_whole_again_once_replaced_rows_outnumber_the_rows(home):
    numbers = []
    for version in range(6):
        build(home, version)
        publish(home)
        with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
            numbers += warehouse.execute("select copied_rows from publication.version").fetchone()
    assert numbers == [0, 1310, 2620, 3930, 5240, 0]


def test_one_changed_row_replaces_one_row(home):
    build(home, 1)
    publish(home)
    with duckdb.connect(str(home.paths.build_database)) as warehouse:
        warehouse.execute("update marts.orders set version = 7 where order_id = 'o7'")
        expected = warehouse.execute("from marts.orders order by all").fetchall()
    publish(home)
    assert content(home) == expected
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        assert warehouse.execute("select copied_rows from publication.version").fetchone() == (1,)


def test_rows_alike_in_all_columns_are_counted(home):
    build(home, 1)
    for more in (2, 0, 1):
        with duckdb.connect(str(home.paths.build_database)) as warehouse:
            warehouse.execute("delete from marts.orders where order_id = 'twin'")
            for _ in range(more):
                warehouse.execute(
                    "insert into marts.orders values ('twin', date '2026-02-01', null)"
                )
        publish(home)
        assert content(home).count(("twin", date(2026, 2, 1), None)) == more


def test_a_table_that_is_built_no_more_leaves_the_published_file(home):
    build(home, 1)
    publish(home)
    publish(home, {"orders": ORDERS})
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        assert warehouse.execute("select table_name from publication.tables").fetchall() == [
            ("orders",)
        ]
        assert warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall() == [("orders",)]


def test_a_published_file_somebody_wrote_to_is_written_whole_again(home):
    build(home, 1)
    publish(home)
    published = home.paths.published_database
    published.chmod(0o600)
    with duckdb.connect(str(published)) as warehouse:
        warehouse.execute("drop table marts.orders")
    publish(home)
    with duckdb.connect(str(published), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from marts.orders").fetchone() == (3040,)
