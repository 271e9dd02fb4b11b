"""The first look says that a suite is met exactly where Great Expectations says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.expected import (
    FILE_COLUMN,
    Expected,
    between,
    has_columns,
    no_rows,
    no_wrong_file,
    not_null,
    row_count,
    unique,
)
from expectations.first_look import met_expectations
from expectations.landing import StagedFile, judge_landed
from expectations.landing_suites import DeclaredTable
from expectations.validation import open_validation

SCHEMA = {"id": pl.String, "paid": pl.Decimal(18, 2), FILE_COLUMN: pl.String}
SUITE = (
    has_columns(("id", "paid")),
    row_count(1, 5),
    Expected("two rows", "ExpectTableRowCountToEqual", {"value": 2}),
    not_null("id"),
    unique("id"),
    between("paid", -1, 1, name="paid is small"),
    no_rows("nobody is called x", "where id = 'x' and not regexp_matches(id, '[y]{2}')"),
    no_wrong_file("files are not negative", "count(*) filter (where paid < 0) > 0.5 * count(*)"),
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "x", None]),
        st.sampled_from([None, Decimal(-1), Decimal(0), Decimal("1.00"), Decimal("1.01")]),
        st.sampled_from(["one.csv", "two.csv"]),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def validation():
    with open_validation() as opened:
        yield opened


@settings(max_examples=30)
@given(found=rows, chosen=st.sets(st.sampled_from(range(len(SUITE))), min_size=1, max_size=3))
def test_met_expectations_agrees_with_great_expectations(validation, found, chosen):
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    suite = [SUITE[nth] for nth in sorted(chosen)]
    validation.fill({"found": frame})
    judged = validation.judge("select * from found", suite)
    with duckdb.connect() as connection:
        connection.register("found", frame.to_arrow())
        met = met_expectations(connection, "select * from found", suite)
    if not all(outcome.passed for outcome in judged):
        assert met is None
        return
    assert met == tuple(
        outcome
        if outcome.evaluated is None
        else replace(outcome, unexpected_count=0, unexpected_percent=0.0)
        for outcome in judged
    )


def test_met_expectations_leaves_what_it_does_not_know_to_great_expectations():
    with duckdb.connect() as connection:
        other = Expected("median", "ExpectColumnMedianToBeBetween", {"column": "id"})
        assert met_expectations(connection, "select 1 as id", [other]) is None
        assert met_expectations(connection, "select 1 as id", [not_null("phone")]) is None


def test_judge_landed_of_good_files_starts_no_great_expectations(tmp_path, monkeypatch):
    monkeypatch.setattr("expectations.border.open_validation", None)
    at = datetime.fromisoformat("2026-06-18T18:00:00")
    path = tmp_path / "good.parquet"
    pl.DataFrame({"id": ["a", "b"], "at": [at, at - timedelta(days=9)]}).write_parquet(path)
    table = DeclaredTable(columns=("id", "at"), required=("id",), key=("id",))
    (verdict,) = judge_landed([StagedFile("s/good", "s", path)], {"s": table}, loaded_at=at)
    assert verdict.passed
