"""The whole night by size: a full build, a night without news, a night with 1 % new rows.

    python bench/nightly.py                                # 10,000 customers
    python bench/nightly.py --customers 10000 100000 1000000 --skip pandas
    python bench/nightly.py --folder FOLDER                # keep the homes it makes

Beside it, in the same run: the floor (DuckDB alone reads every landed column and writes as much as
the marts hold) and a plain pandas script that makes customers and RFM from the same exports.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))
from nightly_runs import Run, measure_command, stages_of

BENCH = Path(__file__).parent
SIYU = [sys.executable, "-c", "from pipelines.cli import main; main()"]
NEW_SHARE = 0.01
FULL, QUIET, NEW = "full build", "nothing new", "1 % new"
console = Console(width=120)


@dataclass
class Measured:
    """What one size cost.

    Attributes:
        rows: Landed rows of the full build and rows that were new in the last night.
        nights: Night → its run.
        peers: Peer → its run.
    """

    rows: tuple[int, int]
    nights: dict[str, Run]
    peers: dict[str, Run]


def measure_size(home: Path, customers: int, arguments: argparse.Namespace) -> Measured:
    """Write a brand, run its nights and the peers."""
    if not (home / "raw").exists():
        subprocess.run(
            [
                *(*SIYU, "demo", "--home", str(home), "--customers", str(customers)),
                *("--days", str(arguments.days), "--seed", str(arguments.seed)),
            ],
            check=True,
            capture_output=True,
        )
    late = hold_back(home / "raw", home / "late")
    as_of = date(2026, 10, 31)
    nights, rows = {}, []
    for name, prepare in ((FULL, None), (QUIET, None), (NEW, lambda: bring(late))):
        if prepare:
            prepare()
            as_of += timedelta(days=1)
        nights[name] = measure_command(
            [*SIYU, "run", "--home", str(home), "--as-of", as_of.isoformat()]
        )
        nights[name].stages = stages_of(home, nights[name])
        rows.append(landed_rows(home))
    peers: dict[str, Run] = {}
    for peer in ("floor", "pandas"):
        if peer not in arguments.skip:
            peers[peer] = measure_command(
                [sys.executable, str(BENCH / f"nightly_{peer}.py"), str(home)]
            )
    return Measured((rows[0], rows[2] - rows[1]), nights, peers)


def hold_back(raw: Path, late: Path) -> list[tuple[Path, Path]]:
    """Take about 1 % of the exports away: the end of the newest file of the largest stream.

    Returns:
        Where each file that comes late lies, and where it is to go.
    """
    stream = max((raw / "sensors_event").glob("*.jsonl"), key=lambda file: file.name)
    waiting = late / f"late_{stream.name}"
    place = stream.with_name(waiting.name)
    if place.exists():
        raise SystemExit(f"{raw} has seen its 1 % already; remove the folder and start anew")
    if not waiting.exists():
        size = sum(file.stat().st_size for file in raw.rglob("*") if file.is_file())
        lines = stream.read_bytes().splitlines(keepends=True)
        wanted, count = size * NEW_SHARE, 0
        while wanted > 0 and count < len(lines):
            count += 1
            wanted -= len(lines[-count])
        late.mkdir(exist_ok=True)
        waiting.write_bytes(b"".join(lines[-count:]))
        stream.write_bytes(b"".join(lines[:-count]))
    return [(waiting, place)]


def bring(files: list[tuple[Path, Path]]) -> None:
    """Let the exports that were held back arrive."""
    for waiting, place in files:
        waiting.rename(place)


def landed_rows(home: Path) -> int:
    """Rows of all landed exports."""
    files = pl.read_parquet(home / "exchange" / "export_files.parquet")
    return int(files.filter(status="landed")["rows_landed"].sum())


def show_size(customers: int, measured: Measured) -> None:
    """Print the stages of each night and the peers."""
    table = Table(title=f"{customers:,} customers, {measured.rows[0]:,} landed rows")
    for heading in ("", *measured.nights):
        table.add_column(heading, justify="left" if not heading else "right")
    stages = list(dict.fromkeys(stage for run in measured.nights.values() for stage in run.stages))
    for stage in stages:
        table.add_row(stage, *(_stage(run.stages.get(stage)) for run in measured.nights.values()))
    rows: dict[str, Callable[[Run], str]] = {
        "whole, wall s": lambda run: f"{run.seconds:.1f}",
        "whole, CPU s": lambda run: f"{run.cpu_seconds:.1f}",
        "peak MB": lambda run: f"{run.peak_megabytes:,.0f}",
    }
    for name, figure in rows.items():
        table.add_row(name, *(figure(run) for run in measured.nights.values()))
    console.print(table)
    full, quiet, new = (measured.nights[name] for name in (FULL, QUIET, NEW))
    beyond = max(full.seconds - quiet.seconds, 0.1)
    console.print(
        f"Beyond the fixed cost: {measured.rows[0] / beyond:,.0f} rows/s. "
        f"The night with {measured.rows[1]:,} new rows took {new.seconds / full.seconds:.0%} "
        "of the full build."
    )
    for peer, run in measured.peers.items():
        console.print(
            f"{peer}: {run.seconds:.1f} s, peak {run.peak_megabytes:,.0f} MB; "
            f"the full build is {full.seconds / run.seconds:.2f} times that"
        )


def _stage(cost: tuple[float, float] | None) -> str:
    return "" if cost is None else f"{cost[0]:.1f} s  {cost[1]:,.0f} MB"


def show_growth(measured: dict[int, Measured]) -> None:
    """Print how each stage of the full build grows from size to size."""
    sizes = sorted(measured)
    table = Table(title="Growth of the full build: seconds at a size over the size before")
    for heading in ("", *(f"{size:,}" for size in sizes[1:])):
        table.add_column(heading, justify="left" if not heading else "right")
    runs = [measured[size].nights[FULL] for size in sizes]
    pairs = list(pairwise(runs))
    table.add_row("whole", *(f"{after.seconds / before.seconds:.1f}" for before, after in pairs))
    for stage in runs[0].stages:
        factors = [
            after.stages[stage][0] / max(before.stages[stage][0], 0.01) for before, after in pairs
        ]
        table.add_row(stage, *(f"{factor:.1f}" for factor in factors))
    console.print(table)


def main() -> None:
    """Measure every size, then print how the cost grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000])
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", nargs="+", choices=("floor", "pandas"), default=[])
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        console.print(f"DuckDB {duckdb.__version__}, polars {pl.__version__}")
        measured = {}
        for customers in arguments.customers:
            home = folder / f"home_{customers}"
            measured[customers] = measure_size(home, customers, arguments)
            show_size(customers, measured[customers])
        if len(measured) > 1:
            show_growth(measured)


if __name__ == "__main__":
    main()
