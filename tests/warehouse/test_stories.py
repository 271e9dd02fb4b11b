"""Stories of who is who, each in `tests/scenarios` as exports and pairs that must hold."""

import csv
from pathlib import Path

import polars as pl
import pytest

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@pytest.fixture(scope="module")
def owners(of_scenarios):
    """Customer of every identifier and record, by the words of ``pairs.csv``."""
    exchange = of_scenarios.home.exchange
    nodes = pl.read_parquet(exchange / "identity_nodes.parquet")
    found: dict[str, set[str | None]] = {}
    for namespace, scope, identifier, customer in nodes.select(
        "namespace", "scope", "identifier", "customer_id"
    ).iter_rows():
        found.setdefault(f"{namespace}:{identifier}", set()).add(customer)
        found.setdefault(f"{namespace}:{scope}:{identifier}", set()).add(customer)
    for record, customer in pl.read_parquet(exchange / "identity_records.parquet").iter_rows():
        found[f"record {record}"] = {customer}
    return found


@pytest.mark.parametrize(
    "story", sorted(pairs.parent.name for pairs in SCENARIOS.glob("*/pairs.csv"))
)
def test_a_story_ends_as_it_should(owners, story):
    with (SCENARIOS / story / "pairs.csv").open(encoding="utf-8") as lines:
        pairs = list(csv.DictReader(lines))
    assert pairs
    for pair in pairs:
        left, right = owners[pair["left"]], owners[pair["right"]]
        assert len(left) == len(right) == 1, pair
        if pair["verdict"] == "nobody":
            assert left == {None}, pair
        else:
            assert None not in left | right, pair
            assert (left == right) == (pair["verdict"] == "same"), pair
