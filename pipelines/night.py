"""Run the nightly job once in this process and show what it is doing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import dagster as dg
import yaml
from dagster_shared.error import SerializableErrorInfo
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from sqlalchemy.exc import SQLAlchemyError

from assets.partitions import AS_OF_DATES
from assets.stores import HomeStore
from pipelines.alerts import describe_error, telling_error, told_by
from pipelines.definitions import defs
from pipelines.run_logs import open_log
from pipelines.tags import run_tags
from siyu.errors import SiyuError
from siyu.plain_text import hide_people

DOING = {
    "landing": "landing new exports",
    "retention": "removing what is past its retention",
    "warehouse": "cleaning and unifying what channels say (dbt)",
    "exchange__attribute_ranks": "ranking sources",
    "identity": "resolving who is who",
    "exchange__identity_records_a_sample_resolved_afresh_stands_the_same": "checking who is who",
    "warehouse_2": "building profiles and orders (dbt)",
    "exchange__customer_rfm": "scoring recency, frequency, monetary value",
    "exchange__customer_tiers": "assigning tiers",
    "audiences": "building and judging audiences",
    "warehouse_3": "building the marts of tiers (dbt)",
    "warehouse_4": "building the marts of audiences (dbt)",
    "published_warehouse": "publishing",
}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class NightFailedError(SiyuError):
    """The night could not finish; the message is one line: which step and why.

    Attributes:
        outside: The message as it may leave the machine.
    """

    def __init__(self, message: str, *, outside: str | None = None) -> None:
        """Keep both messages."""
        super().__init__(message)
        self.outside = outside or message


def run_night(home: Path, as_of: date, console: Console) -> None:
    """Run the job `nightly` as of a day.

    Args:
        home: The home, already entered (`pipelines.environment`).
        as_of: Calendar day in Asia/Shanghai.
        console: Where progress is shown, when it is a terminal.

    Raises:
        HomeBusyError: Another run is at work on the home.
        NightFailedError: A step failed; what was published before is untouched.
    """
    day = as_of.isoformat()
    if not AS_OF_DATES.has_partition_key(day):
        raise NightFailedError(
            f"{day} is no day to answer for: it has not come, or is before 2015."
        )
    job = defs.resolve_job_def("nightly")
    run_id = dg.DagsterRun(job_name="nightly").run_id
    log = home / "reports" / "nightly.log"
    with (
        _machine_failures(home),
        HomeStore(root=str(home)).held(),
        dg.DagsterInstance.get() as instance,
        _progress(console) as progress,
    ):
        task = progress.add_task("starting", total=len(job.asset_layer.selected_asset_keys))
        instance.add_event_listener(run_id, lambda event: _show(progress, task, event))
        with open_log(log) as lines, redirect_stdout(lines), redirect_stderr(lines):
            outcome = job.execute_in_process(
                run_config=QUIET,
                instance=instance,
                partition_key=day,
                run_id=run_id,
                tags=run_tags(as_of, kind="command"),
                raise_on_error=False,
            )
    if not outcome.success:
        step, error = _failure(outcome)
        raise NightFailedError(
            f"{describe_failure(outcome)} (details: {log})", outside=describe_error(step, error)
        )


@contextmanager
def _machine_failures(home: Path) -> Iterator[None]:
    """Tell in one line what fails outside of the steps, which tell it themselves."""
    history = home / ".dagster"
    try:
        yield
    except MemoryError as error:
        raise NightFailedError(f"memory is used up; give {home} a larger machine.") from error
    except (dg.DagsterInvalidConfigError, yaml.YAMLError) as error:
        raise NightFailedError(
            f"{history}/dagster.yaml cannot be used; take it away, Siyu writes it anew."
        ) from error
    except (OSError, SQLAlchemyError) as error:
        cause = getattr(error, "orig", None) or error
        if _is_damage(cause):
            raise NightFailedError(
                f"{history} is damaged ({cause}); take the folder away, it holds the history of "
                "runs and no run needs it. Then run again."
            ) from error
        raise NightFailedError(
            f"{home} cannot be written: {cause}; look at the disk's space and rights, run again."
        ) from error


def _is_damage(cause: BaseException) -> bool:
    """Whether SQLite found its file damaged; that it cannot write is another error."""
    return isinstance(cause, sqlite3.DatabaseError) and not isinstance(
        cause, sqlite3.OperationalError
    )


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield progress


def _show(progress: Progress, task: TaskID, entry: dg.EventLogEntry) -> None:
    event = entry.dagster_event
    if event is None:
        return
    if event.event_type is dg.DagsterEventType.STEP_START:
        progress.update(task, description=DOING.get(event.step_key or "", event.step_key or ""))
    if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
        progress.advance(task)


def _failure(outcome: dg.ExecuteInProcessResult) -> tuple[str | None, SerializableErrorInfo | None]:
    """The first failure: the step and the cause that says most."""
    for event in outcome.all_events:
        error = getattr(event.event_specific_data, "error", None)
        if event.is_failure and error is not None:
            return event.step_key, telling_error(error)
    return None, None


def describe_failure(outcome: dg.ExecuteInProcessResult) -> str:
    """The first failure in one line: the step and the cause that says most."""
    step, error = _failure(outcome)
    if error is None:
        return "for no stated reason"
    return f"{step or 'before the first step'}: {hide_people(told_by(error))}"
