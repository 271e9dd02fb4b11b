"""Customer numbers: given once, inherited by maximum overlap, every change with an event.

Which vertices form a cluster is decided in `siyu.identity.clusters`.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.components import as_vertices
from siyu.identity.dense import first_of_groups, is_among, look_up
from siyu.identity.ledger import customer_numbers, follow_merges

EVENT_SCHEMA = pl.Schema(
    {
        "run_date": pl.Date(),
        "event": pl.String(),
        "customer_number": pl.Int64(),
        "other_customer_number": pl.Int64(),
        "reason": pl.String(),
    }
)
BIRTHS = ("created", "split", "reborn")
DEATHS = ("merged", "retired")


@dataclass(frozen=True)
class Numbering:
    """Numbers of clusters after a run.

    Attributes:
        numbers: ``label``, ``customer_number``.
        assignments: ``node_key``, ``customer_number`` that are new or changed.
        events: What happened to customer numbers, columns of ``EVENT_SCHEMA``.
    """

    numbers: pl.DataFrame
    assignments: pl.DataFrame
    events: pl.DataFrame


def number_clusters(
    members: pl.DataFrame,
    *,
    registry: pl.DataFrame,
    log: pl.DataFrame,
    run_date: date,
    living_elsewhere: pl.Series | None = None,
) -> Numbering:
    """Give every cluster its number.

    A cluster inherits the number most of its records bore, the oldest of several; a number goes
    to the cluster with most of its records; repeated until no claim is left.

    Args:
        members: One row per vertex that can be recognised again: ``label`` (cluster),
            ``node_key``, ``weight`` (records), ``first_seen_at``, and for contacts ``tenure``,
            ``first_key`` (of their first tenure) and ``shown_key`` (of whoever they are shown
            for). Labels order clusters that were first seen together.
        registry: Columns of ``REGISTRY_SCHEMA``.
        log: Columns of ``LOG_SCHEMA``.
        run_date: Day the events are logged under.
        living_elsewhere: Numbers of customers that are not among the members and keep theirs.
    """
    elsewhere = pl.DataFrame(
        {"number": [] if living_elsewhere is None else living_elsewhere},
        schema={"number": pl.Int64},
    )
    known = recorded_customers(registry, log)
    claimed = members.join(known, on="node_key", how="left")
    claims = claimed.select("label", "weight", number="before").drop_nulls("number")
    inherited = _inherit(claims.join(elsewhere, on="number", how="anti"))
    numbers = _with_new_numbers(claimed, inherited, _highest(registry, log))
    placed = claimed.with_columns(look_up(numbers, "label", claimed["label"]))
    shown = _shown(placed, known)
    assignments = [_changed(placed, "node_key"), _changed(shown, "shown_key")]
    return Numbering(
        numbers=numbers,
        # two sorts by one number each take half as long as one by both
        assignments=pl.concat(assignments)
        .sort("node_key")
        .sort("customer_number", maintain_order=True),
        events=_events(placed, numbers, shown, _standing(log), elsewhere, run_date),
    )


def recorded_customers(registry: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Whom each identifier belonged to after the last run.

    Args:
        registry: Columns of ``REGISTRY_SCHEMA``.
        log: Columns of ``LOG_SCHEMA``.

    Returns:
        ``node_key``, ``recorded`` (number it was given), ``before`` (the number that lives on).
    """
    recorded = registry.unique("node_key", keep="last", maintain_order=True).select(
        "node_key", recorded="customer_number"
    )
    heirs = _today(log, recorded).select(recorded="number", before="today")
    return recorded.join(heirs, on="recorded")


def _changed(placed: pl.DataFrame, key: str) -> pl.DataFrame:
    return placed.filter(
        pl.col("recorded").is_null() | (pl.col("recorded") != pl.col("customer_number"))
    ).select(node_key=key, customer_number="customer_number")


