"""The commands about what analysts read: list the published versions, compare two."""

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table

from assets.version_difference import VersionDifference, compare_versions
from assets.versions import find_version, list_versions
from pipelines.terminal import OldHomeOption, console, refusals
from siyu.home import Home

NAME = "Number, as-of date, `current` or `previous`."
SHOWN_EVENTS = 20


def versions(home: OldHomeOption = Path("data")) -> None:
    """List the published versions that are kept."""
    kept = list_versions(Home(home.resolve()))
    if not kept:
        console.print(f"Nothing is published in {home} yet; run `siyu run --home {home}`.")
        return
    table = _table("Published versions", ["version", "as of", "published at (UTC)", "file"])
    for version in kept:
        published_at = version.published_at.replace(tzinfo=UTC)
        table.add_row(
            str(version.number),
            str(version.as_of_date),
            f"{published_at:%Y-%m-%d %H:%M:%S}",
            str(version.path.relative_to(home.resolve())),
        )
    console.print(table)


def diff(
    older: Annotated[str, typer.Argument(help=f"The version before. {NAME}")] = "previous",
    newer: Annotated[str, typer.Argument(help=f"The version after. {NAME}")] = "current",
    home: OldHomeOption = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    top: Annotated[int, typer.Option(min=0, help="Customers listed whose money moved.")] = 20,
) -> None:
    """Show the customers, tiers, audiences and money that moved between two versions."""
    with refusals():
        place = Home(home.resolve())
        found = compare_versions(find_version(place, older), find_version(place, newer), top=top)
    if as_json:
        typer.echo(_as_json(found))
    else:
        _print(found)


def _as_json(found: VersionDifference) -> str:
    import orjson

    content: dict[str, Any] = {
        side: {
            "version": version.number,
            "as_of_date": version.as_of_date,
            "published_at": version.published_at,
        }
        for side, version in (("older", found.older), ("newer", found.newer))
    }
    content["customers"] = found.customers
    content["reassigned"] = found.reassigned
    for name in ("events", "tiers", "audiences", "money", "customer_money"):
        content[name] = getattr(found, name).to_dicts()
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2).decode()


def _print(found: VersionDifference) -> None:
    counts = found.customers
    happened = {
        event: found.events.filter(event=event).height
        for event in found.events["event"].unique().sort()
    }
    console.print(
        f"Version {found.older.number} (as of {found.older.as_of_date}) → "
        f"{found.newer.number} (as of {found.newer.as_of_date})\n"
        f"Customers: {counts['before']:,} → {counts['after']:,}; {counts['came']:,} came, "
        f"{counts['gone']:,} gone, {counts['gone_by_merge']:,} of them merged into another.\n"
        f"Events: {', '.join(f'{n:,} {event}' for event, n in happened.items()) or 'none'}.\n"
        f"Orders that are another person's now, merges apart: {found.reassigned['orders']:,} "
        f"(net {found.reassigned['net_amount']:,} yuan).\n"
    )
    changes = found.events.filter(pl.col("event") != "created")
    _print_frame(f"Ids that merged, split or ended (first {SHOWN_EVENTS})", changes[:SHOWN_EVENTS])
    _print_frame("Tiers that changed", found.tiers)
    _print_frame("Audiences (members)", found.audiences)
    _print_frame("Money (yuan)", found.money)
    _print_frame("Customers whose money moved most (yuan)", found.customer_money)


def _print_frame(title: str, rows: pl.DataFrame) -> None:
    if not rows.height:
        console.print(f"{title}: none.")
        return
    table = _table(title, rows.columns)
    for row in rows.iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _table(title: str, headings: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading.replace("_", " "), justify="right" if number else "left")
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:,}"
