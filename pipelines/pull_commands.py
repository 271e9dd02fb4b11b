"""The command `siyu pull`: fetch exports from outside now."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assets.project import PULLS
from pipelines.environment import enter_home
from pipelines.terminal import HomeOption, console, problems, refusals
from siyu.errors import SiyuError

NUMBERS = ("files", "bytes", "unchanged", "waiting", "seconds")
NamesArgument = Annotated[
    list[str] | None, typer.Argument(help="Pulls to run; default: all in config/pulls.")
]


class PullChoiceError(SiyuError):
    """No pull is declared, or none of that name."""


def pull(names: NamesArgument = None, home: HomeOption = Path("data")) -> None:
    """Fetch exports from outside into raw/; the next run lands them."""
    with refusals():
        chosen = choose_pulls(names or [])
        enter_home(home)
        from pipelines.pull_run import run_pulls

        endings = run_pulls(home.resolve(), chosen)
        table = Table()
        for heading in ("pull", *NUMBERS, "newest"):
            table.add_column(heading, justify="right" if heading in NUMBERS else "left")
        for ending in endings:
            cells = [ending.brought.get(name) for name in NUMBERS]
            shown = ["–" if cell is None else f"{cell:,}" for cell in cells]
            newest = "failed" if ending.failure else str(ending.brought.get("newest"))
            table.add_row(ending.name, *shown, newest)
        console.print(table)
    failures = [ending.failure for ending in endings if ending.failure]
    for failure in failures:
        problems.print(f"siyu: {failure}", style="red", highlight=False)
    if failures:
        raise typer.Exit(1)


def choose_pulls(names: Sequence[str]) -> list[str]:
    """The pulls named, or all of them.

    Raises:
        PullChoiceError: There is none, or none of that name.
    """
    if not PULLS:
        raise PullChoiceError("No pull is declared in config/pulls; docs/pulls.md says how.")
    for name in names:
        if name not in PULLS:
            raise PullChoiceError(f"No pull is named {name}; there are: {', '.join(PULLS)}.")
    return sorted(set(names)) or list(PULLS)
