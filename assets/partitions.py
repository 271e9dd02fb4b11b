"""The as-of dates: one partition for each calendar day in Asia/Shanghai."""

from datetime import date

import dagster as dg

from siyu.errors import SiyuError

AS_OF_DATES = dg.DailyPartitionsDefinition(
    start_date="2015-01-01", timezone="Asia/Shanghai", end_offset=1
)
PARTITION_TAG = "dagster/partition"


class NoAsOfDateError(SiyuError):
    """The run does not say for which day it answers."""


def as_of_date(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
    """The as-of date of the run, also for assets that are not cut by it.

    Raises:
        NoAsOfDateError: The run was started without a partition, or for several.
    """
    day = context.run.tags.get(PARTITION_TAG)
    if day is None:
        raise NoAsOfDateError(
            "This run has no as-of date. Start the job `nightly` with one partition (a day), "
            "or `siyu run --as-of YYYY-MM-DD`."
        )
    return date.fromisoformat(day)
