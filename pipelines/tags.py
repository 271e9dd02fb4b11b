"""The tags of a run: for which day it answers, of which home, and what started it."""

import os
from datetime import date
from typing import Literal

KIND, AS_OF, HOME = "siyu/kind", "siyu/as_of", "siyu/home"
ANSWERED_FROM = (
    "siyu/answered_from"  # day of the night whose knowledge a past day was answered from
)

Kind = Literal["schedule", "sensor", "command"]


def run_tags(as_of: date, *, kind: Kind) -> dict[str, str]:
    """Tags to find a run by.

    Args:
        as_of: Day it answers for.
        kind: What started it; Dagster tags its own backfills.
    """
    return {KIND: kind, AS_OF: as_of.isoformat(), HOME: os.environ.get("SIYU_HOME", "")}
