"""From the history of grants and withdrawals to the one state that stands on a date.

What a channel makes of a state is decided in `siyu.consent.permission`.
"""

from datetime import date

import polars as pl

from siyu.business_day import end_of_day

STATES_SCHEMA = pl.Schema(
    {
        "customer_id": pl.String(),
        "purpose": pl.String(),
        "channel": pl.String(),
        "state": pl.String(),
        "effective_at": pl.Datetime("us"),
    }
)


def consent_states(consents_resolved: pl.DataFrame, *, as_of_date: date) -> pl.DataFrame:
    """The state per customer, purpose and channel at the end of the as-of date.

    Under one identifier the latest event wins; at the same moment, the withdrawal. Over the
    identifiers of a person a standing withdrawal wins, so merging two profiles never weakens one:
    only a later grant under the identifier that withdrew ends it. A withdrawal whose moment
    nobody noted stands; such a grant does not.

    Args:
        consents_resolved: Hand-off ``int_consents_resolved``: ``customer_id``, ``namespace``,
            ``identifier``, ``purpose``, ``channel``, ``state`` (granted, withdrawn, unknown),
            ``effective_at`` (naive UTC). Rows without a customer are nobody's.
        as_of_date: Business day; later events do not count.

    Returns:
        One row per customer, purpose and channel with a known state, sorted; state and moment are
        of the same event. No row = unknown.
    """
    event_end = end_of_day(as_of_date)
    is_withdrawal = pl.col("state") == "withdrawn"
    counted = consents_resolved.filter(
        pl.col("customer_id").is_not_null()
        & (
            (pl.col("effective_at") < event_end)
            | (pl.col("effective_at").is_null() & is_withdrawal)
        )
    )
    by_identifier = _keep_last(
        counted.sort("effective_at", is_withdrawal, nulls_last=True),
        ["customer_id", "purpose", "channel", "namespace", "identifier"],
    )
    by_person = _keep_last(
        by_identifier.filter(pl.col("state") != "unknown").sort(
            is_withdrawal, "effective_at", nulls_last=True
        ),
        ["customer_id", "purpose", "channel"],
    )
    return (
        by_person.select(*STATES_SCHEMA)
        .cast(STATES_SCHEMA)
        .sort("customer_id", "purpose", "channel")
    )


def _keep_last(events: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return events.unique(keys, keep="last", maintain_order=True)
