"""Expectations as data, so that a suite can be read without loading Great Expectations."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expected:
    """One expectation.

    Attributes:
        name: In words, for people.
        kind: Class in ``great_expectations.expectations``.
        settings: Its arguments.
    """

    name: str
    kind: str
    settings: dict[str, Any] = field(default_factory=dict)


def not_null(column: str) -> Expected:
    """Every row has a value."""
    return Expected(f"{column} is given", "ExpectColumnValuesToNotBeNull", {"column": column})


def between(column: str, low: float, high: float, *, name: str) -> Expected:
    """Every value that is given lies within the bounds."""
    return Expected(
        name,
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": low, "max_value": high},
    )


def unique(column: str) -> Expected:
    """No two rows have the same value."""
    return Expected(f"{column} is unique", "ExpectColumnValuesToBeUnique", {"column": column})


def row_count(low: int, high: int) -> Expected:
    """The table has so many rows."""
    return Expected(
        f"rows are between {low} and {high}",
        "ExpectTableRowCountToBeBetween",
        {"min_value": low, "max_value": high},
    )


def has_columns(columns: tuple[str, ...]) -> Expected:
    """The table has at least these columns."""
    return Expected(
        "all declared columns are there",
        "ExpectTableColumnsToMatchSet",
        {"column_set": list(columns), "exact_match": False},
    )


def no_rows(name: str, condition: str) -> Expected:
    """The batch has no rows for which a clause after ``from`` holds; it names nobody.

    Args:
        name: In words.
        condition: SQL after ``from <batch>``, such as ``where …`` or ``group by … having …``.
    """
    # braces are placeholders there, and regular expressions have braces
    clause = condition.replace("{", "{{").replace("}", "}}")
    query = f"select 1 as is_wrong from {{batch}} {clause}"
    return Expected(name, "UnexpectedRowsExpectation", {"unexpected_rows_query": query})
