"""Whether rows meet a suite, in one pass over them and without loading Great Expectations.

Great Expectations asks ten queries for what one can tell, and takes 3–4 s of processor time to be
loaded; on most nights every export is what it claims to be. This looks for that only: rows that
may not pass are judged by Great Expectations, which says what is wrong with them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.expected import FILE_COLUMN, Expected
from expectations.verdict import Outcome


@dataclass(frozen=True)
class _Seen:
    """What one look tells: columns, rows, and the numbers that the suite asks for."""

    columns: frozenset[str]
    rows: int
    numbers: Sequence[Any]


@dataclass(frozen=True)
class _Question:
    """How an expectation is looked at.

    Attributes:
        in_file: Aggregates over the rows of a file, by name.
        over_all: SQL over these names of all files, giving one number or truth.
        outcome: The outcome when it is met, else null; given all that was seen and the number.
    """

    in_file: Mapping[str, str]
    over_all: str
    outcome: Callable[[_Seen, Any], Outcome | None]


def met_expectations(
    connection: duckdb.DuckDBPyConnection, query: str, expected: Sequence[Expected]
) -> tuple[Outcome, ...] | None:
    """Outcomes of a suite that is met: those of Great Expectations, a null count being 0.

    Args:
        connection: A database that knows the tables of the query.
        query: Gives the rows; with a file column where files are looked at.
        expected: The suite.

    Returns:
        One outcome for each expectation, in the order given; null when one may not be met, or
        cannot be told.
    """
    if any(one.kind not in QUESTIONS for one in expected):
        return None
    questions = [QUESTIONS[one.kind](one, f"_{nth}") for nth, one in enumerate(expected)]
    by_file = any(one.wrong_file for one in expected)
    try:
        seen = _look(connection, query, questions, by_file=by_file)
    except duckdb.Error:
        return None
    outcomes = [
        question.outcome(seen, number)
        for question, number in zip(questions, seen.numbers, strict=True)
    ]
    met = tuple(outcome for outcome in outcomes if outcome is not None)
    return met if len(met) == len(expected) else None


def _look(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    questions: Sequence[_Question],
    *,
    by_file: bool,
) -> _Seen:
    connection.execute(f"create or replace temp view batch as {query}")
    columns = connection.execute("select * from batch limit 0").description
    aggregates = [
        "count(*) as given",
        *(f"{sql} as {name}" for one in questions for name, sql in one.in_file.items()),
    ]
    found = connection.execute(
        f"select coalesce(sum(given), 0), {', '.join(one.over_all for one in questions)} from "
        f"(select {', '.join(aggregates)} from batch {f'group by {FILE_COLUMN}' * by_file})"
    ).fetchone()
    rows, *numbers = found or ()
    return _Seen(frozenset(column[0] for column in columns or ()), int(rows), numbers)


def _has_columns(expected: Expected, _: str) -> _Question:
    wanted = frozenset(expected.settings["column_set"])

    def outcome(seen: _Seen, _number: Any) -> Outcome | None:
        return Outcome(expected.name, passed=True) if wanted <= seen.columns else None

    return _Question({}, "0", outcome)


def _row_count(expected: Expected, _: str) -> _Question:
    low, high = (
        int(expected.settings[bound if bound in expected.settings else "value"])
        for bound in ("min_value", "max_value")
    )

    def outcome(seen: _Seen, _: Any) -> Outcome | None:
        if not low <= seen.rows <= high:
            return None
        return Outcome(expected.name, passed=True, observed=seen.rows)

    return _Question({}, "0", outcome)


def _no_null(expected: Expected, name: str) -> _Question:
    nulls = f"count(*) - count({_column(expected)})"
    return _Question({name: nulls}, f"sum({name})", _counted(expected))


def _no_value_outside(expected: Expected, name: str) -> _Question:
    column = _column(expected)
    low, high = expected.settings["min_value"], expected.settings["max_value"]
    outside = f"count(*) filter (where not {column} between {low} and {high})"
    return _Question({name: outside}, f"sum({name})", _counted(expected))


def _no_value_twice(expected: Expected, _: str) -> _Question:
    column = _column(expected)
    twice = f"(select count({column}) - count(distinct {column}) from batch)"
    return _Question({}, twice, _counted(expected))


def _no_wrong_rows(expected: Expected, name: str) -> _Question:
    def outcome(_: _Seen, wrong: Any) -> Outcome | None:
        return None if wrong else Outcome(expected.name, passed=True, observed=0)

    if expected.wrong_file is not None:
        return _Question({name: expected.wrong_file}, f"count(*) filter (where {name})", outcome)
    rows = expected.settings["unexpected_rows_query"].format(batch="batch")
    return _Question({}, f"(select count(*) from ({rows}))", outcome)


def _column(expected: Expected) -> str:
    quoted = str(expected.settings["column"]).replace('"', '""')
    return f'"{quoted}"'


def _counted(expected: Expected) -> Callable[[_Seen, Any], Outcome | None]:
    """Outcome of an expectation that looks at each row."""

    def outcome(seen: _Seen, wrong: Any) -> Outcome | None:
        if wrong:
            return None
        return Outcome(
            expected.name,
            passed=True,
            evaluated=seen.rows,
            unexpected_count=0,
            unexpected_percent=0.0,
        )

    return outcome


QUESTIONS: dict[str, Callable[[Expected, str], _Question]] = {
    "ExpectTableColumnsToMatchSet": _has_columns,
    "ExpectTableRowCountToBeBetween": _row_count,
    "ExpectTableRowCountToEqual": _row_count,
    "ExpectColumnValuesToNotBeNull": _no_null,
    "ExpectColumnValuesToBeBetween": _no_value_outside,
    "ExpectColumnValuesToBeUnique": _no_value_twice,
    "UnexpectedRowsExpectation": _no_wrong_rows,
}
