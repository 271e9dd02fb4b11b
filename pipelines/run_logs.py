"""Logs of runs in ``reports/``: one file a month, so that old ones can go."""

from datetime import datetime
from pathlib import Path
from typing import TextIO

from pipelines.terminal import today
from siyu.business_day import SHANGHAI


def open_log(path: Path) -> TextIO:
    """Open a log at its end; what was last written in an earlier month is set aside first.

    Args:
        path: The log, ``<name>.log``; an older one becomes ``<name>.<year>-<month>.log``.
    """
    if path.exists():
        month = f"{datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI):%Y-%m}"
        aside = path.with_suffix(f".{month}.log")
        if month < f"{today():%Y-%m}" and not aside.exists():
            path.rename(aside)
    return path.open("a", encoding="utf-8")
