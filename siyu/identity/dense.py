"""Tables looked up by numbers without gaps: a place in an array instead of a join."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.identity.components import as_vertices


def look_up(table: pl.DataFrame, key: str, numbers: pl.Series) -> pl.DataFrame:
    """The rows of a table for some numbers: a left join at a fifth of its cost.

    Args:
        table: Rows with a number, each number once.
        key: Column of the number, not null and not negative; the highest one should not be much
            larger than the number of rows.
        numbers: Numbers asked for, not null.

    Returns:
        The other columns, one row per number asked for, in that order; nulls where the table
        does not know it.

    Examples:
        >>> table = pl.DataFrame({"side": [2, 0], "word": ["c", "a"]})
        >>> look_up(table, "side", pl.Series([0, 1, 2]))["word"].to_list()
        ['a', None, 'c']
    """
    known, asked = as_vertices(table[key]), as_vertices(numbers)
    size = int(max(known.max(initial=-1), asked.max(initial=-1))) + 1
    places = np.full(size, table.height, dtype=np.uint32)
    places[known] = np.arange(table.height, dtype=np.uint32)
    rows = pl.Series(places[asked])
    others = table.drop(key)
    # one row of nulls for the numbers the table does not know
    return pl.DataFrame([column.extend_constant(None, 1).gather(rows) for column in others])


def is_among(numbers: pl.Series, some: pl.Series) -> pl.Series:
    """Whether each number is one of some others; all are without gaps, and none is negative.

    Args:
        numbers: Numbers asked for, not null.
        some: The others.

    Examples:
        >>> is_among(pl.Series([3, 1]), pl.Series([1, 2])).to_list()
        [False, True]
    """
    asked, wanted = as_vertices(numbers), as_vertices(some)
    marked = np.zeros(int(max(asked.max(initial=-1), wanted.max(initial=-1))) + 1, dtype=np.bool_)
    marked[wanted] = True
    return pl.Series(marked[asked])


def count_of(numbers: pl.Series) -> NDArray[np.int64]:
    """How often each number stands in a column, per row of it.

    Args:
        numbers: Numbers without gaps, not null.

    Examples:
        >>> count_of(pl.Series([3, 1, 3])).tolist()
        [2, 1, 2]
    """
    given = as_vertices(numbers)
    return np.bincount(given, minlength=1)[given]


def first_of_groups(groups: NDArray[np.int64], *keys: pl.Series) -> NDArray[np.int64]:
    """The row of each group that comes first by its keys: a sort at a tenth of its cost.

    Args:
        groups: One number without gaps per row.
        keys: What rows of a group are ordered by, smallest first, nulls last; whole numbers or
            times. Rows alike in all keys stay side by side.

    Returns:
        Row numbers, in order of the rows.

    Examples:
        >>> groups = np.array([0, 1, 0])
        >>> first_of_groups(groups, pl.Series([2, 3, 1]), pl.Series([0, 0, 0])).tolist()
        [1, 2]
    """
    rows = np.arange(len(groups))
    size = int(groups.max(initial=-1)) + 1
    last = np.iinfo(np.int64).max
    for key in keys:
        told = key.to_physical().cast(pl.Int64).fill_null(last).to_numpy()[rows]
        smallest = np.full(size, last)
        np.minimum.at(smallest, groups[rows], told)
        rows = rows[told == smallest[groups[rows]]]
    return rows
