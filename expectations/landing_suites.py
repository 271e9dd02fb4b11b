"""What a landed export must look like: a suite for every source, derived from its declaration.

The bounds are wide on purpose. They do not judge single rows, which the readers did; they catch a
file that was read as something it is not: shifted columns, fen taken for yuan, milliseconds for
seconds, one key on every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.expected import (
    Expected,
    between,
    has_columns,
    no_rows,
    not_null,
    row_count,
)

# yuan; no order, bill or balance of a brand's customer comes near it
LARGEST_AMOUNT = 100_000_000
# WeChat, Taobao and the rest of the declared sources did not exist before
FIRST_MOMENT = datetime(2005, 1, 1)  # noqa: DTZ001
# planned dates lie ahead, and the clock of the machine may be behind; a wrong unit is decades off
AHEAD_AT_MOST = timedelta(days=366)
# a file read wrongly is wrong in nearly every row, a small file may well hold one wrong clock
MOSTLY = 0.5
# below so many rows a repeated key says nothing
KEYS_COUNT_FROM_ROWS = 50
LEAST_KEY_SHARE = 0.1
MOST_ROWS_PER_FILE = 200_000_000

LINEAGE_PREFIX = "_"
FILE_COLUMN = "filename"
NOT_NEGATIVE = "not negative"


@dataclass(frozen=True)
class DeclaredTable:
    """What the declaration of a source promises of its landed rows.

    Attributes:
        columns: Every column of the landed table.
        required: Columns without a null.
        key: Columns that name one row.
        usual: Column → what most of its cells hold, ``not negative`` or words.
    """

    columns: tuple[str, ...]
    required: tuple[str, ...]
    key: tuple[str, ...]
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Extra:
    """What is known of a column beyond its declaration.

    Attributes:
        column: The column.
        name: In words.
        condition: SQL that is true for most rows of every file.
    """

    column: str
    name: str
    condition: str


def _not_negative(column: str) -> Extra:
    return Extra(column, f"{column} is mostly not negative", f"{column} >= 0")


def _among(column: str, *values: str) -> Extra:
    listed = ", ".join(f"'{value}'" for value in values)
    return Extra(
        column, f"{column} is mostly one of {', '.join(values)}", f"{column} in ({listed})"
    )


def _usual(column: str, values: tuple[str, ...]) -> Extra:
    return _not_negative(column) if values == (NOT_NEGATIVE,) else _among(column, *values)


def declare_suite(
    table: DeclaredTable, parquets: list[Path], *, loaded_at: datetime
) -> list[Expected]:
    """The suite of one source for some staged files.

    Args:
        table: Declaration of the source.
        parquets: The files that will be judged together; types are read from the first.
        loaded_at: Start of the run, naive UTC; most times lie before a year from then.
    """
    schema = pq.read_schema(parquets[0])
    types = {name: schema.field(name).type for name in schema.names}
    shown = [name for name in types if not name.startswith(LINEAGE_PREFIX)]
    extras = [_usual(column, values) for column, values in table.usual.items()]
    return [
        has_columns(table.columns),
        row_count(0, MOST_ROWS_PER_FILE * len(parquets)),
        *(not_null(column) for column in table.required if column in types),
        *(_sane_amount(name) for name in shown if pa.types.is_decimal(types[name])),
        *(_sane_time(name, loaded_at) for name in shown if pa.types.is_timestamp(types[name])),
        *_telling_key([column for column in table.key if column in types]),
        *(
            _mostly_in_each_file(extra.column, extra.name, extra.condition)
            for extra in extras
            if extra.column in types
        ),
    ]


def _sane_amount(column: str) -> Expected:
    return between(
        column,
        -LARGEST_AMOUNT,
        LARGEST_AMOUNT,
        name=f"{column} is within ±{LARGEST_AMOUNT}",
    )


def _sane_time(column: str, loaded_at: datetime) -> Expected:
    return _mostly_in_each_file(
        column,
        f"{column} is mostly between {FIRST_MOMENT.year} and a year from now",
        f"\"{column}\" between timestamp '{FIRST_MOMENT:%Y-%m-%d}' "
        f"and timestamp '{loaded_at + AHEAD_AT_MOST:%Y-%m-%d}'",
    )


def _mostly_in_each_file(column: str, name: str, condition: str) -> Expected:
    """Looked at file by file: among many good files the rows of a bad one would be few."""
    return no_rows(
        f"{name}, in every file",
        f"group by {FILE_COLUMN} "
        f'having count(*) filter (where {condition}) < {MOSTLY} * count("{column}")',
    )


def _telling_key(key: list[str]) -> list[Expected]:
    """Rows of a file have many different keys: not the same cell on every line."""
    if not key:
        return []
    columns = ", ".join(f'"{column}"' for column in key)
    # a tenth may be told to a few percent; an exact count holds every key in memory
    repeating = (
        f"group by {FILE_COLUMN} "
        f"having count(*) >= {KEYS_COUNT_FROM_ROWS} "
        f"and approx_count_distinct(hash({columns})) < {LEAST_KEY_SHARE} * count(*)"
    )
    return [no_rows(f"{', '.join(key)} tell rows apart", repeating)]
