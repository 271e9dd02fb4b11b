"""The as-of dates: one partition for each calendar day in Asia/Shanghai."""

from datetime import date

import dagster as dg

AS_OF_DATES = dg.DailyPartitionsDefinition(
    start_date="2015-01-01", timezone="Asia/Shanghai", end_offset=1
)


def as_of_date(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
    """The as-of date of the run, also for assets that are not cut by it."""
    return date.fromisoformat(context.run.tags["dagster/partition"])
