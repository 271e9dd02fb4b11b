"""One brand, one night: run once as a user would, looked at by many tests."""

import subprocess
import sys
from datetime import date

import duckdb
import pytest

from assets.project import CONFIG
from siyu.demo import load_demo_settings, write_demo
from siyu.home import Home

AS_OF = "2026-10-31"


def run_siyu(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; `answer` is what a person types."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments]
    return subprocess.run(command, input=answer, capture_output=True, text=True, check=False)


def run_night(home: Home, as_of: str = AS_OF) -> subprocess.CompletedProcess[str]:
    return run_siyu("run", "--home", str(home.root), "--as-of", as_of)


def write_brand(
    home: Home, *, customers: int, days: int, seed: int = 7, preset: str = "standard"
) -> None:
    write_demo(
        home,
        customers=customers,
        days=days,
        seed=seed,
        end_date=date.fromisoformat(AS_OF),
        settings=load_demo_settings(CONFIG / "demo.yml", preset),
    )


def read_tables(home: Home) -> dict[str, list[tuple]]:
    """Every published table as sorted rows, without the moment of loading."""
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        names = warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        return {
            name: sorted(
                warehouse.execute(
                    f"from marts.{name} select columns(c -> c <> 'loaded_at')"
                ).fetchall(),
                key=repr,
            )
            for (name,) in names
        }


@pytest.fixture(scope="session")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo brand after one night."""
    home = Home(tmp_path_factory.mktemp("brand"))
    write_brand(home, customers=400, days=200)
    night = run_night(home)
    assert night.returncode == 0, night.stderr
    return home


@pytest.fixture
def warehouse(brand: Home):
    with duckdb.connect(str(brand.published_database), read_only=True) as connection:
        yield connection
