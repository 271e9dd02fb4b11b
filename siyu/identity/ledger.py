"""The identity ledger: one Parquet file per run that changed something, appended, never edited.

An entry holds who every new identifier was given to and what happened to customer ids, in one
frame, so that one rename makes both true together. Reading and writing is the caller's part.
"""

import polars as pl

FORMAT_VERSION = 1

LEDGER_SCHEMA = pl.Schema(
    {
        "format_version": pl.Int8(),
        "sequence": pl.Int32(),
        "run_date": pl.Date(),
        "kind": pl.String(),
        "node_key": pl.Int64(),
        "customer_number": pl.Int64(),
        "event": pl.String(),
        "other_customer_number": pl.Int64(),
        "reason": pl.String(),
    }
)

REGISTRY_SCHEMA = pl.Schema(
    {"sequence": pl.Int32(), "node_key": pl.Int64(), "customer_number": pl.Int64()}
)

LOG_SCHEMA = pl.Schema(
    {
        "run_date": pl.Date(),
        "event": pl.String(),
        "customer_id": pl.String(),
        "other_customer_id": pl.String(),
        "reason": pl.String(),
    }
)

OVERRIDES_SCHEMA = pl.Schema(
    {
        "left_namespace": pl.String(),
        "left_scope": pl.String(),
        "left_identifier": pl.String(),
        "right_namespace": pl.String(),
        "right_scope": pl.String(),
        "right_identifier": pl.String(),
        "action": pl.String(),
        "who": pl.String(),
        "at": pl.String(),
        "why": pl.String(),
    }
)


def decode_entries(entries: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split ledger entries into the registry and the log.

    Args:
        entries: All files of the ledger, one below the other in order of their names, columns
            of ``LEDGER_SCHEMA``.

    Returns:
        The registry (``REGISTRY_SCHEMA``, one row per assignment ever made, the newest of a
        node last) and the log (``LOG_SCHEMA``).
    """
    registry = (
        entries.lazy()
        .filter(pl.col("kind") == "assigned")
        .select(REGISTRY_SCHEMA.names())
        .sort("sequence", maintain_order=True)
    )
    log = (
        entries.lazy()
        .filter(pl.col("kind") == "event")
        .sort("sequence", maintain_order=True)
        .select(
            "run_date",
            "event",
            customer_id=customer_ids(pl.col("customer_number")),
            other_customer_id=customer_ids(pl.col("other_customer_number")),
            reason="reason",
        )
    )
    return registry.collect(), log.collect()


def encode_entry(assignments: pl.DataFrame, events: pl.DataFrame, *, sequence: int) -> pl.DataFrame:
    """Put what one run changed into the rows of one ledger file.

    Args:
        assignments: ``node_key``, ``customer_number``; a row of nulls when only events happened,
            because every entry must move the sequence on.
        events: ``run_date``, ``event``, ``customer_number``, ``other_customer_number``,
            ``reason``.
        sequence: Number of the run in the ledger.

    Returns:
        Rows of ``LEDGER_SCHEMA``; none when nothing changed.
    """
    rows = pl.concat(
        [
            assignments.with_columns(kind=pl.lit("assigned")),
            events.with_columns(kind=pl.lit("event")),
        ],
        how="diagonal",
    ).with_columns(
        format_version=pl.lit(FORMAT_VERSION, pl.Int8), sequence=pl.lit(sequence, pl.Int32)
    )
    return rows.match_to_schema(LEDGER_SCHEMA, missing_columns="insert").select(
        LEDGER_SCHEMA.names()
    )


def customer_ids(number: pl.Expr) -> pl.Expr:
    """Customer numbers as ids: ``C`` and ten digits.

    Examples:
        >>> pl.select(customer_ids(pl.lit(42))).item()
        'C0000000042'
    """
    return pl.lit("C") + number.cast(pl.String).str.zfill(10)


def customer_numbers(customer_id: pl.Expr) -> pl.Expr:
    """Customer ids as numbers."""
    return customer_id.str.slice(1).cast(pl.Int64)


def translate(ids: pl.Series, log: pl.DataFrame) -> pl.Series:
    """Follow customer ids, retired ones too, to the id that lives today.

    Args:
        ids: Customer ids ever given.
        log: The log, columns of ``LOG_SCHEMA``.

    Returns:
        Today's id per id in the same order; null when nothing is left of the customer.
    """
    heirs = follow_merges(
        log.filter(pl.col("event") == "merged").select(
            number="customer_id", today="other_customer_id"
        )
    )
    ended = (
        log.filter(pl.col("event").is_in(["created", "split", "reborn", "merged", "retired"]))
        .unique("customer_id", keep="last", maintain_order=True)
        .filter(pl.col("event") == "retired")["customer_id"]
    )
    followed = (
        ids.rename("number").to_frame().join(heirs, on="number", how="left", maintain_order="left")
    )
    today = followed.select(today=pl.coalesce("today", "number"))
    return today.select(
        pl.when(~pl.col("today").is_in(ended.implode())).then("today").alias(ids.name)
    ).to_series()


def follow_merges(merges: pl.DataFrame) -> pl.DataFrame:
    """Follow merges to the customer that lives on.

    Args:
        merges: ``number``, ``today`` (the one it was merged into).

    Returns:
        One row per merged number, with ``today`` followed to its end.
    """
    followed = merges.unique("number", keep="last", maintain_order=True)
    while True:
        further = followed.join(
            followed.select(today="number", beyond="today"), on="today", how="left"
        )
        if further["beyond"].null_count() == further.height:
            return followed
        followed = further.select("number", today=pl.coalesce("beyond", "today"))


def list_renamed(log: pl.DataFrame) -> pl.DataFrame:
    """Ids that merges ended and who they are today.

    Args:
        log: The log, columns of ``LOG_SCHEMA``.

    Returns:
        One row per ended id whose customer lives on, sorted: ``former_id``, ``customer_id``.
    """
    former = log.filter(pl.col("event") == "merged")["customer_id"].unique().sort()
    today = translate(former, log)
    return pl.DataFrame({"former_id": former, "customer_id": today}).drop_nulls()


def list_ended(log: pl.DataFrame) -> pl.DataFrame:
    """Every customer id that is not in use any more, and who it is today.

    Args:
        log: The log, columns of ``LOG_SCHEMA``.

    Returns:
        One row per ended id, sorted: ``former_customer_id``, ``customer_id`` (null = no evidence
        of the customer is left), ``event`` (``merged`` or ``retired``), ``ended_date``.
    """
    last = log.filter(
        pl.col("event").is_in(["created", "split", "reborn", "merged", "retired"])
    ).unique("customer_id", keep="last", maintain_order=True)
    ended = last.filter(pl.col("event").is_in(["merged", "retired"])).sort("customer_id")
    return ended.select(
        former_customer_id="customer_id",
        customer_id=translate(ended["customer_id"], log),
        event="event",
        ended_date="run_date",
    )
