"""The build database under a key: unreadable without it, the same with it, made anew for it."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.build_database import BuildKeyError, attach_build, why_made_anew
from assets.built_models import discard_build
from assets.published import PublishedWarehouse
from assets.stores import HomeStore
from tests.warehouse.conftest import land

KEY = "it's the brand's key 7f3a"
PHONE = "13912345678"
TABLES = {"attribute_ranks": {"description": "", "columns": {}}}


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A home whose build database was made with a key."""
    warehouse = land(tmp_path_factory.mktemp("encrypted") / "home", {})
    warehouse.logged = "debug"
    node = {
        "customer_id": "C1",
        "namespace": "phone",
        "scope": "",
        "identifier": PHONE,
        "identifier_hash": "5f",
        "identifier_masked": "139****5678",
        "first_seen_at": datetime.fromisoformat("2026-03-01"),
        "last_seen_at": datetime.fromisoformat("2026-03-01"),
    }
    pl.DataFrame([node] * 100).write_parquet(warehouse.home.exchange / "identity_nodes.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIYU_BUILD_KEY", KEY)
        warehouse.build("run", "--select", "vault_customer_identifiers")
    return warehouse


def _everything(database: Path) -> str:
    """All rows of all tables, as text."""
    with duckdb.connect() as connection:
        attach_build(connection, database)
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'build'"
        ).fetchall()
        rows = [
            connection.execute(f'select * from build."{schema}"."{table}"').fetchall()
            for schema, table in tables
        ]
    return repr(rows)


def _plain(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table clear as select '{PHONE}' as phone from range(100)")


def test_what_was_built_is_read_with_the_key_and_not_in_the_bytes(encrypted, monkeypatch):
    monkeypatch.setenv("SIYU_BUILD_KEY", KEY)
    assert encrypted.outcomes == {"vault_customer_identifiers": "success: OK"}
    assert PHONE in _everything(encrypted.home.build_database)
    for file in encrypted.home.warehouse.rglob("*"):
        assert file.is_dir() or PHONE.encode() not in file.read_bytes()


def test_the_key_is_in_no_file_of_the_home(encrypted):
    assert "vault_customer_identifiers" in (encrypted.home.root / ".dbt" / "dbt.log").read_text()
    for file in encrypted.home.root.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert KEY.encode() not in content, file
            assert KEY.replace("'", "''").encode() not in content, file


@pytest.mark.parametrize("key", ["another key", None])
def test_a_wrong_or_missing_key_says_what_to_do(encrypted, monkeypatch, key):
    if key is None:
        monkeypatch.delenv("SIYU_BUILD_KEY", raising=False)
    else:
        monkeypatch.setenv("SIYU_BUILD_KEY", key)
    with pytest.raises(BuildKeyError) as raised:
        _everything(encrypted.home.build_database)
    told = str(raised.value)
    assert "SIYU_BUILD_KEY" in told and "derived" in told and "\n" not in told
    assert "another key" not in told and raised.value.__cause__ is None


def test_without_its_key_a_database_is_not_made_anew_in_the_clear(encrypted, monkeypatch):
    monkeypatch.delenv("SIYU_BUILD_KEY", raising=False)
    with pytest.raises(BuildKeyError):
        why_made_anew(encrypted.home.build_database)


def test_a_database_that_does_not_fit_the_key_is_made_anew(encrypted, monkeypatch, tmp_path):
    clear = tmp_path / "build.duckdb"
    monkeypatch.delenv("SIYU_BUILD_KEY", raising=False)
    assert why_made_anew(clear) is None
    _plain(clear)
    assert why_made_anew(clear) is None
    monkeypatch.setenv("SIYU_BUILD_KEY", KEY)
    assert why_made_anew(clear) == "SIYU_BUILD_KEY is given"
    assert why_made_anew(encrypted.home.build_database) is None
    monkeypatch.setenv("SIYU_BUILD_KEY", "another key")
    assert why_made_anew(encrypted.home.build_database) == "SIYU_BUILD_KEY has changed"


def test_making_anew_leaves_nothing_that_was_in_the_clear(tmp_path):
    home = HomeStore(root=str(tmp_path)).paths
    spilled = home.warehouse / "build.duckdb.tmp" / "duckdb_temp_block-1.block"
    spilled.parent.mkdir(parents=True)
    for file in (spilled, home.build_database, home.warehouse / "build.duckdb.wal"):
        file.write_text(PHONE)
    discard_build(home)
    assert list(home.warehouse.iterdir()) == []


def test_the_published_file_stays_readable_without_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv("SIYU_BUILD_KEY", KEY)
    store = HomeStore(root=str(tmp_path / "home"))
    with store.held(), duckdb.connect() as connection:
        attach_build(connection, store.paths.build_database, read_only=False)
        connection.execute("create schema build.marts")
        connection.execute("create table build.marts.attribute_ranks as select 1 as rank")
    PublishedWarehouse(home=store).replace(TABLES, as_of_date=date(2026, 6, 30), keep=2)
    monkeypatch.delenv("SIYU_BUILD_KEY")
    with duckdb.connect(str(store.paths.published_database), read_only=True) as warehouse:
        assert warehouse.execute("select rank from marts.attribute_ranks").fetchall() == [(1,)]
