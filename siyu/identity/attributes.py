"""Names and birthdays as second evidence: of a record, and of all records of one account core.

How two of them compare is in `siyu.identity.names`; which one a profile shows is survivorship.
"""

from dataclasses import dataclass

import polars as pl

from siyu.identity.evidence import Evidence
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
            ``is_verified``, ``is_receiver`` (speaks of who receives, not of who holds the
            account), ``seen_at``.
        birthdays: One row per record and birthday: ``record``, ``birthday`` (``YYYY-MM-DD``, or
            ``MM-DD``), ``is_verified``, ``seen_at``.
    """

    parsed: pl.DataFrame
    names: pl.DataFrame
    birthdays: pl.DataFrame


def number_attributes(
    attributes: pl.DataFrame, evidence: Evidence, rules: IdentityRules
) -> Attributes:
    """Pick names and birthdays out of the attributes and give names numbers.

    Args:
        attributes: One row per stated attribute, columns of ``ATTRIBUTES_SCHEMA``.
        evidence: Numbered records.
        rules: Settings of identity resolution.
    """
    stated = attributes.filter(
        pl.col("attribute").is_in([*NAMES, *BIRTHDAYS]) & pl.col("value").is_not_null()
    ).with_columns(record_hash=pl.struct("record_id").hash(evidence.record_seed))
    stated = stated.join(evidence.records.select("record", "record_hash"), on="record_hash")
    named = stated.filter(pl.col("attribute").is_in(NAMES))
    parsed = parse_names(named["value"]).sort("name").with_row_index("name_number")
    names = named.join(
        parsed.select("name_number", value="name", is_whole=pl.col("given").is_not_null()),
        on="value",
    ).select(
        "record",
        "name_number",
        "is_whole",
        pl.col("is_verified").fill_null(False),
        "seen_at",
        is_receiver=_is_receiver(rules),
    )
    birthdays = stated.filter(
        pl.col("attribute").is_in(BIRTHDAYS)
        & ~pl.col("value").is_in(list(rules.placeholder_birthdays))
    ).select(
        "record",
        birthday="value",
        is_verified=pl.col("is_verified").fill_null(False),
        seen_at="seen_at",
    )
    return Attributes(parsed=parsed, names=names, birthdays=birthdays)


def _is_receiver(rules: IdentityRules) -> pl.Expr:
    prefixed = pl.lit(False)
    for prefix in rules.receiver_records:
        prefixed = prefixed | pl.col("record_id").str.starts_with(prefix)
    return prefixed & ~pl.col("is_verified").fill_null(False)


def best_name(rows: pl.DataFrame, by: str | list[str]) -> pl.DataFrame:
    """The name that speaks best for each group of records.

    Whole names before masked ones, verified before typed, often seen before rare, new before old.

    Args:
        rows: ``name_number``, ``is_whole``, ``is_verified``, ``seen_at`` and the grouping columns.
        by: Grouping columns.
    """
    keys = [by] if isinstance(by, str) else by
    return (
        rows.group_by(*keys, "name_number")
        .agg(
            pl.col("is_whole").first(),
            pl.col("is_verified").any(),
            pl.len().alias("support"),
            pl.col("seen_at").max(),
        )
        .sort(
            *keys,
            "is_whole",
            "is_verified",
            "support",
            "seen_at",
            "name_number",
            descending=[False] * len(keys) + [True, True, True, True, False],
            nulls_last=True,
        )
        .unique(keys, keep="first", maintain_order=True)
        .select(*keys, "name_number")
    )


def best_birthday(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """The birthday that speaks best for each group of records, whole dates before days."""
    return (
        rows.group_by(by, "birthday")
        .agg(pl.col("is_verified").any(), pl.len().alias("support"), pl.col("seen_at").max())
        .sort(
            by,
            pl.col("birthday").str.len_chars(),
            "is_verified",
            "support",
            "seen_at",
            "birthday",
            descending=[False, True, True, True, True, False],
            nulls_last=True,
        )
        .unique(by, keep="first", maintain_order=True)
        .select(by, "birthday")
    )


def compare_birthdays(left: str, right: str) -> pl.Expr:
    """Whether two birthdays can be one person's: −1 = no, 0 = nothing to compare, 1 = yes."""
    one, other = pl.col(left), pl.col(right)
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
]