def _shown(placed: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Contacts that passed on: whom they are shown for now, and whom they were shown for."""
    contacts = placed.filter(pl.col("shown_key").is_not_null()).drop("recorded", "before")
    first = known.select(first_key="node_key", first_before="before")
    return (
        contacts.join(known, left_on="shown_key", right_on="node_key", how="left")
        .filter((pl.col("tenure") > 0) | pl.col("recorded").is_not_null())
        .join(first, on="first_key", how="left")
        .with_columns(before=pl.coalesce("before", "first_before"))
    )


def _highest(registry: pl.DataFrame, log: pl.DataFrame) -> int:
    logged = log.select(
        pl.max_horizontal(
            customer_numbers(pl.col("customer_id")).max(),
            customer_numbers(pl.col("other_customer_id")).max(),
        )
    ).item()
    recorded = registry.select(pl.col("customer_number").max()).item()
    return max(int(logged or 0), int(recorded or 0))


def _standing(log: pl.DataFrame) -> pl.DataFrame:
    """Whether each number ever given is alive: ``number``, ``is_alive``."""
    return (
        log.filter(pl.col("event").is_in([*BIRTHS, *DEATHS]))
        .unique("customer_id", keep="last", maintain_order=True)
        .select(
            number=customer_numbers(pl.col("customer_id")), is_alive=pl.col("event").is_in(BIRTHS)
        )
    )


def _today(log: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Each recorded number and the number it lives on in: ``number``, ``today``."""
    heirs = follow_merges(
        log.filter(pl.col("event") == "merged").select(
            number=customer_numbers(pl.col("customer_id")),
            today=customer_numbers(pl.col("other_customer_id")),
        )
    )
    numbers = known.select(number="recorded").unique()
    return numbers.join(heirs, on="number", how="left").with_columns(
        today=pl.coalesce("today", "number")
    )


def _inherit(told: pl.DataFrame) -> pl.DataFrame:
    claims = told.group_by("label", "number").agg(pl.col("weight").sum())
    settled = []
    while claims.height:
        for_label = claims.sort("label", pl.col("weight").neg(), "number").unique(
            "label", keep="first", maintain_order=True
        )
        for_number = claims.sort("number", pl.col("weight").neg(), "label").unique(
            "number", keep="first", maintain_order=True
        )
        both = for_label.join(for_number.select("label", "number"), on=["label", "number"])
        settled.append(both.select("label", customer_number="number"))
        claims = claims.join(both, on="label", how="anti").join(both, on="number", how="anti")
    empty = {"label": pl.Int64(), "customer_number": pl.Int64()}
    return pl.concat(settled) if settled else pl.DataFrame(schema=empty)


def _with_new_numbers(claimed: pl.DataFrame, inherited: pl.DataFrame, highest: int) -> pl.DataFrame:
    born = claimed.filter(~is_among(claimed["label"], inherited["label"]))
    first = first_of_groups(as_vertices(born["label"]), born["first_seen_at"])
    fresh = (
        born.select("label", "first_seen_at")[first]
        .unique("label")
        .sort("label")
        .sort("first_seen_at", nulls_last=True, maintain_order=True)
        .select("label", customer_number=highest + 1 + pl.int_range(pl.len()))
    )
    return pl.concat([inherited, fresh])


def _events(
    placed: pl.DataFrame,
    numbers: pl.DataFrame,
    shown: pl.DataFrame,
    standing: pl.DataFrame,
    elsewhere: pl.DataFrame,
    run_date: date,
) -> pl.DataFrame:
    flows = (
        placed.filter(pl.col("before").is_not_null())
        .group_by("before", after="customer_number")
        .agg(pl.col("weight").sum())
    )
    now = numbers.select(number="customer_number")
    parents = _greatest(flows, "after", "before").select(number="after", other="before")
    first = (
        now.join(standing, on="number", how="anti")
        .join(parents, on="number", how="left")
        .with_columns(event=_told_by_other("created", "split"))
    )
    reborn = now.join(standing.filter(~pl.col("is_alive")), on="number", how="semi").select(
        "number", other=pl.lit(None, pl.Int64), event=pl.lit("reborn")
    )
    heirs = _greatest(flows, "before", "after").select(number="before", other="after")
    ended = (
        standing.filter(pl.col("is_alive"))
        .join(pl.concat([now, elsewhere.select("number")]), on="number", how="anti")
        .select("number")
        .join(heirs, on="number", how="left")
        .with_columns(event=_told_by_other("retired", "merged"))
    )
    moved = _moved(flows, shown, first=first, ended=ended)
    return _as_events(pl.concat([first, reborn, ended, moved]), run_date)


def _told_by_other(alone: str, with_other: str) -> pl.Expr:
    is_alone = pl.col("other").is_null()
    return pl.when(is_alone).then(pl.lit(alone)).otherwise(pl.lit(with_other))


def _moved(
    flows: pl.DataFrame, shown: pl.DataFrame, *, first: pl.DataFrame, ended: pl.DataFrame
) -> pl.DataFrame:
    """Between whom identifiers went over without a birth or an end that says so."""
    went = pl.concat(
        [
            flows.select("before", "after"),
            shown.select("before", after="customer_number").drop_nulls(),
        ]
    ).filter(pl.col("before") != pl.col("after"))
    told = pl.concat(
        [
            ended.select(before="number", after="other"),
            first.select(before="other", after="number"),
        ]
    )
    return (
        went.unique()
        .join(told, on=["before", "after"], how="anti")
        .select(number="before", other="after", event=pl.lit("moved"))
    )


def _greatest(flows: pl.DataFrame, by: str, other: str) -> pl.DataFrame:
    return flows.sort(by, pl.col("weight").neg(), other).unique(
        by, keep="first", maintain_order=True
    )


_REASONS = {
    "created": "first seen",
    "reborn": "its identifiers are back in the exports",
    "merged": "evidence joined them",
    "retired": "no export holds its identifiers any more",
    "split": "evidence or an override parts them",
    "moved": "identifiers went over",
}


def _as_events(happened: pl.DataFrame, run_date: date) -> pl.DataFrame:
    order = pl.col("event").cast(pl.Enum(list(_REASONS)))
    return (
        happened.with_columns(
            run_date=pl.lit(run_date),
            reason=pl.col("event").replace_strict(_REASONS, return_dtype=pl.String),
        )
        .sort(order, "number", "other")
        .select(
            "run_date",
            "event",
            customer_number="number",
            other_customer_number="other",
            reason="reason",
        )
        .cast(EVENT_SCHEMA)
    )
