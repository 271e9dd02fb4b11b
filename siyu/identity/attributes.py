"""Names and birthdays as second evidence: of a record, and of all records of one account core.

How two of them compare is in `siyu.identity.names`; which one a profile shows is survivorship.
"""

from dataclasses import dataclass

import polars as pl

from siyu.identity.evidence import RECORD, Evidence, Frame
from siyu.identity.keys import find_keys, hash_of
from siyu.identity.names import NAME_SCHEMA, parse_names
from siyu.identity.rules import IdentityRules

ATTRIBUTES_SCHEMA = pl.Schema(
    {
        "record_id": pl.String(),
        "attribute": pl.String(),
        "value": pl.String(),
        "is_verified": pl.Boolean(),
        "seen_at": pl.Datetime("us"),
        "source": pl.String(),
        "source_file": pl.String(),
        "line_number": pl.Int64(),
    }
)

NAMES = ("name", "remark_name")
BIRTHDAYS = ("birth_date", "birth_day")


@dataclass(frozen=True)
class Attributes:
    """What records say about people, as far as it can tell two people apart.

    Attributes:
        parsed: One row per different name, with its number ``name_number``.
        names: One row per record and name: ``record``, ``name_number``, ``is_whole``,
            ``family`` (names of one surname; below 0 = none shown), ``is_verified``,
            ``is_receiver`` (speaks of who receives, not of who holds the account), ``seen_at``.
        birthdays: One row per record and birthday: ``record``, ``birthday`` (``YYYY-MM-DD``, or
            ``MM-DD``; Categorical), ``is_verified``, ``seen_at``.
    """

    parsed: pl.DataFrame
    names: pl.DataFrame
    birthdays: pl.DataFrame


@dataclass(frozen=True)
class Statements:
    """Attributes as they were read, before records have numbers.

    Attributes:
        attributes: Names and birthdays with ``record_hash`` in place of ``record``.
        record_hash: The hash as an expression.
    """

    attributes: Attributes
    record_hash: pl.Expr


def read_attributes(
    attributes: Frame, rules: IdentityRules, record_hash: pl.Expr | None = None
) -> Statements:
    """Pick names and birthdays out of the attributes and give names numbers.

    Args:
        attributes: One row per stated attribute, columns of ``ATTRIBUTES_SCHEMA``.
        rules: Settings of identity resolution.
        record_hash: The hash of ``record_id``; null = the one evidence takes first.
    """
    hashed = hash_of(RECORD) if record_hash is None else record_hash
    stated = (
        attributes.lazy()
        .filter(pl.col("attribute").is_in([*NAMES, *BIRTHDAYS]) & pl.col("value").is_not_null())
        .select(
            record_hash=hashed,
            is_name=pl.col("attribute").is_in(NAMES),
            # few different ones, said often
            value=pl.col("value").cast(pl.Categorical),
            is_verified=pl.col("is_verified").fill_null(False),
            seen_at="seen_at",
            is_receiver=_is_receiver(rules),
        )
        .collect(engine="streaming")
    )
    named = stated.filter("is_name")
    parsed = parse_names(named["value"].unique().cast(pl.String)).sort("name")
    parsed = parsed.with_row_index("name_number")
    numbers = parsed.select(
        "name_number",
        value=pl.col("name").cast(pl.Categorical),
        is_whole=pl.col("given").is_not_null(),
        family=_family(),
    )
    birthdays = (
        stated.filter(~pl.col("is_name"))
        .select("record_hash", "is_verified", "seen_at", birthday="value")
        .filter(~pl.col("birthday").is_in(list(rules.placeholder_birthdays)))
    )
    names = named.join(numbers, on="value").drop("value", "is_name")
    return Statements(Attributes(parsed, names, birthdays), hashed)


