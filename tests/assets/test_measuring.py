"""What is raised inside an asset stands on its run page: no cell of a table is in it."""

import traceback

import dagster as dg
import polars as pl
import pytest

from assets.measuring import StepError, measured
from siyu.errors import ConfigError

CELLS = ("13912345678", "张三丰", "oUnAeiAXePMAa0aeXXXXXXX12345", "zhang.san@example.com")
TABLE = pl.DataFrame({"cell": CELLS})


def at_once():
    TABLE.select(pl.col("cell").str.to_integer())


def stepwise():
    yield dg.MaterializeResult()
    TABLE.select(pl.col("cell").cast(pl.Date))


@pytest.mark.parametrize("body", [at_once, stepwise])
def test_a_librarys_error_is_told_without_the_cells_it_quotes(body):
    with pytest.raises(StepError) as told:
        list(measured(body)() or ())
    shown = "".join(traceback.format_exception(told.value))
    assert "Error: " in str(told.value)
    assert body.__name__ in shown
    assert not [cell for cell in CELLS if cell in shown]


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("config/a.yml:3:1: …"),
        OSError(28, "No space"),
        dg.Failure("refused", allow_retries=False),
    ],
)
def test_errors_that_quote_no_table_stay_as_they_are(error):
    def body():
        raise error

    with pytest.raises(type(error)) as told:
        measured(body)()
    assert told.value is error
