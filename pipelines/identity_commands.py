"""The commands about who is who: explain, link and unlink.

Changed rules are planned in `pipelines.plan_commands`.
"""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from assets.identity import RULES
from pipelines.plan_commands import open_present, print_effects, print_plan
from pipelines.terminal import IDENTIFIER, OldHomeOption, console, refusals, today
from siyu.config_file import load_config
from siyu.files import replace_file
from siyu.identity.explain import explain_neighbourhood, explain_path, find_identifier
from siyu.identity.picture import draw_neighbourhood
from siyu.identity.plan import preview_override
from siyu.identity.rules import IdentityRules


def explain(
    left: Annotated[str, typer.Argument(help=IDENTIFIER)],
    right: Annotated[
        str | None, typer.Argument(help="The other one; without it: all links.")
    ] = None,
    home: OldHomeOption = Path("data"),
    picture: Annotated[Path | None, typer.Option(help="Also draw the links as SVG here.")] = None,
) -> None:
    """Show why identifiers are one person: the shortest path of evidence, or every link."""
    with refusals():
        tables = open_present(home).tables
        start = str(find_identifier(tables.nodes, left)["identifier_hash"])
        steps = explain_neighbourhood(tables.links, tables.nodes, start)
        if right is not None:
            goal = str(find_identifier(tables.nodes, right)["identifier_hash"])
            steps = explain_path(tables.links, tables.nodes, start, goal)
        if picture is not None:
            drawn = draw_neighbourhood(steps, title="Links of one customer")
            replace_file(picture.resolve(), drawn.encode())
        _print_steps(steps)


def link(
    left: Annotated[str, typer.Argument(help=IDENTIFIER)],
    right: Annotated[str, typer.Argument(help=IDENTIFIER)],
    why: Annotated[str, typer.Option(help="Reason, kept in the ledger.")],
    home: OldHomeOption = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Say that two identifiers are one person, from the next night on."""
    _override(home, left, right, action="always_link", why=why, is_agreed=yes)


def unlink(
    left: Annotated[str, typer.Argument(help=IDENTIFIER)],
    right: Annotated[str, typer.Argument(help=IDENTIFIER)],
    why: Annotated[str, typer.Option(help="Reason, kept in the ledger.")],
    home: OldHomeOption = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Say that two identifiers are not one person; shows what will change, then asks."""
    _override(home, left, right, action="never_link", why=why, is_agreed=yes)


def _override(home: Path, left: str, right: str, *, action: str, why: str, is_agreed: bool) -> None:
    with refusals():
        present = open_present(home)
        row = {
            **_end("left", find_identifier(present.tables.nodes, left)),
            **_end("right", find_identifier(present.tables.nodes, right)),
            "action": action,
            "who": getpass.getuser(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "why": why,
        }
        planned = preview_override(
            present.tables,
            present.made_from,
            row,
            rules=load_config(RULES, IdentityRules),
            ledger=present.ledger,
            run_date=today(),
            secret=present.store.secret(),
        )
        print_plan(planned)
        if not is_agreed:  # nobody reads on who has agreed already
            print_effects(home, planned.after, present.made_from)
        if is_agreed or typer.confirm("Write this to the ledger?"):
            with present.store.home.held():
                present.store.add_override(row)
            console.print("Written to ledger/overrides.csv; the next night follows it.")


def _end(side: str, node: dict[str, str | None]) -> dict[str, str]:
    return {f"{side}_{field}": node[field] or "" for field in ("namespace", "scope", "identifier")}


def _print_steps(steps: pl.DataFrame) -> None:
    if not steps.height:
        console.print("No evidence joins them.")
        return
    table = Table()
    for heading in ("step", "from", "to", "rule", "status", "evidence"):
        table.add_column(heading, overflow="fold")
    for row in steps.iter_rows(named=True):
        status = (
            f"{row['status']}: {row['blocked_reason']}" if row["blocked_reason"] else row["status"]
        )
        table.add_row(
            str(row["step"]),
            f"{row['from_namespace']} {row['from_masked']}",
            f"{row['to_namespace']} {row['to_masked']}",
            f"{row['rule']} ({row['strength']})",
            status,
            f"{row['source']} {row['file']}:{row['line']}",
        )
    console.print(table)
