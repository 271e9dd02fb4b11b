"""The commands about sources: which there are, and what a file would be read as."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assets.project import CONFIG, SOURCES
from pipelines.terminal import console, refusals
from siyu.errors import SiyuError
from siyu.ingest.drafts import draft_source
from siyu.ingest.guesses import doubt_of, guess_source
from siyu.ingest.previews import ExportPreview, describe_sources, preview_export

sources = typer.Typer(help="List the sources and try files on them.")

ROWS_SHOWN = 2
FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An export file.")]


class SourceChoiceError(SiyuError):
    """No source fits, or none of that name is declared."""


@sources.callback(invoke_without_command=True)
def list_sources(context: typer.Context) -> None:
    """List every source, how its columns were confirmed, and where its file comes from."""
    if context.invoked_subcommand:
        return
    table = _table("source", "what", "columns confirmed by", "where the file comes from")
    for row in describe_sources(SOURCES).iter_rows(named=True):
        table.add_row(
            row["source"],
            f"{row['title_en']}\n{row['title_zh']}",
            row["evidence"],
            f"{row['where_en']}\n{row['where_zh']}",
        )
    console.print(table)


@sources.command()
def check(
    file: FileArgument,
    source: Annotated[str | None, typer.Option(help="Source; default: the likeliest.")] = None,
) -> None:
    """Say what Siyu would read from a file, before anything is landed."""
    with refusals():
        name = source or _likeliest(file)
        if name not in SOURCES:
            raise SourceChoiceError(f"No source is named {name}; `siyu sources` lists them.")
        _print_preview(name, preview_export(file, SOURCES[name]))


@sources.command()
def new(
    file: FileArgument,
    name: Annotated[str, typer.Option(help="Name of the new source.")] = "new_source",
) -> None:
    """Draft the declaration of an export nobody has seen, for a person to edit."""
    with refusals():
        draft = draft_source(file, SOURCES, name=name)
    typer.echo(draft)
    typer.echo(f"# save as {CONFIG.name}/sources/{name}.yml and read every line", err=True)


def _likeliest(file: Path) -> str:
    guesses = guess_source(file, SOURCES)
    if not guesses:
        raise SourceChoiceError(
            f"{file}: the headings fit no source; draft one with `siyu sources new {file}`."
        )
    likeliest, *others = guesses
    shown = ", ".join(f"{guess.source} {guess.fit:.0%}" for guess in others[:3])
    console.print(
        f"Likeliest source: {likeliest.source}, headings fit {likeliest.fit:.0%}"
        + (f" (then {shown})" if shown else "")
    )
    if doubt := doubt_of(guesses):
        console.print(f"Unsure: {doubt}. Name the source with --source, or draft a new one with")
        console.print(f"`siyu sources new {file}`.")
    return likeliest.source


def _print_preview(name: str, preview: ExportPreview) -> None:
    place = f", headings in line {preview.header_line}" if preview.header_line else ""
    console.print(f"{name}: {preview.form}, {preview.encoding or 'no text encoding'}{place}")
    if preview.refusal:
        console.print(f"The file would be refused: {preview.refusal}")
    rows = preview.first_rows.head(ROWS_SHOWN)
    shown = [f"row {number}" for number in range(1, rows.height + 1)]
    columns = _table("column", "type", "required", "found as", *shown)
    for placement in preview.placements:
        cells = ["" if cell is None else str(cell) for cell in rows[placement.column]]
        found = placement.found_as or "–"
        columns.add_row(placement.column, placement.type, placement.required or "", found, *cells)
    console.print(columns)
    if preview.unplaced:
        console.print(f"Kept in _extra: {', '.join(preview.unplaced)}")
    _print_rejected(preview)


def _print_rejected(preview: ExportPreview) -> None:
    whole = "" if preview.is_whole else " (of the beginning)"
    console.print(f"Rows read{whole}: {preview.rows_read:,}, rejected: {preview.rejected.height:,}")
    for row in preview.rejected.head(20).iter_rows(named=True):
        line = f"  line {row['line']}, column {row['column']}: {row['reason']}; {row['what_to_do']}"
        console.print(line)
    if preview.totals_difference:
        console.print(f"Totals: {preview.totals_difference}")


def _table(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
