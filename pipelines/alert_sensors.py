"""Alerts of runs the daemon starts: what `pipelines.alerts` tells, when Dagster sees it.

A run of the command `siyu run` tells for itself and is passed over here.
"""

import os
from pathlib import Path

import dagster as dg

from pipelines.alerts import ADDRESSES, describe_error, tell_failure, tell_refused_files
from pipelines.tags import AS_OF, KIND


def _is_command(run: dg.DagsterRun) -> bool:
    return run.tags.get(KIND) == "command"  # the command has told already


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells SIYU_ALERT_URLS that a run failed.",
)
def alert_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """Tell of a failed run, with the step and the reason."""
    run = context.dagster_run
    if _is_command(run):
        return dg.SkipReason("The command has told already.")
    steps = context.get_step_failure_events()
    failed = steps[0].step_failure_data if steps else context.failure_event.job_failure_data
    error = failed.error
    reason = describe_error(steps[0].step_key if steps else None, error)
    day = run.tags.get(AS_OF) or run.tags.get("dagster/partition", "no day")
    return _skip(tell_failure(Path(os.environ["SIYU_HOME"]), day, f"{run.job_name}: {reason}"))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells SIYU_ALERT_URLS which export files were refused, once each.",
)
def alert_on_refused_files(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Tell of files that were refused since the last time."""
    if _is_command(context.dagster_run):
        return dg.SkipReason("The command has told already.")
    return _skip(tell_refused_files(Path(os.environ["SIYU_HOME"])))


def _skip(failed: list[int]) -> dg.SkipReason | None:
    return dg.SkipReason(f"Address {failed} of {ADDRESSES} not told.") if failed else None


ALL = [alert_on_failure, alert_on_refused_files]
