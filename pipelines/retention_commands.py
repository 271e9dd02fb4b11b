"""The command about retention: what the next night would let go. It deletes nothing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import dagster as dg
import typer
from rich.table import Table

from assets.project import CONFIG
from assets.retained import find_past
from pipelines.environment import enter_home
from pipelines.terminal import OldHomeOption, console, refusals, today
from siyu.home import Home
from siyu.privacy.retention import first_kept_day, load_retention

SETTINGS = CONFIG / "retention.yml"
NAMES_SHOWN = 20
AsOfOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="As-of date of the night; default: yesterday."),
]


def retention(home: OldHomeOption = Path("data"), as_of: AsOfOption = None) -> None:
    """List what the night would delete as past its retention; deletes nothing."""
    day = as_of.date() if as_of else today() - timedelta(days=1)
    with refusals():
        settings = load_retention(SETTINGS)
        limits = settings.limits()
        if not limits:
            console.print(f"Everything is kept for ever: {SETTINGS} sets no days.")
            return
        enter_home(home)
        with dg.DagsterInstance.get() as instance:
            past = find_past(Home(home.resolve()), instance, settings, as_of_date=day)
    table = Table("what", "days", "kept since", "would go", "bytes", "oldest")
    for rule, things in past.items():
        table.add_row(
            rule,
            f"{limits[rule]:,}",
            first_kept_day(day, days=limits[rule]).isoformat(),
            f"{len(things):,}",
            f"{sum(one.size for one in things):,}",
            things[0].day.isoformat() if things else "–",
        )
    console.print(table)
    for name in [one.name for things in past.values() for one in things][:NAMES_SHOWN]:
        console.print(f"  {name}", highlight=False)
    gone = sum(len(things) for things in past.values())
    if gone > NAMES_SHOWN:
        console.print(f"  and {gone - NAMES_SHOWN:,} more")
    console.print(f"The night as of {day} deletes them. Limits: {SETTINGS}")
