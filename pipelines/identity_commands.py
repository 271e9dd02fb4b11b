"""The commands about who is who: explain, link, unlink, and planning changed rules."""

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from assets.ledger import Ledger as LedgerStore
from assets.project import CONFIG
from assets.stores import HomeStore, ParquetStore
from pipelines.terminal import HomeOption, console, refusals, today
from siyu.config_file import load_config
from siyu.errors import SiyuError
from siyu.files import replace_file
from siyu.identity.changes import Input
from siyu.identity.explain import explain_neighbourhood, explain_path, find_identifier
from siyu.identity.ledger import decode_entries
from siyu.identity.picture import draw_neighbourhood
from siyu.identity.plan import Plan, plan_rules, preview_override
from siyu.identity.resolve import Ledger, Resolution
from siyu.identity.rules import IdentityRules

IDENTIFIER = "namespace:identifier, a bare identifier, or the start of an identifier hash."
RULES = CONFIG / "identity.yml"

identity = typer.Typer(help="Plan changes of the identity rules.", no_args_is_help=True)


class NoNightYetError(SiyuError):
    """The home has no resolved identities."""


@dataclass(frozen=True)
class Present:
    """Identity as the last night left it.

    Attributes:
        tables: The resolution in use.
        made_from: What it was resolved from.
        ledger: What earlier nights decided.
        store: The ledger on disk.
    """

    tables: Resolution
    made_from: Input
    ledger: Ledger
    store: LedgerStore


def open_present(home: Path) -> Present:
    """Read identity of a home.

    Raises:
        NoNightYetError: No night has run.
    """
    place = HomeStore(root=str(home))
    exchange = ParquetStore(home=place, folder="exchange")
    store = LedgerStore(home=place)
    if not (place.paths.exchange / "identity_nodes.parquet").exists():
        raise NoNightYetError(f"No night has run in {home} yet; run `siyu run --home {home}`.")
    registry, log = decode_entries(store.entries())
    tables = Resolution(
        nodes=exchange.read("identity_nodes"),
        records=exchange.read("identity_records"),
        links=exchange.read("identity_links"),
        shared=exchange.read("identity_shared"),
        households=exchange.read("identity_households"),
        log=log,
        registry=registry,
        metrics=pl.DataFrame(),
        entry=pl.DataFrame(),
    )
    made_from = Input(
        exchange.read("int_identifiers_observed"),
        exchange.read("int_attributes_observed"),
        store.overrides(),
    )
    return Present(tables, made_from, Ledger(registry, log), store)


def explain(
    left: Annotated[str, typer.Argument(help=IDENTIFIER)],
    right: Annotated[
        str | None, typer.Argument(help="The other one; without it: all links.")
    ] = None,
    home: HomeOption = Path("data"),
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
    home: HomeOption = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Say that two identifiers are one person, from the next night on."""
    _override(home, left, right, action="always_link", why=why, is_agreed=yes)


def unlink(
    left: Annotated[str, typer.Argument(help=IDENTIFIER)],
    right: Annotated[str, typer.Argument(help=IDENTIFIER)],
    why: Annotated[str, typer.Option(help="Reason, kept in the ledger.")],
    home: HomeOption = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Say that two identifiers are not one person; shows what will change, then asks."""
    _override(home, left, right, action="never_link", why=why, is_agreed=yes)


@identity.command()
def plan(
    rules: Annotated[Path, typer.Argument(help="The changed identity.yml.")],
    home: HomeOption = Path("data"),
) -> None:
    """Compare changed identity rules with those in use, before they are applied."""
    with refusals():
        present = open_present(home)
        planned = plan_rules(
            present.tables,
            present.made_from,
            load_config(rules, IdentityRules),
            ledger=present.ledger,
            run_date=today(),
            secret=present.store.secret(),
        )
        _print_plan(planned)


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
        _print_plan(
            preview_override(
                present.tables,
                present.made_from,
                row,
                rules=load_config(RULES, IdentityRules),
                ledger=present.ledger,
                run_date=today(),
                secret=present.store.secret(),
            )
        )
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


def _print_plan(planned: Plan) -> None:
    change = planned.difference
    console.print(
        f"Customers: {change.customers_before:,} → {change.customers_after:,}; merged into one: "
        f"{change.merged.height:,}; split: {change.split.height:,}; "
        f"records under another id: {change.changed_records_share:.2%}"
    )
    for title, examples in (("merged", planned.merged_examples), ("split", planned.split_examples)):
        for row in examples.iter_rows(named=True):
            others = ", ".join(row["other_customer_ids"])
            identifiers = ", ".join(row["identifiers"] or [])
            console.print(f"  {title}: {row['customer_id']} ({others}) – {identifiers}")
