"""Consent events as dbt hands them over (`int_consents_unified`), for tests of consent."""

from collections.abc import Iterable
from typing import Any

import polars as pl

CONSENT_EVENTS_SCHEMA = pl.Schema(
    {
        "customer_id": pl.String(),
        "namespace": pl.String(),
        "identifier": pl.String(),
        "purpose": pl.String(),
        "channel": pl.String(),
        "state": pl.String(),
        "effective_at": pl.Datetime("us"),
        "source": pl.String(),
    }
)


def consent_events(rows: Iterable[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows in the order of the schema, without the source, which is one for all."""
    complete = [(*row, "consent_ledger") for row in rows]
    return pl.DataFrame(complete, schema=CONSENT_EVENTS_SCHEMA, orient="row")
