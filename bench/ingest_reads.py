"""One reading in a process of its own: prints seconds, processor time, rows and peak memory.

Run by bench/ingest.py.
"""

import contextlib
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOADED_AT = datetime.fromisoformat("2026-06-20T18:00:00")


def siyu(source: str, path: Path) -> Callable[[], int]:
    """The whole way of one export file to its landed Parquet."""
    from siyu.home import Home
    from siyu.ingest.landing import admit_exports, stage_exports
    from siyu.ingest.sources import load_sources

    sources = {source: load_sources(ROOT / "config" / "sources")[source]}
    home = Home(Path(tempfile.mkdtemp(dir=path.parent)))
    (home.raw / source).mkdir(parents=True)
    (home.raw / source / path.name).hardlink_to(path)

    def read() -> int:
        staged = stage_exports(home, sources, loaded_at=LOADED_AT)
        files = admit_exports(home, sources, staged, {})
        return files["rows_landed"].sum()

    return read


def polars(_: str, path: Path) -> Callable[[], int]:
    """All cells as text, or JSON as polars infers it."""
    import polars as pl

    if path.suffix == ".csv":
        return lambda: pl.read_csv(path.with_suffix(".utf8"), infer_schema=False).height
    return lambda: pl.read_ndjson(path).height


def duckdb(_: str, path: Path) -> Callable[[], int]:
    """Into an Arrow table."""
    import duckdb as engine

    query = f"select * from read_json('{path}', format = 'newline_delimited')"
    if path.suffix == ".csv":
        query = f"select * from read_csv('{path.with_suffix('.utf8')}', all_varchar = true)"
    return lambda: engine.sql(query).to_arrow_table().num_rows


def pandas(_: str, path: Path) -> Callable[[], int]:
    """All cells as text, or JSON lines."""
    import pandas as pd

    if path.suffix == ".csv":
        return lambda: len(pd.read_csv(path.with_suffix(".utf8"), dtype=str))
    return lambda: len(pd.read_json(path, lines=True))


def fastexcel(_: str, path: Path) -> Callable[[], int]:
    """The first sheet as text."""
    import fastexcel as engine

    return lambda: engine.read_excel(path).load_sheet(0, dtypes="string").height


def openpyxl(_: str, path: Path) -> Callable[[], int]:
    """The first sheet, streamed."""
    import openpyxl as engine

    def read() -> int:
        book = engine.load_workbook(path, read_only=True, data_only=True)
        return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1

    return read


READERS = {read.__name__: read for read in (siyu, polars, duckdb, pandas, fastexcel, openpyxl)}


def main() -> None:
    """Read once and say what it took."""
    name, source, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    # what a reader says about its guesses is not part of the answer
    with contextlib.redirect_stdout(io.StringIO()):
        read = READERS[name](source, path)
        began, before = time.perf_counter(), time.process_time()
        rows = read()
        seconds = time.perf_counter() - began
    cpu = sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # its workers run at the same time, two of them as large as the largest
    workers = 2 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    megabytes = (own + workers) / 1024
    print(
        json.dumps({"seconds": seconds, "cpu": cpu - before, "rows": rows, "megabytes": megabytes})
    )


if __name__ == "__main__":
    main()
