"""The command `siyu`: what a person types; each command is one call into the rooms behind it."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.environment import enter_home
from pipelines.terminal import HomeOption, console, problems, refusals, shown_if_it_can_be, today
from siyu.errors import SiyuError
from siyu.files import PRIVATE_UMASK

app = typer.Typer(
    help="Siyu (私域): channel exports in, one profile per customer and audience lists out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Preset = Literal["standard", "hard"]
DAY = ["%Y-%m-%d"]


@app.command()
def run(
    home: HomeOption = Path("data"),
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY,
            help="Day the answers are true for, in Asia/Shanghai; default: yesterday. A day before "
            "the last one answered is answered again, from what its night knew.",
        ),
    ] = None,
) -> None:
    """Run the night once: land, merge, score, build audiences, publish."""
    day = as_of.date() if as_of else today() - timedelta(days=1)
    with refusals():
        enter_home(home)
        from pipelines.alerts import failures_told, report_refused_files
        from pipelines.night import run_day, run_night
        from pipelines.summary import print_summary

        with failures_told(home.resolve(), day):
            # without a day named it is a night, whatever day was answered for before
            (run_day if as_of else run_night)(home.resolve(), day, console)
        report_refused_files(home.resolve())
        with shown_if_it_can_be("the night is published"):
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


def main() -> None:
    """Run the command; a config that cannot be used is told in one line, too."""
    os.umask(PRIVATE_UMASK)  # whatever the shell's is: what a command writes is its owner's
    try:
        from pipelines import (
            identity_commands,
            ledger_commands,
            plan_commands,
            privacy_commands,
            pull_commands,
            retention_commands,
            service_commands,
            source_commands,
            version_commands,
        )
    except SiyuError as error:
        problems.print(f"siyu: {error}", style="red", highlight=False)
        raise SystemExit(1) from error
    for command in (identity_commands.explain, identity_commands.link, identity_commands.unlink):
        app.command()(command)
    app.command()(version_commands.versions)
    app.command()(version_commands.diff)
    app.command()(privacy_commands.erase)
    app.command()(pull_commands.pull)
    app.command()(retention_commands.retention)
    app.add_typer(plan_commands.identity, name="identity")
    app.command()(privacy_commands.export_person)
    app.command()(ledger_commands.backup)
    app.command()(service_commands.dev)
    app.command()(service_commands.webserver)
    app.command()(service_commands.daemon)
    app.command("restore")(ledger_commands.restore_ledger)
    app.add_typer(source_commands.sources, name="sources")
    app()
