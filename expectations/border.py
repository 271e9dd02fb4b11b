"""A border where rows are judged: a first look at them, and Great Expectations when that fails."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import duckdb
import polars as pl

from expectations.expected import Expected
from expectations.first_look import met_expectations
from expectations.validation import Validation, open_validation
from expectations.verdict import Outcome


class Border:
    """One in-memory DuckDB; Great Expectations is started beside it when rows do not pass."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stack: ExitStack) -> None:
        """Keep what `open_border` opened."""
        self._connection = connection
        self._stack = stack
        self._tables: dict[str, pl.DataFrame] = {}
        self._validation: Validation | None = None

    def judge(self, query: str, expected: Sequence[Expected]) -> tuple[Outcome, ...]:
        """Evaluate expectations over the rows of a query, in the order given.

        Raises:
            ExpectationBrokenError: One could not be evaluated.
        """
        met = met_expectations(self._connection, query, expected)
        if met is not None:
            return met
        if self._validation is None:
            self._validation = self._stack.enter_context(open_validation())
            self._validation.fill(self._tables)
        return self._validation.judge(query, expected)

    def fill(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Make frames queryable by name, replacing what stood there."""
        for name, rows in tables.items():
            self._connection.register(name, rows.to_arrow())
        self._tables |= tables
        if self._validation is not None:
            self._validation.fill(tables)


@contextmanager
def open_border() -> Iterator[Border]:
    """Open an empty in-memory DuckDB, and close it afterwards."""
    with ExitStack() as stack:
        yield Border(stack.enter_context(duckdb.connect()), stack)
