"""Whether two sides of a hub can be one person: names, birthdays and people compared."""

import numpy as np
import polars as pl

from siyu.identity.attributes import compare_birthdays
from siyu.identity.names import (
    CONFLICT,
    NAME_FIELDS,
    PARTLY,
    UNKNOWN,
    WHOLLY,
    compare_names,
)


def with_names(
    rows: pl.DataFrame, parsed: pl.DataFrame, *, number: str, prefix: str
) -> pl.DataFrame:
    """Add the parsed fields of a name under a prefix.

    Args:
        rows: Rows with a name number, which may be null.
        parsed: One row per name, in order of ``name_number``.
        number: Column that holds the name number.
        prefix: Prefix of the added columns.
    """
    # names are numbered by their row
    return rows.with_columns(
        parsed[field].gather(rows[number]).alias(f"{prefix}{field}") for field in NAME_FIELDS
    )


def judge_pairs(pairs: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    """Compare the two people of each row.

    Args:
        pairs: ``name_number``, ``birthday``, ``person`` and the same with ``other_`` in front;
            each may be null.
        parsed: One row per name, with ``name_number``.

    Returns:
        The rows in their order with ``veto`` (Categorical reason, or null) and ``agrees``.
    """
    compared = pairs.with_columns(
        name_verdict=_name_verdicts(pairs, parsed),
        birthday_verdict=compare_birthdays("birthday", "other_birthday"),
    )
    same_name = pl.col("name_verdict")
    same_birthday = pl.col("birthday_verdict")
    people_differ = (pl.col("person") != pl.col("other_person")).fill_null(False)
    veto = (
        pl.when(people_differ)
        .then(pl.lit("another_person"))
        .when(same_name == CONFLICT)
        .then(pl.lit("name_conflict"))
        # one lunar, one solar birthday is common; the same phone and full name is one person
        .when((same_birthday == CONFLICT) & (same_name != WHOLLY))
        .then(pl.lit("birthday_conflict"))
        .cast(pl.Categorical)
    )
    return compared.with_columns(
        veto=veto, agrees=veto.is_null() & ((same_name >= PARTLY) | (same_birthday == 1))
    ).drop("name_verdict", "birthday_verdict")


def _name_verdicts(pairs: pl.DataFrame, parsed: pl.DataFrame) -> pl.Series:
    """How the names of each row compare; of few rows both are known, and fewer pairs differ."""
    ends = ["name_number", "other_name_number"]
    both = pairs.select(pl.col(ends).cast(pl.UInt32)).with_row_index("row").drop_nulls(ends)
    # two numbers in one: names are fewer than 2^32
    both = both.with_columns(pair=pl.col(ends[0]).cast(pl.UInt64) * 2**32 + pl.col(ends[1]))
    different = both.unique("pair")
    named = with_names(different, parsed, number=ends[0], prefix="l_")
    named = with_names(named, parsed, number=ends[1], prefix="r_")
    verdicts = named.select("pair", verdict=compare_names("l_", "r_"))
    found = both.join(verdicts, on="pair")
    told = np.full(pairs.height, UNKNOWN, dtype=np.int8)
    told[found["row"].to_numpy()] = found["verdict"].to_numpy()
    return pl.Series("name_verdict", told)
