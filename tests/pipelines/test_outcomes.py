"""How a failed step is told: Siyu's own words before a library's, and nobody's number."""

import dagster as dg

from pipelines.outcomes import describe_failure, first_failure
from pipelines.pull_run import _failure
from siyu.pull.failures import PullRefusedError


@dg.op
def pull__till() -> None:
    try:
        raise ValueError("row 13912345678 of anna@example.com")
    except ValueError as library:
        raise PullRefusedError("till: ask 13912345678 for the right to read") from library


@dg.op
def pull__shop() -> None:
    raise ValueError("row of anna@example.com")


@dg.job
def pulls() -> None:
    pull__till()
    pull__shop()


def test_a_pull_is_told_by_its_own_failure_and_hides_people():
    outcome = pulls.execute_in_process(raise_on_error=False)
    told = {step: _failure(outcome, step) for step in ("pull__till", "pull__shop", "pull__crm")}
    assert told == {
        "pull__till": "PullRefusedError: till: ask … for the right to read",
        "pull__shop": "ValueError: row of …",
        "pull__crm": "it did not run",
    }
    step, _ = first_failure(outcome)
    assert describe_failure(outcome) == f"{step}: {told[step]}"
