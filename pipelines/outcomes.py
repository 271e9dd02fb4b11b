"""What became of a run in this process: its first failure, in words."""

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from pipelines.alerts import telling_error, told_by
from siyu.plain_text import hide_people

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def first_failure(
    outcome: dg.ExecuteInProcessResult, *, step: str | None = None
) -> tuple[str | None, SerializableErrorInfo | None]:
    """The first failure, of one step if it is named: the step and the cause that says most."""
    for event in outcome.all_events:
        error = getattr(event.event_specific_data, "error", None)
        if event.is_failure and error is not None and step in (None, event.step_key):
            return event.step_key, telling_error(error)
    return None, None


def describe_failure(outcome: dg.ExecuteInProcessResult) -> str:
    """The first failure in one line: the step and the cause that says most."""
    step, error = first_failure(outcome)
    if error is None:
        return "for no stated reason"
    return f"{step or 'before the first step'}: {hide_people(told_by(error))}"
