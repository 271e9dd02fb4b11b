"""How old an answer may be before Dagster says so."""

from datetime import timedelta

import dagster as dg

# a night each day at 02:00, which may take until morning; a day without one is a day too late
EVERY_NIGHT = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=28), fail_window=timedelta(hours=36)
)
