"""When jobs run by themselves."""

from datetime import timedelta

import dagster as dg

from assets.project import PULLS
from pipelines.jobs import nightly, pull_exports
from pipelines.tags import run_tags
from siyu.business_day import SHANGHAI


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    description="02:00 in Shanghai, as of the day that has just ended.",
)
def nightly_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the night of the day before the tick."""
    ended = context.scheduled_execution_time.astimezone(SHANGHAI).date() - timedelta(days=1)
    return dg.RunRequest(
        run_key=f"night-{ended}",
        partition_key=ended.isoformat(),
        tags=run_tags(ended, kind="schedule"),
    )


pull_exports_daily = dg.ScheduleDefinition(
    name="pull_exports_daily",
    job=pull_exports,
    cron_schedule="0 1 * * *",
    execution_timezone="Asia/Shanghai",
    description="01:00 in Shanghai: an hour before the night that lands what was fetched.",
)

ALL = [nightly_daily, *([pull_exports_daily] if PULLS else [])]
