"""Numbers that passed to another person: the intervals in which a contact was somebody's.

A new tenure begins when, after a long silence, the contact is seen with people who contradict those
before the silence (another WeChat person, another name, another birthday) and agree with none.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.identity.comparison import judge_pairs
from siyu.identity.dense import count_of, is_among
from siyu.identity.rules import IdentityRules

FACTS_OF_AN_ERA = 20  # different people one is compared by; more of them share the contact
SECONDS_OF_AN_AGE = 10_000_000_000  # three hundred years: more than any export spans
HOLDER_UNCLEAR = "holder_unclear"
PLACE = ["tenure", "hub", "is_dated"]

_TELLING = pl.any_horizontal(pl.col("name_number", "birthday", "person").is_not_null())
_SILENT = ~_TELLING


def assign_tenures(
    sides: pl.DataFrame, parsed: pl.DataFrame, contacts: pl.Series, rules: IdentityRules
) -> pl.DataFrame:
    """Number the tenures of every contact and put each side into one.

    Args:
        sides: Sides of hubs.
        parsed: One row per name.
        contacts: Hubs that can pass to another person (phones, emails).
        rules: Settings of identity resolution.

    Returns:
        ``sides`` with ``tenure`` (0 = the first).
    """
    is_contact = is_among(sides["hub"], contacts)
    told = sides.with_row_index("row").filter(
        _TELLING & is_contact & pl.col("first_at").is_not_null()
    )
    contested = (
        # one side alone knows no silence
        told.filter(pl.Series(count_of(told["hub"]) > 1))
        .sort("hub", "first_at", "side")
        .with_columns(is_first=(pl.col("hub") != pl.col("hub").shift(1)).fill_null(True))
    )
    # seconds, with the hub before them: one running maximum over all hubs
    seconds = [
        pl.col("hub") * SECONDS_OF_AN_AGE + pl.col(time).dt.epoch("s")
        for time in ("first_at", "last_at")
    ]
    silence = seconds[0] - seconds[1].cum_max().shift(1)
    is_after = ~pl.col("is_first") & (silence >= rules.recycled_after_days * 86_400)
    begun = contested.with_columns(begins=is_after.fill_null(False))
    silent = is_among(begun["hub"], begun.filter("begins")["hub"])
    eras = begun.filter(silent).with_columns(era=pl.col("begins").cast(pl.Int64).cum_sum())
    passed = _passed(eras, parsed)["era"]
    passes = eras["begins"] & is_among(eras["era"], passed)
    tenures = np.zeros(sides.height, dtype=np.int64)
    tenures[eras["row"].to_numpy()] = _counted_from(eras["is_first"], passes)
    return sides.with_columns(tenure=pl.Series(tenures))


def _counted_from(is_first: pl.Series, flags: pl.Series) -> NDArray[np.int64]:
    """How many flags were set since the first row of each run; none is set on a first row."""
    counted = np.cumsum(flags.to_numpy(), dtype=np.int64)
    firsts = np.flatnonzero(is_first.to_numpy())
    run = np.cumsum(is_first.to_numpy(), dtype=np.int64) - 1
    since: NDArray[np.int64] = counted - counted[firsts][run]
    return since


def _passed(eras: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    """Eras whose people contradict those of the era before, and none of whom agrees with any.

    Args:
        eras: Telling sides of contacts with silences, with ``era``, which grows by one at each
            silence.
        parsed: One row per name.

    Returns:
        ``hub``, ``era``.
    """
    facts = ["name_number", "birthday", "person"]
    told = eras.select("hub", "era", *facts, place=pl.col("hub") * 2**31 + pl.col("era"))
    many = told.filter(pl.col("place").is_duplicated()).filter(
        pl.len().over("place") > FACTS_OF_AN_ERA
    )
    few = told.filter(~is_among(told["hub"], many["hub"]))
    several = (
        told.filter(is_among(told["hub"], many["hub"]))
        .unique(maintain_order=True)
        .filter(pl.int_range(pl.len()).over("place") < FACTS_OF_AN_ERA)
    )
    said = pl.concat([few, several])
    before = said.select(
        pl.col("place") + 1, *(pl.col(fact).alias(f"other_{fact}") for fact in facts)
    )
    judged = judge_pairs(said.join(before, on="place"), parsed)
    return (
        judged.group_by("hub", "era")
        .agg(is_passed=pl.col("veto").is_not_null().any() & ~pl.col("agrees").any())
        .filter("is_passed")
        .drop("is_passed")
    )


def place_silent_sides(
    sides: pl.DataFrame, group_records: pl.DataFrame, *, first_free: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put what says nothing of its person into the tenures of its contact, by time.

    An account stands where it was first seen, also when it is seen after the contact passed on:
    it is one person's. Records without accounts stand each by itself.

    Args:
        sides: Sides with ``tenure``.
        group_records: ``record``, ``side``, ``hub``, ``seen_at`` of records without accounts.
        first_free: First vertex number that is free.

    Returns:
        Both frames, with groups without name and birthday split where a contact has tenures.
        What has no time there stands first, apart from what has one.
    """
    starts = (
        sides.filter(_has_passed(sides))
        .group_by("hub", "tenure")
        .agg(starts_at=pl.col("first_at").min())
        .sort("starts_at")
    )
    silent = sides.filter(_SILENT & pl.col("hub").is_in(starts["hub"].implode()))
    if silent.is_empty():
        return sides, group_records
    groups = silent.filter("is_group")
    placed = _placed_in_time(groups, group_records, starts)
    renumbered = (
        placed.select("side", *PLACE)
        .unique()
        .sort("side", *PLACE)
        .with_columns(new_side=pl.int_range(pl.len()) + first_free)
    )
    moved = placed.join(renumbered, on=["side", *PLACE]).select(
        "record", side="new_side", hub="hub", seen_at="seen_at"
    )
    records = pl.concat(
        [group_records.join(moved.select("record"), on="record", how="anti"), moved]
    )
    split = (
        groups.drop("tenure", "support", "first_at", "last_at")
        .join(_counted(placed), on=["side", "hub"])
        .join(renumbered, on=["side", *PLACE])
        .with_columns(side="new_side")
        .drop("new_side", "is_dated")
    )
    accounts = _in_time(silent.filter(~pl.col("is_group")), starts, by="first_at")
    kept = sides.join(silent.select("hub", "side"), on=["hub", "side"], how="anti")
    return pl.concat([kept, accounts, split], how="diagonal"), records


