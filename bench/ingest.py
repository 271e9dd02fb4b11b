"""Reading exports: rows a second and peak memory beside bare reads of the same data.

    python bench/ingest.py                          # 40 MB of each, about a minute
    python bench/ingest.py --megabytes 1000         # the sizes of the target
    python bench/ingest.py --forms csv jsonl --runs 3

The workbook is a fifth of the size, as in the target. ``cpu s`` is the processor time of a reader
and its workers: on a busy machine it says more than the seconds.

Not at the target of 2.5 times the fastest bare read. Processor time at 200 MB, on a machine busy
with other work: CSV 8.4 s (bare reads: polars 1.6, DuckDB 2.7, pandas 6.0), JSONL 14.8 s (DuckDB
2.3, polars 4.8, pandas 14.1); peak memory 450 and 630 MB. Of a CSV's time decoding GB18030 and
parsing take three tenths, looking at and casting the cells a quarter, hashing the rows and writing
a tenth each. A log spends half its time in Python, taking declared members out of documents.

Landing decodes, checks the structure, casts, hashes and writes Parquet; the bare reads only parse,
and get the CSV as UTF-8. Each runs in a process of its own, so that its memory is its own.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))
from ingest_files import make_csv, make_jsonl, make_xlsx

SOURCES = {"csv": "taobao_order", "jsonl": "sensors_event", "xlsx": "kuaishou_order"}
MAKERS = {"csv": make_csv, "jsonl": make_jsonl, "xlsx": make_xlsx}
READERS = {
    "csv": ("siyu", "polars", "duckdb", "pandas"),
    "jsonl": ("siyu", "polars", "duckdb", "pandas"),
    "xlsx": ("siyu", "fastexcel", "openpyxl"),
}
# a packed sheet holds many times its size in cells
XLSX_SHARE = 0.2
console = Console(width=100)


def measure(form: str, reader: str, folder: Path, runs: int) -> dict[str, float]:
    """Median seconds, and the most memory of any run."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("ingest_reads.py")),
        reader,
        SOURCES[form],
        str(folder / f"export.{form}"),
    ]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(runs)
    ]
    return {
        "seconds": statistics.median(run["seconds"] for run in found),
        "cpu": statistics.median(run["cpu"] for run in found),
        "rows": found[0]["rows"],
        "megabytes": max(run["megabytes"] for run in found),
    }


def show(form: str, measured: dict[str, dict[str, float]], size: float) -> None:
    """One table a form; the ratio is to the fastest bare read."""
    fastest = min(run["seconds"] for reader, run in measured.items() if reader != "siyu")
    table = Table(title=f"{form}, {size:.0f} MB, {measured['siyu']['rows']:,.0f} rows")
    for heading in ("reader", "seconds", "cpu s", "rows/s", "peak MB", "to fastest bare read"):
        table.add_column(heading, justify="left" if heading == "reader" else "right")
    for reader, run in measured.items():
        table.add_row(
            reader,
            f"{run['seconds']:.2f}",
            f"{run['cpu']:.2f}",
            f"{run['rows'] / run['seconds']:,.0f}",
            f"{run['megabytes']:.0f}",
            f"{run['seconds'] / fastest:.2f}",
        )
    console.print(table)


def main() -> None:
    """Make the files, read them, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=40)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forms", nargs="+", choices=MAKERS, default=list(MAKERS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as name:
        folder = Path(name)
        for form in options.forms:
            megabytes = options.megabytes * (XLSX_SHARE if form == "xlsx" else 1)
            path = folder / f"export.{form}"
            MAKERS[form](path, megabytes=megabytes, seed=options.seed)
            measured = {
                reader: measure(form, reader, folder, options.runs) for reader in READERS[form]
            }
            show(form, measured, path.stat().st_size / 1e6)
            for made in folder.glob("export.*"):
                made.unlink()


if __name__ == "__main__":
    main()
