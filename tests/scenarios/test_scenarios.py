"""What a brand adds without touching our code, run as it would run it."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = Path(__file__).parent

# the part of the night that lands exports and builds one view, not the hundred models after it
LAND_AND_STAGE = """
import sys
from datetime import date
from pathlib import Path
import dagster as dg
from assets.project import SOURCES
from assets.stores import HomeStore
from pipelines.definitions import defs
from pipelines.environment import enter_home

home = Path(sys.argv[1])
enter_home(home)
landed = [dg.AssetKey(["landing", name]) for name in SOURCES]
selection = [*landed, dg.AssetKey(["exchange", "export_files"]), dg.AssetKey(sys.argv[2])]
job = defs.resolve_job_def("nightly")
with HomeStore(root=str(home)).held(), dg.DagsterInstance.get() as instance:
    outcome = job.execute_in_process(
        instance=instance, asset_selection=selection, partition_key="2026-06-30"
    )
failed = [c.check_name for c in outcome.get_asset_check_evaluations() if not c.passed]
assert outcome.success and not failed, failed
"""


def with_additions(original: Path, additions: Path, copy: Path) -> Path:
    """A copy of one of our folders with the scenario's files added; none may replace ours."""
    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("target", "logs", "dbt_packages"))
    for file in additions.rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(additions)
            assert not target.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return copy


def test_a_new_shop_needs_a_declaration_and_a_staging_model(tmp_path):
    scenario = SCENARIOS / "a_new_shop_needs_a_declaration_and_a_staging_model"
    home = tmp_path / "home"
    shutil.copytree(scenario / "raw", home / "raw")
    folders = {
        "SIYU_CONFIG": with_additions(ROOT / "config", scenario / "config", tmp_path / "config"),
        "SIYU_DBT_PROJECT": with_additions(
            ROOT / "dbt_project", scenario / "dbt_project", tmp_path / "dbt_project"
        ),
    }
    environment = {**os.environ, **{name: str(folder) for name, folder in folders.items()}}
    night = subprocess.run(
        [sys.executable, "-c", LAND_AND_STAGE, str(home), "stg_corner__orders"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert night.returncode == 0, night.stderr[-2000:]
    with duckdb.connect(str(home / "warehouse" / "build.duckdb"), read_only=True) as warehouse:
        orders = warehouse.execute(
            "select order_id, status, paid_amount, phone, hour(paid_at) "
            "from staging.stg_corner__orders order by all"
        ).fetchall()
    assert orders == [
        ("corner:880001", "已完成", Decimal("1299.00"), "13812345678", 12),
        ("corner:880002", "已完成", Decimal("88.00"), None, 1),
        ("corner:880003", "已完成", Decimal("59.90"), "13912345678", 0),
    ]
    files = pl.read_parquet(home / "exchange" / "export_files.parquet").filter(
        source="corner_order"
    )
    assert files["status"].to_list() == ["landed", "landed"]
    assert files["rows_landed"].to_list() == [3, 1]
    assert files["totals_difference"].to_list() == [None, None]
