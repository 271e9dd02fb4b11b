"""A person is erased, exports come again, and nothing of them is anywhere; nothing else moved."""

import gzip
import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest
import typer
from filelock import FileLock

from assets.erasures import Erasures
from assets.stores import HomeStore
from pipelines.privacy_commands import ErasureChangedError, erase
from siyu.home import Home
from tests.night.conftest import read_tables, run_night, run_siyu

# percent ranks and households of others may change with who is there
COMPARED = ("customers", "orders", "order_items", "interactions", "consents")


def contents(path: Path, data: bytes) -> Iterator[bytes]:
    """The bytes of a file, and what they are packed or encoded from."""
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield from contents(path, gzip.decompress(data))
    elif data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(path, archive.read(name))
    elif data.startswith(b"PAR1"):
        rows = pl.read_parquet(path).select(pl.all().exclude(pl.Binary).cast(pl.String))
        yield rows.write_csv().encode()
    elif data[8:12] == b"DUCK":
        with closing(duckdb.connect(str(path), read_only=True)) as warehouse:
            for schema, table in warehouse.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall():
                rows = warehouse.execute(f'from "{schema}"."{table}"').pl()
                yield rows.select(pl.all().cast(pl.String, strict=False)).write_csv().encode()


def spelled(word: str, encoding: str) -> re.Pattern[bytes]:
    code = re.escape(word.encode(encoding))
    # a clock's fractions and longer numbers hold any seven digits sooner or later
    return re.compile(rb"(?<![0-9.])%b(?![0-9])" % code if len(word) < 9 else code)


def places_of(root: Path, words: set[str]) -> set[tuple[str, str]]:
    """Where a word stands in any byte under a folder, in any encoding."""
    coded = {
        (word, spelled(word, encoding))
        for word in words
        for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
    }
    return {
        (word, path.relative_to(root).as_posix())
        for path in root.rglob("*")
        if path.is_file()
        for content in contents(path, path.read_bytes())
        for word, code in coded
        if code.search(content)
    }


@pytest.fixture(scope="module")
def erased(brand: Home, tmp_path_factory: pytest.TempPathFactory):
    """The brand without one of its members, who got messages and bought on several platforms."""
    home = Home(tmp_path_factory.mktemp("erased") / "home")
    shutil.copytree(brand.root, home.root)
    shutil.rmtree(home.root / "truth")
    nodes = pl.read_parquet(home.exchange / "identity_nodes.parquet")
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        (customer_id,) = warehouse.execute(
            """
            select members.customer_id from marts.audience_members as members
            inner join marts.orders as orders on members.customer_id = orders.customer_id
            where members.arm = 'treatment'
            group by all order by count(distinct orders.platform) desc, 1 limit 1
            """
        ).fetchone()
        orders = {
            number
            for (number,) in warehouse.execute(
                "select source_order_id from marts.orders where customer_id = ?", [customer_id]
            ).fetchall()
        }
    own = nodes.filter(pl.col("customer_id") == customer_id)
    asked = own.row(0, named=True)
    before = read_tables(home)
    outcome = run_siyu(
        *("erase", f"{asked['namespace']}:{asked['scope']}:{asked['identifier']}"),
        *("--home", str(home.root), "--yes"),
    )
    assert outcome.returncode == 0, outcome.stderr
    return home, customer_id, set(own["identifier"]) | orders, before, outcome


def test_no_byte_of_an_erased_person_is_left(erased):
    home, _, words, _, _ = erased
    assert len(words) > 3
    assert places_of(home.root, words) == set()


def test_the_certificate_names_who_was_sent_them_and_nothing_in_the_clear(erased):
    home, customer_id, words, before, outcome = erased
    (place,) = (home.reports / "erasures").glob("*.json")
    told = json.loads(place.read_text(encoding="utf-8"))
    was_in = [row for row in before["audience_members"] if customer_id in row]
    sent = [one["audience"] for one in told["sent_to"]]
    assert sent and all(any(audience in row for row in was_in) for audience in sent)
    assert told["records_erased"] > 0 and customer_id in told["customer_ids"]
    assert place.with_suffix(".md").exists()
    assert not any(word in outcome.stdout for word in words)


def test_published_tables_lose_their_rows_at_once(erased):
    home, customer_id, _, before, _ = erased
    after = read_tables(home)
    for table in COMPARED:
        assert after[table] == [row for row in before[table] if customer_id not in row], table


def test_exports_that_come_again_do_not_bring_them_back(brand, erased):
    home, customer_id, words, before, _ = erased
    shutil.copytree(brand.raw, home.raw, dirs_exist_ok=True)
    night = run_night(home)
    assert night.returncode == 0, night.stderr
    assert places_of(home.root, words) == set()
    after = read_tables(home)
    for table in COMPARED:
        assert after[table] == [row for row in before[table] if customer_id not in row], table
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        wrong_totals = "select count(*) from marts.export_files where totals_difference is not null"
        assert warehouse.execute(wrong_totals).fetchone() == (0,)


def test_nothing_but_exports_and_the_published_file_is_readable_by_others(brand):
    open_to_others = {
        path.relative_to(brand.root).as_posix()
        for path in brand.root.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
        if not {parent.name for parent in path.parents} & {"raw", "truth"}
        if all(
            stat.S_IMODE(parent.stat().st_mode) & 0o077
            for parent in path.parents
            if brand.root in parent.parents
        )
    }
    assert open_to_others <= {".lock"}


def test_an_erasure_that_was_killed_is_finished_by_the_next_run(erased):
    home, _, _, _, _ = erased
    erasures = Erasures(home=HomeStore(root=str(home.root)))
    record = home.ledger / "erasures" / "000001.json"
    told = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps({**told, "status": "begun", "finished_at": None}))
    assert len(erasures.finish()) == 1
    assert erasures.records()[0].status == "done"
    assert erasures.finish() == []


def asked_again(brand: Home, root: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> Home:
    """A copy of the brand whose home is free, and given a file, while a person is asked."""
    home = Home(root / "home")
    shutil.copytree(brand.root, home.root, ignore=shutil.ignore_patterns("truth"))
    nodes = pl.read_parquet(home.exchange / "identity_nodes.parquet")
    phone = nodes.filter(pl.col("customer_id").is_not_null(), namespace="phone")["identifier"][0]

    def agreed(_: str) -> bool:
        with FileLock(home.root / ".lock", timeout=0):
            if meanwhile:
                (home.raw / "jd_order" / "new.csv").write_text(meanwhile.format(phone=phone))
        return True

    monkeypatch.setattr("typer.confirm", agreed)
    erase(f"phone::{phone}", home=home.root)
    return home


def test_the_home_is_free_while_a_person_is_asked(brand, tmp_path, monkeypatch):
    home = asked_again(brand, tmp_path, monkeypatch, meanwhile="")
    assert (home.ledger / "erasures" / "000001.json").exists()


def test_what_was_not_shown_is_not_erased(brand, tmp_path, monkeypatch):
    with pytest.raises(typer.Exit) as refused:
        asked_again(brand, tmp_path, monkeypatch, meanwhile="phone\n{phone}\n")
    assert isinstance(refused.value.__cause__, ErasureChangedError)
    assert not (tmp_path / "home" / "ledger" / "erasures").exists()
