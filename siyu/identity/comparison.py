"""Whether two sides of a hub can be one person: names, birthdays and people compared."""

import polars as pl

from siyu.identity.attributes import compare_birthdays
from siyu.identity.names import CONFLICT, NAME_FIELDS, PARTLY, WHOLLY, compare_names


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
        The rows in their order with ``veto`` (reason, or null) and ``agrees`` (Boolean).
    """
    named = with_names(pairs, parsed, number="name_number", prefix="l_")
    named = with_names(named, parsed, number="other_name_number", prefix="r_")
    compared = named.with_columns(
        name_verdict=compare_names("l_", "r_"),
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
    )
    added = [f"{prefix}{field}" for prefix in ("l_", "r_") for field in NAME_FIELDS]
    return compared.with_columns(
        veto=veto, agrees=veto.is_null() & ((same_name >= PARTLY) | (same_birthday == 1))
    ).drop(*added, "name_verdict", "birthday_verdict")
