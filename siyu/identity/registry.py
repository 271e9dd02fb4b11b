"""Customer numbers: given once, inherited by maximum overlap, every change with an event.

Which vertices form a cluster is decided in `siyu.identity.clusters`.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.ledger import customer_numbers

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
    members: pl.DataFrame, *, registry: pl.DataFrame, log: pl.DataFrame, run_date: date
) -> Numbering:
    """Give every cluster its number.

    A cluster inherits the number most of its records bore, the oldest of several; a number goes
    to the cluster with most of its records; repeated until no claim is left.

    Args:
        members: One row per vertex that can be recognised again: ``label`` (cluster),
            ``node_key``, ``weight`` (records), ``first_seen_at``. Labels order clusters that
            were first seen together.
        registry: Columns of ``REGISTRY_SCHEMA``.
        log: Columns of ``LOG_SCHEMA``.
        run_date: Day the events are logged under.
    """
    known = registry.unique("node_key", keep="last", maintain_order=True).select(
        "node_key", recorded="customer_number"
    )
    standing = _standing(log)
    claimed = members.join(known, on="node_key", how="left").join(
        _today(log, known).select(recorded="number", before="today"), on="recorded", how="left"
    )
    inherited = _inherit(claimed)
    numbers = _with_new_numbers(claimed, inherited, _highest(registry, log))
    placed = claimed.join(numbers, on="label")
    assignments = placed.filter(
        pl.col("recorded").is_null() | (pl.col("recorded") != pl.col("customer_number"))
    ).select("node_key", "customer_number")
    return Numbering(
        numbers=numbers,
        assignments=assignments.sort("customer_number", "node_key"),
        events=_events(placed, standing, run_date),
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


def follow_merges(merges: pl.DataFrame) -> pl.DataFrame:
    """Follow merges to the number that lives on.

    Args:
        merges: ``number``, ``today`` (the number it was merged into).

    Returns:
        The same rows with ``today`` followed to its end.
    """
    followed = merges.unique("number", keep="last")
    while True:
        further = followed.join(
            followed.select(today="number", beyond="today"), on="today", how="left"
        )
        if further["beyond"].null_count() == further.height:
            return followed
        followed = further.select("number", today=pl.coalesce("beyond", "today"))


def _inherit(claimed: pl.DataFrame) -> pl.DataFrame:
    claims = (
        claimed.filter(pl.col("before").is_not_null())
        .group_by("label", number="before")
        .agg(pl.col("weight").sum())
    )
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
    fresh = (
        claimed.join(inherited, on="label", how="anti")
        .group_by("label")
        .agg(pl.col("first_seen_at").min())
        .sort("first_seen_at", "label", nulls_last=True)
        .select("label", customer_number=highest + 1 + pl.int_range(pl.len()))
    )
    return pl.concat([inherited, fresh])


def _events(placed: pl.DataFrame, standing: pl.DataFrame, run_date: date) -> pl.DataFrame:
    flows = (
        placed.filter(pl.col("before").is_not_null())
        .group_by("before", after="customer_number")
        .agg(pl.col("weight").sum())
    )
    now = placed.select(number="customer_number").unique()
    born = now.filter(~pl.col("number").is_in(standing["number"].implode()))
    parents = _greatest(flows, "after", "before").select(number="after", other="before")
    first = born.join(parents, on="number", how="left").select(
        "number",
        "other",
        event=pl.when(pl.col("other").is_null()).then(pl.lit("created")).otherwise(pl.lit("split")),
    )
    reborn = now.filter(
        pl.col("number").is_in(standing.filter(~pl.col("is_alive"))["number"].implode())
    ).select("number", other=pl.lit(None, pl.Int64), event=pl.lit("reborn"))
    missing = standing.filter(pl.col("is_alive")).join(now, on="number", how="anti")
    heirs = _greatest(flows, "before", "after").select(number="before", other="after")
    ended = (
        missing.select("number")
        .join(heirs, on="number", how="left")
        .select(
            "number",
            "other",
            event=pl.when(pl.col("other").is_null())
            .then(pl.lit("retired"))
            .otherwise(pl.lit("merged")),
        )
    )
    told = pl.concat([first, ended]).filter(pl.col("other").is_not_null())
    moved = (
        flows.filter(pl.col("before") != pl.col("after"))
        .join(
            told.filter(pl.col("event") == "merged"),
            left_on=["before", "after"],
            right_on=["number", "other"],
            how="anti",
        )
        .join(
            told.filter(pl.col("event") == "split"),
            left_on=["after", "before"],
            right_on=["number", "other"],
            how="anti",
        )
        .select(number="before", other="after", event=pl.lit("moved"))
    )
    return _as_events(pl.concat([first, reborn, ended, moved]), run_date)


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
