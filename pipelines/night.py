"""Run the nightly job once in this process and show what it is doing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import dagster as dg
import yaml
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

from assets.nights import Nights
from assets.partitions import AS_OF_DATES
from assets.stores import HomeStore
from pipelines.alerts import describe_error
from pipelines.definitions import defs
from pipelines.outcomes import QUIET, describe_failure, first_failure
from pipelines.past_days import ANSWERS, bring_home, entered, past_day, strangers
from pipelines.run_logs import open_log
from pipelines.tags import run_tags
from siyu.errors import SiyuError

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


class NightFailedError(SiyuError):
    """The night could not finish; the message is one line: which step and why.

    Attributes:
        outside: The message as it may leave the machine.
    """

    def __init__(self, message: str, *, outside: str | None = None) -> None:
        """Keep both messages."""
        super().__init__(message)
        self.outside = outside or message


def run_day(home: Path, as_of: date, console: Console) -> None:
    """Run the night as of a day, or answer a past day again from what its night knew.

    Args:
        home: The home, already entered (`pipelines.environment`).
        as_of: Calendar day in Asia/Shanghai; one before the last day answered for is a past day.
        console: Where progress, and what a past day was answered from, is shown.

    Raises:
        HomeBusyError: Another run is at work on the home.
        NightFailedError: A step failed; what was published before is untouched.
        PastDayError: The past day could not be answered; the home is as it was.
        NightRecordError: What the past day's night knew may stand in a damaged record.
    """
    _refuse_no_day(as_of)
    with _at_work(home):
        past = past_day(HomeStore(root=str(home)), as_of, kind=None)
    if past is None:
        run_night(home, as_of, console)
        return
    for line in past.told():
        console.print(line, highlight=False)
    with _at_work(home), entered(past, sorted(ANSWERS)) as then:
        _run_job("answer_past_days", home, as_of, console)
        bring_home(past, then)
        for line in strangers(then):
            console.print(line, highlight=False)


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
    _refuse_no_day(as_of)
    with _at_work(home):
        for problem in Nights(HomeStore(root=str(home))).damaged():
            console.print(f"{problem} This night goes on.", highlight=False)
        _run_job("nightly", home, as_of, console)


def _refuse_no_day(as_of: date) -> None:
    if not AS_OF_DATES.has_partition_key(as_of.isoformat()):
        raise NightFailedError(
            f"{as_of} is no day to answer for: it has not come, or is before 2015."
        )


@contextmanager
def _at_work(home: Path) -> Iterator[None]:
    """Hold the home; what runs print goes into the log."""
    with (
        _machine_failures(home),
        HomeStore(root=str(home)).held(),
        open_log(_log(home)) as lines,
        redirect_stdout(lines),
        redirect_stderr(lines),
    ):
        yield


def _log(home: Path) -> Path:
    return home / "reports" / "nightly.log"


def _run_job(name: str, home: Path, as_of: date, console: Console) -> None:
    job = defs.resolve_job_def(name)
    run_id = dg.DagsterRun(job_name=name).run_id
    with dg.DagsterInstance.get() as instance, _progress(console) as progress:
        task = progress.add_task("starting", total=len(job.asset_layer.selected_asset_keys))
        instance.add_event_listener(run_id, lambda event: _show(progress, task, event))
        outcome = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            partition_key=as_of.isoformat(),
            run_id=run_id,
            tags=run_tags(as_of, kind="command"),
            raise_on_error=False,
        )
    if not outcome.success:
        step, error = first_failure(outcome)
        raise NightFailedError(
            f"{describe_failure(outcome)} (details: {_log(home)})",
            outside=describe_error(step, error),
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