def number_attributes(said: Statements, evidence: Evidence) -> Attributes:
    """Attributes with the numbers of their records; those of other records are left out.

    Args:
        said: Attributes with the hashes of their records, made as evidence makes them.
        evidence: Numbered records.
    """
    parts = (said.attributes.names, said.attributes.birthdays)
    asked = pl.concat([part["record_hash"] for part in parts])
    places = find_keys(evidence.records["record_hash"], asked)
    names, birthdays = (
        part.drop("record_hash").with_columns(records).drop_nulls("record")
        for part, records in zip(
            parts, (places.head(parts[0].height), places.tail(parts[1].height)), strict=True
        )
    )
    return Attributes(said.attributes.parsed, names, birthdays)


def _is_receiver(rules: IdentityRules) -> pl.Expr:
    prefixed = pl.lit(False)
    for prefix in rules.receiver_records:
        prefixed = prefixed | pl.col("record_id").str.starts_with(prefix)
    return prefixed & ~pl.col("is_verified").fill_null(False)


def _family() -> pl.Expr:
    shown = pl.col("surname").rank("dense").cast(pl.Int64)
    return shown.fill_null(-1 - pl.col("name_number").cast(pl.Int64))


def best_name(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """The name that speaks best for each group of records.

    Of the surname that is verified or said most (one parcel to a friend with a whole name does not
    outweigh many to 王**), whole names before masked ones, verified before typed, often seen before
    rare, new before old.

    Args:
        rows: ``name_number``, ``is_whole``, ``family``, ``is_verified``, ``seen_at`` and the
            grouping column.
        by: Grouping column, a number.
    """
    whole = pl.col("is_whole").first().cast(pl.Int64)
    return _best(rows, by, "name_number", rank=whole, family=pl.col("family").first())


def best_birthday(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """The birthday that speaks best for each group of records, whole dates before days.

    Args:
        rows: ``birthday``, ``is_verified``, ``seen_at`` and the grouping column.
        by: Grouping column, a number.
    """
    length = pl.col("birthday").first().cast(pl.String).str.len_chars().cast(pl.Int64)
    return _best(rows, by, "birthday", rank=length, family=pl.lit(0, pl.Int64))


def _best(
    rows: pl.DataFrame, by: str, value: str, *, rank: pl.Expr, family: pl.Expr
) -> pl.DataFrame:
    # most groups have one row, most others one value: only the rest is weighed
    only = ~pl.col(by).is_duplicated()
    valued = (
        rows.filter(~only)
        .group_by(by, value)
        .agg(
            pl.col("is_verified").any(),
            pl.col("seen_at").max(),
            rank=rank,
            family=family,
            support=pl.len(),
        )
    )
    relatives = [by, "family"]
    best_first = (
        pl.col("family") >= 0,
        pl.col("is_verified").any().over(relatives),
        pl.col("support").sum().over(relatives),
        "rank",
        "is_verified",
        "support",
        "seen_at",
    )
    weighed = valued.filter(~only).sort(
        by,
        *best_first,
        value,
        descending=[False, *(True for _ in best_first), False],
        nulls_last=True,
    )
    settled = (
        rows.filter(only),
        valued.filter(only),
        weighed.unique(by, keep="first", maintain_order=True),
    )
    return pl.concat([part.select(by, value) for part in settled])


def compare_birthdays(left: str, right: str) -> pl.Expr:
    """Whether two birthdays can be one person's: −1 = no, 0 = nothing to compare, 1 = yes."""
    one, other = (pl.col(end).cast(pl.String) for end in (left, right))
    both_whole = (one.str.len_chars() == 10) & (other.str.len_chars() == 10)
    same = (
        pl.when(both_whole).then(one == other).otherwise(one.str.slice(-5) == other.str.slice(-5))
    )
    return pl.when(same.is_null()).then(0).when(same).then(1).otherwise(-1).cast(pl.Int8)


__all__ = [
    "ATTRIBUTES_SCHEMA",
    "NAME_SCHEMA",
    "Attributes",
    "best_birthday",
    "best_name",
    "compare_birthdays",
    "number_attributes",
    "read_attributes",
]
