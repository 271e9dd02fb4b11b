"""Running expectations with Great Expectations over DuckDB; loaded only when there is work.

Importing Great Expectations takes 3–4 s of processor time and 250 MB, so nothing here imports it
at the top. Its usage statistics are switched off before it is loaded.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import polars as pl

from expectations.expected import Expected
from expectations.verdict import Outcome

# no samples of values in results: they would be people's data
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

BORDERS = count()


class ExpectationBrokenError(Exception):
    """An expectation could not be evaluated: that is a mistake of ours, not of the data."""


class Border:
    """One in-memory DuckDB with Great Expectations on top."""

    def __init__(self, source: Any) -> None:
        """Keep the data source that `open_border` made."""
        self._source = source
        self._count = 0

    def judge(self, query: str, expected: Sequence[Expected]) -> tuple[Outcome, ...]:
        """Evaluate expectations over the rows of a query, in the order given.

        Raises:
            ExpectationBrokenError: One could not be evaluated.
        """
        import great_expectations as gx
        import great_expectations.expectations as library

        self._count += 1
        asset = self._source.add_query_asset(f"batch_{self._count}", query=query)
        suite = gx.ExpectationSuite(
            name=f"suite_{self._count}",
            expectations=[
                getattr(library, one.kind)(**one.settings, meta={"place": place})
                for place, one in enumerate(expected)
            ],
        )
        batch = asset.add_batch_definition_whole_table("whole").get_batch()
        results = batch.validate(suite, result_format=RESULT_FORMAT).results
        by_place = {result.expectation_config.meta["place"]: result for result in results}
        return tuple(_outcome(one, by_place[place]) for place, one in enumerate(expected))

    def fill(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Make frames queryable by name, replacing what stood there."""
        import sqlalchemy

        register = sqlalchemy.text("register(:name, :rows)")
        with self._source.get_execution_engine().engine.connect() as connection:
            for name, rows in tables.items():
                # a registered frame is seen by its connection only, a table by all of them
                connection.execute(register, {"name": "rows_to_fill", "rows": rows.to_arrow()})
                connection.exec_driver_sql(f'create or replace table "{name}" as from rows_to_fill')
            connection.commit()


@contextmanager
def open_border() -> Iterator[Border]:
    """Start Great Expectations on an empty in-memory DuckDB, and close it afterwards."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations import buffered_duckdb

    buffered_duckdb.register()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # a named database in memory is the same one for every connection of the process
    database = f":memory:border_{next(BORDERS)}"
    source = context.data_sources.add_or_update_sql(
        "border",
        connection_string=f"duckdb+{buffered_duckdb.DRIVER}:///{database}",
        create_temp_table=False,
    )
    try:
        yield Border(source)
    finally:
        source.get_execution_engine().engine.dispose()


def _outcome(expected: Expected, result: Any) -> Outcome:
    raised = [
        found
        for found in _exceptions(result.exception_info)
        if isinstance(found, Mapping) and found.get("raised_exception")
    ]
    if raised:
        # only the kind of the error: its text may quote a value
        kind = str(raised[0].get("exception_message")).partition(":")[0]
        raise ExpectationBrokenError(f"{expected.name}: could not be evaluated: {kind[:80]}")
    seen = result.result
    observed = seen.get("observed_value")
    return Outcome(
        name=expected.name,
        passed=bool(result.success),
        evaluated=seen.get("element_count"),
        unexpected_count=seen.get("unexpected_count"),
        unexpected_percent=seen.get("unexpected_percent"),
        observed=observed if isinstance(observed, int) else None,
    )


def _exceptions(info: Mapping[str, Any]) -> list[Any]:
    """One expectation reports its exception flat, several metrics of it one each."""
    return [info] if "raised_exception" in info else list(info.values())
