"""What of a home is dated, and its deletion. How long it is kept stands in siyu.privacy.retention.

Deleting goes from the oldest on and can stop anywhere: the next night finds what is left. A folder
gets another name first, so nobody ever sees a part of it.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from siyu.business_day import SHANGHAI_OFFSET, end_of_day
from siyu.home import Home
from siyu.ingest.quarantine import REJECTED
from siyu.privacy.retention import (
    AUDIENCE_FILES,
    LOGS,
    REJECTED_ROWS,
    RUN_HISTORY,
    Dated,
    Retention,
    day_of_name,
    list_past,
)

LEFT_BY_A_KILLED_RUN = "*/.????-??-??.partial"
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
Past = dict[str, list[Dated]]


def find_past(
    home: Home, instance: dg.DagsterInstance, retention: Retention, *, as_of_date: date
) -> Past:
    """What is past its retention as of a day: by rule that has a limit, oldest first."""
    files: dict[str, Callable[[Home], Iterable[Dated]]] = {
        AUDIENCE_FILES: _audience_folders,
        REJECTED_ROWS: _rejected_rows,
        LOGS: _logs,
    }
    past: Past = {}
    for rule, days in retention.limits().items():
        if rule == RUN_HISTORY:
            found: Iterable[Dated] = _ended_runs(home, instance, before=as_of_date)
        elif rule in files:
            found = files[rule](home)
        else:
            found = _parts(home, rule)
        past[rule] = list_past(found, as_of_date=as_of_date, days=days)
    return past


def remove_past(home: Home, instance: dg.DagsterInstance, past: Past) -> None:
    """Delete what `find_past` found; the home must be held."""
    for rule, things in past.items():
        for one in things:
            if rule == RUN_HISTORY:
                # events first: a run that is listed no more would not be found again
                instance.event_log_storage.delete_events(one.name)
                instance.delete_run(one.name)
            elif rule == AUDIENCE_FILES:
                _remove_folder(home.root / one.name)
            else:
                (home.root / one.name).unlink(missing_ok=True)
    if AUDIENCE_FILES in past:
        for left in home.audiences.glob(LEFT_BY_A_KILLED_RUN):
            shutil.rmtree(left)


def _remove_folder(folder: Path) -> None:
    going = folder.with_name(f".{folder.name}.partial")
    if going.exists():
        shutil.rmtree(going)
    folder.rename(going)
    shutil.rmtree(going)


def _parts(home: Home, table: str) -> Iterator[Dated]:
    for path in (home.exchange / table).glob("*.parquet"):
        day = day_of_name(path.stem)
        if day is not None:
            yield Dated(day, _below(home, path), path.stat().st_size)


def _audience_folders(home: Home) -> Iterator[Dated]:
    for path in home.audiences.glob("*/*"):
        day = day_of_name(path.name)
        if day is not None and path.is_dir() and not path.is_symlink():
            size = sum(file.stat().st_size for file in path.iterdir())
            yield Dated(day, _below(home, path), size)


def _rejected_rows(home: Home) -> Iterator[Dated]:
    return _by_last_change(home, home.quarantine.glob(f"*/*{REJECTED}"))


def _logs(home: Home) -> Iterator[Dated]:
    return _by_last_change(home, home.reports.glob("*.log*"))


def _by_last_change(home: Home, paths: Iterable[Path]) -> Iterator[Dated]:
    for path in paths:
        if path.is_file() and not path.is_symlink():
            state = path.stat()
            yield Dated(_day_of(state.st_mtime), _below(home, path), state.st_size)


def _ended_runs(home: Home, instance: dg.DagsterInstance, *, before: date) -> Iterator[Dated]:
    created_before = end_of_day(before).replace(tzinfo=UTC)
    ended = dg.RunsFilter(statuses=ENDED, created_before=created_before)
    for record in instance.get_run_records(ended):
        run_id = record.dagster_run.run_id
        events = home.root / ".dagster" / "history" / "runs" / f"{run_id}.db"
        size = events.stat().st_size if events.exists() else 0
        yield Dated(_day_of(record.create_timestamp.timestamp()), run_id, size)


def _day_of(seconds: float) -> date:
    """The day in Shanghai of a moment, in seconds since 1970."""
    return (datetime.fromtimestamp(seconds, UTC) + SHANGHAI_OFFSET).date()


def _below(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()
