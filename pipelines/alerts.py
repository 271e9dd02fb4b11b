"""Alerts: a failed run and newly refused files are told to the addresses in SIYU_ALERT_URLS.

Addresses are apprise's (``mailtos://…``, ``json://…``, a chat's webhook), parted by blanks or
commas. They hold passwords: they come from the environment only and are never printed or logged.
"""

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from dagster_shared.error import SerializableErrorInfo

from pipelines.terminal import problems
from siyu.errors import SiyuError, is_own
from siyu.files import replace_file
from siyu.home import Home
from siyu.plain_text import hide_people

ADDRESSES = "SIYU_ALERT_URLS"
LISTED_FILES = 20
TIMEOUT_SECONDS = 20
# what Dagster raises in a step when its process is told to end
STOPPED = "DagsterExecutionInterruptedError"


def send_alert(title: str, body: str) -> list[int]:
    """Tell every address.

    Args:
        title: One line.
        body: What happened and what to do; mobile numbers and e-mails in it are hidden.

    Returns:
        Numbers (from 1) of the addresses that could not be told.
    """
    addresses = [one for one in re.split(r"[\s,]+", os.environ.get(ADDRESSES, "")) if one]
    if not addresses:
        return []
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses
    failed = []
    for number, address in enumerate(addresses, start=1):
        channel = apprise.Apprise()
        told = channel.add(address) and channel.notify(
            body=hide_people(body),
            title=title,
            notify_type=apprise.NotifyType.WARNING,
            timeout=TIMEOUT_SECONDS,
        )
        if not told:
            failed.append(number)
    return failed


@contextmanager
def failures_told(home: Path, as_of: date) -> Iterator[None]:
    """Tell of an error that ends a command's night, then let it go on."""
    try:
        yield
    except SiyuError as error:
        _report(tell_failure(home, str(as_of), getattr(error, "outside", str(error))))
        raise


def tell_refused_files(root: Path) -> list[int]:
    """Tell of refused export files nobody was told of yet; once each.

    Args:
        root: The home folder, after landing.

    Returns:
        Numbers of the addresses that could not be told; the files are told again next time.
    """
    home = Home(root)
    table = home.exchange / "export_files.parquet"
    if not os.environ.get(ADDRESSES) or not table.exists():
        return []
    refused = pl.read_parquet(table).filter(status="refused")
    names = {
        f"{source}/{file}@{sha256 or ''}": f"{source}/{file}: {reason}"
        for source, file, sha256, reason in refused.select(
            "source", "file", "sha256", "reason"
        ).iter_rows()
    }
    memory = home.reports / "alerted_files.json"
    told = set(json.loads(memory.read_text())) if memory.exists() else set()
    new = [text for name, text in names.items() if name not in told]
    failed = _tell_of_files(root, new) if new else []
    if not failed:
        replace_file(memory, json.dumps(sorted(names), ensure_ascii=False).encode())
    return failed


def report_refused_files(root: Path) -> None:
    """Tell of refused files, and say on the terminal when that failed."""
    _report(tell_refused_files(root))


def _tell_of_files(root: Path, texts: list[str]) -> list[int]:
    more = len(texts) - LISTED_FILES
    lines = [*texts[:LISTED_FILES], *([f"… and {more} more"] if more > 0 else [])]
    lines.append(f"Details: {root}/quarantine; the other files went on.")
    return send_alert(f"Siyu ({root.name}): {len(texts)} export files refused", "\n".join(lines))


def tell_failure(root: Path, as_of: str, reason: str) -> list[int]:
    """Tell that a run failed; returns the numbers of the addresses that could not be told."""
    return send_alert(
        f"Siyu ({root.name}): the run as of {as_of} failed",
        f"{reason}\nWhat was published before is untouched. What to do: docs/runbook.md.",
    )


def _report(failed: list[int]) -> None:
    if failed:
        numbers = ", ".join(map(str, failed))
        problems.print(f"siyu: alert not sent to address {numbers} of {ADDRESSES}", style="yellow")


def telling_error(error: SerializableErrorInfo) -> SerializableErrorInfo:
    """The error of a chain of causes that says most: Siyu's own, else the innermost one."""
    while not _says_enough(error.cls_name or "") and error.cause is not None:
        error = error.cause
    return error


def _says_enough(name: str) -> bool:
    return name == STOPPED or is_own(name)


def told_by(error: SerializableErrorInfo) -> str:
    """An error in one line, as `NightFailedError` says it; its class as the runbook names it."""
    name = error.cls_name or ""
    if name == STOPPED:
        return "the run was stopped by the system or a person; run again"
    _, found, rest = error.message.partition(f"{name}: ")
    return f"{name}: {' '.join((rest if found else error.message).split())}"


def describe_error(step: str | None, error: SerializableErrorInfo | None) -> str:
    """One line about a failure that may leave the machine: only Siyu's own errors are quoted.

    The message of any other error can hold cells of a table.
    """
    if error is None:
        return f"{step or 'the run'}: for no stated reason"
    error = telling_error(error)
    place = step or "before the first step"
    if _says_enough(error.cls_name or ""):
        return f"{place}: {told_by(error)}"
    return f"{place}: {error.cls_name}; the log and the run page in Dagster have the details"