def refuse_undated(sides: pl.DataFrame) -> pl.DataFrame:
    """Refuse sides that tell neither person nor time at contacts that passed on.

    Args:
        sides: Sides with ``tenure`` and ``blocked_reason``.
    """
    unclear = _SILENT & pl.col("first_at").is_null() & _has_passed(sides)
    reason = pl.when(unclear).then(pl.lit(HOLDER_UNCLEAR, pl.Categorical))
    return sides.with_columns(blocked_reason=pl.coalesce("blocked_reason", reason))


def _has_passed(sides: pl.DataFrame) -> pl.Series:
    """Per side whether its hub has several tenures."""
    return is_among(sides["hub"], sides.filter(pl.col("tenure") > 0)["hub"])


def _placed_in_time(
    groups: pl.DataFrame, group_records: pl.DataFrame, starts: pl.DataFrame
) -> pl.DataFrame:
    """Records of silent groups with the tenure of their contact they fall into."""
    records = group_records.join(groups.select("side"), on="side", how="semi")
    return _in_time(records, starts, by="seen_at").with_columns(
        is_dated=pl.col("seen_at").is_not_null()
    )


def _in_time(rows: pl.DataFrame, starts: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Rows with the tenure of their hub in which a time of theirs lies; without one, the first."""
    columns = rows.columns if "tenure" in rows.columns else [*rows.columns, "tenure"]
    return (
        rows.drop("tenure", strict=False)
        .sort(by)
        .join_asof(starts, left_on=by, right_on="starts_at", by="hub", check_sortedness=False)
        .with_columns(pl.col("tenure").fill_null(0))
        .select(columns)
    )


def _counted(placed: pl.DataFrame) -> pl.DataFrame:
    return placed.group_by("side", *PLACE).agg(
        support=pl.len().cast(pl.Int64),
        first_at=pl.col("seen_at").min(),
        last_at=pl.col("seen_at").max(),
    )
