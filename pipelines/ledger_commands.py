"""The commands that keep the ledger safe: back up, restore."""

from pathlib import Path
from typing import Annotated

import typer

from assets.ledger_backup import back_up, restore
from assets.stores import HomeStore
from pipelines.terminal import HomeOption, OldHomeOption, console, refusals


def backup(
    to: Annotated[Path, typer.Option("--to", help="File to write (.tar.gz).")],
    home: OldHomeOption = Path("data"),
) -> None:
    """Write the ledger into one file: ids, overrides, suppression lists, the home's secret."""
    with refusals():
        count = back_up(HomeStore(root=str(home)), to.resolve())
        console.print(f"{count} files of the ledger in {to}. It holds the secret: keep it private.")


def restore_ledger(
    file: Annotated[Path, typer.Argument(help="What `siyu backup` wrote.")],
    home: HomeOption = Path("data"),
) -> None:
    """Put a backup in the place of a lost or damaged ledger; then run the night."""
    with refusals():
        count = restore(HomeStore(root=str(home)), file.resolve())
        console.print(f"{count} files restored to {home}/ledger; now run `siyu run --home {home}`.")
