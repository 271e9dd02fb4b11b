"""How long what is dated is kept (``config/retention.yml``), and what is past that as of a day.

Finding and deleting it does not belong here; nor do exports, landed rows and the ledger, which
have no limit (``docs/decisions/0009``).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from siyu.config_file import load_config

Days = Annotated[int, Field(ge=1, le=36_500, strict=True)]
DAY_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
AUDIENCE_FILES = "audience_files"
REJECTED_ROWS = "rejected_rows"
LOGS = "logs"
RUN_HISTORY = "run_history"


class DatedTables(BaseModel):
    """Days kept of each table of answers by as-of date; null keeps all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_rfm: Days | None = None
    customer_tiers: Days | None = None
    audience_members: Days | None = None


class Retention(BaseModel):
    """Days before the as-of date that are kept; null keeps all.

    Attributes:
        tables: Answers by as-of date, in ``exchange/`` and ``marts``.
        audience_files: Folders of audiences by as-of date.
        rejected_rows: Rejected rows of exports, since they were written.
        logs: Logs in ``reports/``, since their last line.
        run_history: Dagster's runs, since they were created.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: DatedTables = DatedTables()
    audience_files: Days | None = None
    rejected_rows: Days | None = None
    logs: Days | None = None
    run_history: Days | None = None

    def limits(self) -> dict[str, int]:
        """Days by rule, for the rules that have a limit; a table's rule is its name."""
        days: dict[str, int | None] = {
            **self.tables.model_dump(),
            **self.model_dump(exclude={"tables"}),
        }
        return {rule: limit for rule, limit in days.items() if limit is not None}


@dataclass(frozen=True, order=True)
class Dated:
    """Something that belongs to a day.

    Attributes:
        day: The day, in Asia/Shanghai.
        name: Path below the home, or the id of a run.
        size: Bytes.
    """

    day: date
    name: str
    size: int


def load_retention(path: Path) -> Retention:
    """Read the settings; a brand's config made before there were any keeps everything.

    Raises:
        ConfigError: The file does not fit; names file and line.
    """
    return load_config(path, Retention) if path.exists() else Retention()


def day_of_name(name: str) -> date | None:
    """The day a file or folder is named after, None when its name is no day.

    Examples:
        >>> day_of_name("2026-06-18"), day_of_name("2026-02-30"), day_of_name("_schema")
        (datetime.date(2026, 6, 18), None, None)
    """
    try:
        return date.fromisoformat(name) if DAY_NAME.fullmatch(name) else None
    except ValueError:
        return None


def first_kept_day(as_of_date: date, *, days: int) -> date:
    """The oldest day that stays.

    Examples:
        >>> first_kept_day(date(2026, 10, 31), days=30)
        datetime.date(2026, 10, 1)
    """
    return as_of_date - timedelta(days=days)


def list_past(found: Iterable[Dated], *, as_of_date: date, days: int) -> list[Dated]:
    """What is older than a limit allows, oldest first.

    Args:
        found: All there is, in any order.
        as_of_date: The day of the night, from which the days are counted back.
        days: Days kept before it.
    """
    kept_since = first_kept_day(as_of_date, days=days)
    return sorted(one for one in found if one.day < kept_since)
