"""The border on the way in: good files pass, a bad one is named, nobody's data is shown."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from expectations.buffered_duckdb import MOST_ROWS_READ
from expectations.landing import StagedFile, judge_landed
from expectations.landing_suites import DeclaredTable

LOADED_AT = datetime.fromisoformat("2026-06-18T18:00:00")
TABLE = DeclaredTable(
    columns=("order_id", "paid_amount", "paid_at", "phone", "_source_file"),
    required=("order_id",),
    key=("order_id",),
    usual={"paid_amount": ("not negative",)},
)


def rows(count, **changes):
    frame = pl.DataFrame(
        {
            "order_id": [f"N{number}" for number in range(count)],
            "paid_amount": [Decimal("99.00")] * count,
            "paid_at": [LOADED_AT - timedelta(days=1)] * count,
            "phone": ["19900001001"] * count,
            "_source_file": ["orders.csv"] * count,
        },
        schema={
            "order_id": pl.String,
            "paid_amount": pl.Decimal(18, 2),
            "paid_at": pl.Datetime("us"),
            "phone": pl.String,
            "_source_file": pl.String,
        },
    )
    return frame.with_columns(**changes)


@pytest.fixture
def stage(tmp_path):
    # a home may lie in a folder whose name means something to file patterns and to SQL
    folder = tmp_path / "o'brien [1]* 12:30 {x}"
    folder.mkdir()

    def stage(name, frame, source="taobao_order"):
        path = folder / f"{source}-{name}.parquet"
        frame.write_parquet(path)
        return StagedFile(name=f"{source}/{name}", source=source, parquet=path)

    return stage


def judge(*files, **tables):
    known = dict.fromkeys({file.source for file in files}, TABLE)
    return judge_landed(files, {**known, **tables}, loaded_at=LOADED_AT)


def test_judge_landed_lets_good_files_pass_with_their_numbers(stage):
    (verdict,) = judge(stage("a.csv", rows(60)), stage("b.csv", rows(60)), stage("c.csv", rows(0)))
    assert verdict.passed
    assert verdict.reason is None
    assert verdict.refused == {}
    given = next(one for one in verdict.outcomes if one.name == "order_id is given")
    assert (given.evaluated, given.unexpected_count, given.unexpected_percent) == (120, 0, 0.0)


def test_judge_landed_counts_every_row_of_files_larger_than_what_is_read_of_a_result(stage):
    count = 3 * MOST_ROWS_READ
    half = pl.when(pl.int_range(pl.len()) % 2 == 0).then("order_id")
    (verdict,) = judge(stage("a.csv", rows(count, order_id=half)))
    given = next(one for one in verdict.outcomes if one.name == "order_id is given")
    assert (given.evaluated, given.unexpected_count) == (count, count // 2)


def test_judge_landed_lets_files_without_rows_pass(stage):
    (verdict,) = judge(stage("a.csv", rows(0)))
    assert verdict.passed


TOO_MUCH = pl.lit(Decimal("99999999999.00"), dtype=pl.Decimal(18, 2))
BAD = {
    "missing key": ({"order_id": pl.lit(None, dtype=pl.String)}, "order_id is given"),
    "absurd amount": ({"paid_amount": TOO_MUCH}, "paid_amount is within"),
    "seconds for milliseconds": (
        {"paid_at": pl.lit(datetime.fromisoformat("1970-01-21"))},
        "paid_at is mostly between 2005",
    ),
    "far future": ({"paid_at": pl.lit(LOADED_AT + timedelta(days=400))}, "a year from now"),
    "one key on every row": ({"order_id": pl.lit("N1")}, "order_id tell rows apart"),
    "shifted columns": (
        {"paid_amount": pl.lit(Decimal(-1), dtype=pl.Decimal(18, 2))},
        "paid_amount is mostly not negative",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_judge_landed_names_the_bad_file_and_the_reason(stage, case):
    changes, reason = BAD[case]
    good, bad = stage("good.csv", rows(60)), stage("bad.csv", rows(60, **changes))
    (verdict,) = judge(good, bad)
    assert not verdict.passed
    assert list(verdict.refused) == ["taobao_order/bad.csv"]
    assert reason in verdict.refused["taobao_order/bad.csv"]


def test_judge_landed_refuses_a_file_without_a_declared_column(stage):
    (verdict,) = judge(stage("a.csv", rows(5).drop("phone")))
    assert "all declared columns are there" in verdict.refused["taobao_order/a.csv"]


def test_judge_landed_judges_each_source_by_itself(stage):
    absurd = rows(3, paid_amount=TOO_MUCH)
    verdicts = judge(stage("a.csv", absurd, "jd_order"), stage("a.csv", rows(3), "pdd_order"))
    assert [(verdict.subject, verdict.passed) for verdict in verdicts] == [
        ("jd_order", False),
        ("pdd_order", True),
    ]


def test_judge_landed_lets_a_few_wrong_clocks_pass(stage):
    clocks = pl.when(pl.int_range(pl.len()) < 49)
    wrong = clocks.then(pl.lit(datetime.fromisoformat("1990-01-01"))).otherwise("paid_at")
    (verdict,) = judge(stage("a.csv", rows(100, paid_at=wrong)))
    assert verdict.passed


def test_judge_landed_shows_nobody_s_data(stage):
    bad = rows(60, paid_amount=TOO_MUCH, order_id=pl.lit("19900001001"))
    (verdict,) = judge(stage("a.csv", bad))
    shown = json.dumps(verdict.metadata, ensure_ascii=False)
    assert not verdict.passed
    assert "19900001001" not in shown
    assert "99999999999" not in shown


def test_judge_landed_of_nothing_loads_nothing():
    code = (
        "import sys, datetime; from expectations.landing import judge_landed; "
        "assert judge_landed([], {}, loaded_at=datetime.datetime.min) == []; "
        "assert 'great_expectations' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_judge_landed_finds_a_bad_file_among_many_good_ones(stage):
    bad = rows(10, paid_at=pl.lit(datetime.fromisoformat("1970-01-21")))
    files = [stage(f"{number}.csv", rows(60)) for number in range(9)]
    (verdict,) = judge(*files, stage("bad.csv", bad))
    assert list(verdict.refused) == ["taobao_order/bad.csv"]


def test_judge_landed_holds_files_to_what_their_cells_usually_are(stage):
    usual = replace(TABLE, usual={**TABLE.usual, "phone": ("19900001001",)})
    minus = rows(60, paid_amount=pl.lit(Decimal("-1.00"), dtype=pl.Decimal(18, 2)))
    other = rows(60, phone=pl.lit("19900001009"))
    files = [stage("a.csv", rows(60)), stage("minus.csv", minus), stage("other.csv", other)]
    (verdict,) = judge(*files, taobao_order=usual)
    assert set(verdict.refused) == {"taobao_order/minus.csv", "taobao_order/other.csv"}
    assert "mostly not negative" in verdict.refused["taobao_order/minus.csv"]
    assert "mostly one of" in verdict.refused["taobao_order/other.csv"]
