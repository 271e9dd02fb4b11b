"""Speed of identity resolution: the whole path in a process of its own, beside bare peers."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from identity_peers import PEERS, plain_links
from identity_people import BrandSample
from rich.console import Console
from rich.table import Table

from siyu.config_file import load_config
from siyu.identity.attributes import (
    ATTRIBUTES_SCHEMA,
    Attributes,
    number_attributes,
    read_attributes,
)
from siyu.identity.changes import Input
from siyu.identity.clusters import build_clusters
from siyu.identity.evidence import IDENTIFIERS_SCHEMA, Evidence, Frame, number_evidence
from siyu.identity.ledger import LOG_SCHEMA, OVERRIDES_SCHEMA, REGISTRY_SCHEMA
from siyu.identity.metrics import measure_tables
from siyu.identity.night import tables_of
from siyu.identity.overrides import Orders, number_overrides
from siyu.identity.packing import TABLES
from siyu.identity.resolution import Resolution
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import IdentityRules

ROOT = Path(__file__).parents[1]
BENCH = Path(__file__).with_name("identity.py")
RULES = load_config(ROOT / "config" / "identity.yml", IdentityRules)
SECRET = b"bench" * 8
INPUTS = {"identifiers": IDENTIFIERS_SCHEMA, "attributes": ATTRIBUTES_SCHEMA}
console = Console(width=110)


@dataclass(frozen=True)
class MadeTables:
    """What quality is measured on.

    Attributes:
        records: ``identity_records``.
        households: ``household_id``, ``customer_id``.
    """

    records: pl.DataFrame
    households: pl.DataFrame

    @classmethod
    def read(cls, folder: Path) -> "MadeTables":
        files = (_place(folder, f"identity_{table}") for table in cls.__annotations__)
        return cls(*map(pl.read_parquet, files))


def run_path(folder: Path) -> Resolution:
    """Read, resolve, write, count: what a night does."""
    identifiers, attributes = scan_inputs(folder)
    resolution = resolve_frames(identifiers, attributes)
    write_tables(folder, resolution)
    written = {table: pl.scan_parquet(_place(folder, f"identity_{table}")) for table in TABLES}
    observed = Input(identifiers, attributes, pl.DataFrame(schema=OVERRIDES_SCHEMA))
    measure_tables(written, resolution.log, observed, rules=RULES)
    return resolution


def scan_inputs(folder: Path) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    return tuple(pl.scan_parquet(folder / f"{name}.parquet") for name in INPUTS)


def write_tables(folder: Path, made: Resolution) -> None:
    for table, rows in (*tables_of(made), ("entry", made.entry)):
        rows.lazy().sink_parquet(_place(folder, table), compression_level=1)


def _place(folder: Path, table: str) -> Path:
    return folder / f"out_{table}.parquet"


def measure_path(folder: Path) -> dict[str, float]:
    """One round: seconds and peak memory of the whole path, then of its parts one by one."""
    wall, cpu, made = timed(lambda: run_path(folder), 1)
    told = {"wall": wall, "cpu": cpu, "peak": peak_memory()}
    assert isinstance(made, Resolution)
    told |= {"identifiers": made.nodes.height, "customers": made.nodes["customer_id"].n_unique()}
    _, told["parquet"], _ = timed(lambda made=made: _read_and_write(folder, made), 1)  # type: ignore[misc]
    made = None
    _, told["reading"], read = timed(lambda: _read(folder), 1)
    _, told["guards"], _ = timed(lambda: build_clusters(*read, RULES), 1)  # type: ignore[misc]
    return told


def _read(folder: Path) -> tuple[Evidence, Attributes, Orders]:
    """From Parquet to numbers."""
    identifiers, attributes = scan_inputs(folder)
    evidence = number_evidence(identifiers, RULES)
    numbered = number_attributes(read_attributes(attributes, RULES), evidence)
    orders = number_overrides(pl.DataFrame(schema=OVERRIDES_SCHEMA), evidence.nodes)
    return evidence, numbered, orders


def peak_memory() -> float:
    """Peak memory of this process in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def rounds_of_path(folder: Path, rounds: int) -> dict[str, float]:
    """Medians of rounds, each in a fresh process: nothing else counts into its memory."""
    command = [sys.executable, str(BENCH), "--path", str(folder)]
    told = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(rounds)
    ]
    return {key: statistics.median(one[key] for one in told) for key in told[0]}


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float, object]:
    """Median wall and CPU seconds, and the last result."""
    walls, cpus, result = [], [], None
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus), result


def measure_speed(sample: BrandSample, rounds: int, skipped: list[str]) -> MadeTables:
    table = Table(title=f"{sample.identifiers.height:,} observations, {rounds} rounds, medians")
    for heading in ("", "wall s", "CPU s", "result"):
        table.add_column(heading, justify="right")

    def add(what: str, wall: float, cpu: float, found: str) -> None:
        table.add_row(what, f"{wall:.2f}", f"{cpu:.2f}", found)

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, schema in INPUTS.items():
            rows: pl.DataFrame = getattr(sample, name)
            rows.select(schema.names()).write_parquet(folder / f"{name}.parquet")
        told = rounds_of_path(folder, rounds)
        written = told["cpu"] - told["reading"] - told["guards"]
        table.add_row(
            "siyu, whole path",
            f"{told['wall']:.2f}",
            f"{told['cpu']:.2f}",
            f"{told['identifiers']:,.0f} identifiers, {told['customers']:,.0f} customers",
        )
        for word, cpu, why in (
            ("of it reading", told["reading"], "Parquet to numbers"),
            ("of it guards", told["guards"], "numbers to clusters"),
            ("of it writing", written, "ids, hashes, tables, Parquet"),
            ("bare Parquet", told["parquet"], "the same files read and written"),
        ):
            table.add_row(word, "", f"{cpu:.2f}", why)
        made = MadeTables.read(folder)
    links = plain_links(sample.identifiers)
    for peer, (label, largest) in PEERS.items():
        if peer in skipped or links.height > largest:
            table.add_row(f"{peer}, components", "", "", f"not run beyond {largest:,} links")
            continue
        wall, cpu, count = timed(lambda label=label: label(links), rounds)
        add(f"{peer}, components", wall, cpu, f"{count:,}")
    console.print(table)
    console.print(f"Peak memory of the whole path: {told['peak']:.2f} GB")
    return made


def _read_and_write(folder: Path, made: Resolution) -> None:
    for inputs in scan_inputs(folder):
        inputs.collect()
    write_tables(folder, made)


def resolve_sample(sample: BrandSample, rules: IdentityRules = RULES) -> Resolution:
    return resolve_frames(
        sample.identifiers.select(IDENTIFIERS_SCHEMA.names()),
        sample.attributes.select(ATTRIBUTES_SCHEMA.names()),
        rules,
    )


def resolve_frames(
    identifiers: Frame, attributes: Frame, rules: IdentityRules = RULES
) -> Resolution:
    return resolve_identities(
        identifiers,
        attributes,
        rules=rules,
        overrides=pl.DataFrame(schema=OVERRIDES_SCHEMA),
        registry=pl.DataFrame(schema=REGISTRY_SCHEMA),
        log=pl.DataFrame(schema=LOG_SCHEMA),
        run_date=date(2026, 6, 20),
        secret=SECRET,
    )
