"""The command `siyu`: what a person types; each command is one call into the rooms behind it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from pipelines.environment import enter_home
from pipelines.schedules import SHANGHAI
from siyu.errors import SiyuError

app = typer.Typer(
    help="Siyu (私域): channel exports in, one profile per customer and audience lists out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(width=None if sys.stdout.isatty() else 120)
problems = Console(stderr=True, soft_wrap=True)

HomeOption = Annotated[Path, typer.Option("--home", help="Folder of the brand's data.")]
Preset = Literal["standard", "hard"]
DAY = ["%Y-%m-%d"]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn an error a person can act on into one line and exit status 1."""
    try:
        yield
    except SiyuError as error:
        problems.print(f"siyu: {error}", style="red", highlight=False, markup=False)
        raise typer.Exit(1) from error


def today() -> date:
    """The calendar day in Shanghai."""
    return datetime.now(SHANGHAI).date()


@app.command()
def run(
    home: HomeOption = Path("data"),
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY,
            help="Day the answers are true for, in Asia/Shanghai; default: yesterday.",
        ),
    ] = None,
) -> None:
    """Run the night once: land, merge, score, build audiences, publish."""
    day = as_of.date() if as_of else today() - timedelta(days=1)
    with refusals():
        enter_home(home)
        from pipelines.night import run_night
        from pipelines.summary import print_summary

        run_night(home.resolve(), day, console)
        print_summary(home.resolve(), day, console)


@app.command()
def demo(
    home: HomeOption = Path("data"),
    customers: Annotated[int, typer.Option(min=1, help="Invented customers.")] = 2000,
    days: Annotated[int, typer.Option(min=7, help="Days of history.")] = 400,
    seed: Annotated[int, typer.Option(help="Same seed, same brand.")] = 1,
    end_date: Annotated[
        datetime, typer.Option(formats=DAY, help="Last day of the history.")
    ] = datetime(2026, 10, 31),  # noqa: DTZ001  a calendar day
    preset: Annotated[Preset, typer.Option(help="How much dirt is in it.")] = "standard",
) -> None:
    """Write the exports of an invented brand, with the truth about its people beside them."""
    with refusals():
        from assets.project import CONFIG
        from siyu.demo import load_demo_settings, write_demo
        from siyu.home import Home

        made = write_demo(
            Home(home.resolve()),
            customers=customers,
            days=days,
            seed=seed,
            end_date=end_date.date(),
            settings=load_demo_settings(CONFIG / "demo.yml", preset),
        )
        console.print(
            f"Invented brand in {home}/raw: {made.customers:,} customers, {made.orders:,} orders, "
            f"{made.files:,} export files of {len(made.sources)} sources; {made.changed:,} written."
        )


@app.command()
def dev(
    home: HomeOption = Path("data"),
    port: Annotated[int, typer.Option(help="Port of the Dagster UI.")] = 3000,
) -> None:
    """Open the Dagster UI on a home."""
    import os

    from assets.project import ROOT

    enter_home(home)
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(ROOT / "workspace.yaml")]
    os.execv(sys.executable, [*command, "-p", str(port)])
