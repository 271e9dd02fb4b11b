"""The commands that start Dagster on a home: for a look, or as the two services of a server."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assets.project import ROOT
from pipelines.environment import enter_home
from pipelines.terminal import HomeOption

PortOption = Annotated[int, typer.Option(help="Port of the Dagster UI.")]
WORKSPACE = str(ROOT / "workspace.yaml")


def dev(home: HomeOption = Path("data"), port: PortOption = 3000) -> None:
    """Open the Dagster UI on a home, with schedules and sensors, until it is closed."""
    _become(home, "dagster", "dev", "-w", WORKSPACE, "-p", str(port))


def webserver(
    home: HomeOption = Path("data"),
    port: PortOption = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the Dagster UI of a home; it has no login, so keep it behind one that has."""
    _become(home, "dagster_webserver", "-w", WORKSPACE, "-h", host, "-p", str(port))


def daemon(home: HomeOption = Path("data")) -> None:
    """Run schedules, sensors and queued nights of a home."""
    _become(home, "dagster._daemon", "run", "-w", WORKSPACE)


def _become(home: Path, module: str, *arguments: str) -> None:
    enter_home(home)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
