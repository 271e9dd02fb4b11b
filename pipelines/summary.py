"""What a night made, printed for the person who ran it."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from assets.project import PULLS
from assets.pulls import problem_of
from assets.stores import HomeStore
from siyu.home import Home
from siyu.pull.state import read_state

FILES = """
select
    source,
    count(*) filter (where status = 'landed'),
    count(*) filter (where status = 'duplicate'),
    count(*) filter (where status = 'refused'),
    sum(rows_landed),
    sum(rows_rejected)
from marts.export_files group by source order by source
"""
# an old export that stays refused does not hide a new one
TROUBLES = """
select source, file, status, rows_rejected, reason from marts.export_files
where status = 'refused' or rows_rejected > 0 or totals_difference is not null
order by coalesce(exported_at, loaded_at) desc nulls last, source, file
"""
TROUBLES_SHOWN = 20
CUSTOMERS = """
select count(*), count(*) filter (where order_count > 0) from marts.customers
"""
MERGES = """
select event, count(*) from marts.identity_log
where run_date = (select max(run_date) from marts.identity_log) group by event order by event
"""
ORDERS = """
select platform, count(*), count(*) filter (where status = 'paid'), sum(gross_amount),
    sum(refund_amount), sum(net_amount), count(customer_id)
from marts.orders group by platform order by platform
"""
TIERS = """
select value_tier, count(*), count(*) filter (where activity_tier = 'active'),
    count(*) filter (where activity_tier = 'regular'),
    count(*) filter (where activity_tier = 'dormant'),
    count(*) filter (where loyalty_tier = 'loyal')
from marts.customer_tiers where as_of_date = ? group by value_tier
order by array_position(['high', 'mid', 'low', 'none'], value_tier)
"""
WATERFALL = ("matched", "no_consent", "suppressed", "capped", "holdout", "members")


def print_summary(root: Path, as_of: date, console: Console) -> None:
    """Print files, customers, orders and money, tiers and audiences of a home.

    Args:
        root: The home folder, after a night.
        as_of: The as-of date of the night.
        console: Where to print.
    """
    home = Home(root)
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        _print_exports(home, warehouse, console)
        _print_customers(warehouse, as_of, console)
    _print_audiences(home, as_of, console)
    console.print(f"Analysts read  {home.published_database}")
    console.print(f"Audience files {home.audiences}/<audience>/{as_of}/")


def _print_exports(home: Home, warehouse: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Say what was landed, what was refused and why."""
    files = warehouse.execute(FILES).fetchall()
    _print_pulls(home, console)
    if not files:
        console.print(
            f"No exports yet. Put them into {home.raw}/<source>/ as they were downloaded; "
            "`siyu sources` lists the sources."
        )
    _table(
        console,
        "Export files",
        ["source", "landed", "duplicate", "refused", "rows landed", "rows rejected"],
        files,
    )
    troubles = warehouse.execute(TROUBLES).fetchall()
    if troubles:
        _table(
            console,
            f"To look at (rows and details: {home.quarantine})",
            ["source", "file", "status", "rejected", "reason"],
            [(*told, shorten(reason or "", 160)) for *told, reason in troubles[:TROUBLES_SHOWN]],
        )
    if more := len(troubles[TROUBLES_SHOWN:]):
        console.print(f"and {more:,} more, in marts.export_files")


def _print_pulls(home: Home, console: Console) -> None:
    """Say which pulls did not bring what the night should have landed."""
    now = HomeStore(root=str(home.root)).now()
    problems = {name: problem_of(read_state(home, name), now=now) for name in PULLS}
    troubles = [(name, problem) for name, problem in problems.items() if problem]
    if troubles:
        _table(console, "Pulls to look at", ["pull", "what is wrong"], troubles)


def _print_customers(warehouse: duckdb.DuckDBPyConnection, as_of: date, console: Console) -> None:
    """Say who the customers are, what they bought and how they are tiered."""
    known, buyers = warehouse.execute(CUSTOMERS).fetchall()[0]
    merges = warehouse.execute(MERGES).fetchall()
    events = ", ".join(f"{count:,} {event}" for event, count in merges)
    console.print(
        f"Customers: {known:,}, of whom {buyers:,} bought. Last changes: {events or 'none'}.\n"
    )
    _table(
        console,
        "Orders (yuan)",
        ["platform", "orders", "paid", "gross", "refunds", "net", "with customer"],
        warehouse.execute(ORDERS).fetchall(),
    )
    _table(
        console,
        f"Tiers as of {as_of}",
        ["value", "customers", "active", "regular", "dormant", "loyal"],
        warehouse.execute(TIERS, [as_of]).fetchall(),
    )


def _print_audiences(home: Home, as_of: date, console: Console) -> None:
    """Say who is in each audience, who was left out and which audiences did not leave."""
    manifests = list(_manifests(home, as_of))
    _table(
        console,
        f"Audiences as of {as_of}",
        ["audience", "channel", *WATERFALL],
        ([told.get(name) for name in ("audience", "channel", *WATERFALL)] for told in manifests),
    )
    stayed = [
        (told["audience"], told["status"], told["reason"]) for told in manifests if "reason" in told
    ]
    if stayed:
        _table(console, "Audiences that did not leave", ["audience", "status", "why"], stayed)


def _manifests(home: Home, as_of: date) -> Iterator[dict[str, Any]]:
    for manifest in sorted(home.audiences.glob(f"*/{as_of}/manifest.json")):
        yield json.loads(manifest.read_text(encoding="utf-8"))


def _table(
    console: Console, title: str, headings: list[str], rows: Iterable[Iterable[Any]]
) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=not number)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, str) else f"{value:,}"
