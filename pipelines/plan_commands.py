"""The commands about the rules of identity: plan a change, accept it, list what is shared."""

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from assets.identity import RULES
from assets.identity_memory import IdentityMemory, fingerprint_rules
from assets.ledger import Ledger as LedgerStore
from assets.stores import HomeStore, ParquetStore
from pipelines.environment import enter_home
from pipelines.terminal import OldHomeOption, console, refusals, today
from siyu.config_file import load_config
from siyu.errors import SiyuError
from siyu.identity.changes import Input
from siyu.identity.difference import UpheavalError, compare_with_ledger, refuse_upheaval
from siyu.identity.effects import compare_outcomes
from siyu.identity.ledger import decode_entries
from siyu.identity.plan import Plan, plan_rules
from siyu.identity.resolution import Ledger, Resolution
from siyu.identity.rules import IdentityRules

identity = typer.Typer(
    help="Plan and accept changes of the identity rules, list shared identifiers.",
    no_args_is_help=True,
)


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
    place = HomeStore(root=str(home.resolve()))
    if not (place.paths.exchange / "identity_metrics.parquet").exists():
        raise NoNightYetError(f"No night has run in {home} yet; run `siyu run --home {home}`.")
    store = LedgerStore(home=place)
    memory = IdentityMemory(home=place, exchange=ParquetStore(home=place, folder="exchange"))
    ledger = Ledger(*decode_entries(store.entries()))
    return Present(memory.in_use(ledger), memory.observed(store.overrides()), ledger, store)


@identity.command()
def plan(
    rules: Annotated[Path, typer.Argument(help="The changed identity.yml.")] = RULES,
    home: OldHomeOption = Path("data"),
    effects: Annotated[
        bool, typer.Option(help="Also rehearse tiers and audiences; takes as long as a night.")
    ] = True,
) -> None:
    """Compare changed identity rules with those in use, before they are applied."""
    with refusals():
        changed = load_config(rules, IdentityRules)
        present = open_present(home)
        planned = plan_rules(
            present.tables,
            present.made_from,
            changed,
            ledger=present.ledger,
            run_date=today(),
            secret=present.store.secret(),
        )
        print_plan(planned)
        if effects:
            print_effects(home, planned.after, present.made_from)
        _print_verdict(present, planned, changed)


@identity.command()
def accept(
    why: Annotated[str, typer.Option(help="Reason, kept in the ledger.")],
    home: OldHomeOption = Path("data"),
) -> None:
    """Let the next night apply config/identity.yml as it is now, whatever it changes."""
    with refusals():
        store = LedgerStore(home=HomeStore(root=str(home.resolve())))
        with store.home.held():
            store.add_rules(
                fingerprint_rules(load_config(RULES, IdentityRules)),
                who=getpass.getuser(),
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                why=why,
            )
        console.print("Written to ledger/identity_rules.csv; the next night applies the rules.")


@identity.command()
def shared(
    home: OldHomeOption = Path("data"),
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 30,
) -> None:
    """List identifiers many people share, in the clear, the most shared first.

    A shop's phone or a guide's tablet among them belongs on brand_list in config/identity.yml.
    """
    with refusals():
        tables = open_present(home).tables
        listed = tables.shared.head(limit).join(
            tables.nodes.select("identifier_hash", "identifier", "first_seen_at", "last_seen_at"),
            on="identifier_hash",
            how="left",
            maintain_order="left",
        )
        _print_table(
            ["namespace", "scope", "identifier", "fan_out", "reason", "last_seen_at"], listed
        )


def print_plan(planned: Plan) -> None:
    """Print customers merged and split, with the largest as examples."""
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
            console.print(
                f"  {title}: {row['customer_id']} ({others}), {row['records']:,} records – "
                f"{identifiers}"
            )


def print_effects(home: Path, after: Resolution, made_from: Input) -> None:
    """Print whose tiers change and what becomes of each audience.

    Args:
        home: The home after a night.
        after: The resolution as it would be.
        made_from: What it was resolved from.
    """
    enter_home(home)
    from pipelines.rehearsal import last_day, read_outcome, rehearse

    store = HomeStore(root=str(home.resolve()))
    day = last_day(store.paths)
    if day is None:
        console.print("No tiers yet: no night has come that far.")
        return
    with store.held():
        effects = compare_outcomes(
            read_outcome(store.paths, day), rehearse(store.paths, after, made_from, day)
        )
    console.print(
        f"Tiers as of {day}: {effects.customers_changed:,} customers change, "
        f"{effects.customers_new:,} come, {effects.customers_gone:,} go."
    )
    _print_table(["tier", "before", "after", "customers"], effects.tier_changes)
    _print_table(["audience", "members_before", "members_after"], effects.audiences)


def _print_verdict(present: Present, planned: Plan, changed: IdentityRules) -> None:
    known = present.ledger.registry, present.ledger.log
    try:
        refuse_upheaval(compare_with_ledger(planned.after.nodes, *known), changed.change_limits)
    except UpheavalError as stopped:
        console.print(f"The next night would stop. {stopped}", highlight=False)
    else:
        console.print("Within change_limits: the next night applies these rules.")


def _print_table(columns: list[str], rows: pl.DataFrame) -> None:
    table = Table()
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows.select(columns).iter_rows():
        table.add_row(*("–" if value is None else str(value) for value in row))
    console.print(table)
