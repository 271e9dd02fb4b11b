"""The commands about sources: which there are, and what a file would be read as."""

import typer
from rich.table import Table

from assets.project import SOURCES
from pipelines.terminal import console

sources = typer.Typer(help="List the sources and try files on them.")

CONFIRMED = {
    "doc": "platform documentation",
    "sdk": "SDK of the platform",
    "repo": "readers of the real file",
    "own": "our own format",
    "mem": "unconfirmed, check the headings",
}


@sources.callback(invoke_without_command=True)
def list_sources(context: typer.Context) -> None:
    """List every source, how its columns were confirmed, and where its file comes from."""
    if context.invoked_subcommand:
        return
    table = Table()
    for heading in ("source", "what", "columns confirmed by", "where the file comes from"):
        table.add_column(heading, overflow="fold")
    for name, source in SOURCES.items():
        table.add_row(
            name,
            f"{source.title.en}\n{source.title.zh}",
            CONFIRMED[source.confirmed_by],
            f"{source.where.en}\n{source.where.zh}",
        )
    console.print(table)
