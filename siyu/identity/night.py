"""One night of identity: from scratch, or only what changed since the last one.

What was kept of the last night, and where, is the caller's part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from siyu.identity.changes import Changes, Input
from siyu.identity.difference import compare_with_ledger, refuse_upheaval
from siyu.identity.evidence import Frame
from siyu.identity.incremental import resolve_changes
from siyu.identity.ledger import list_ended
from siyu.identity.packing import TABLES
from siyu.identity.reach import find_reach
from siyu.identity.resolution import Ledger, Resolution
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import IdentityRules

# of the records: beyond it, finding, keeping and sorting in rows costs more than resolving all
LARGEST_SHARE = 0.5


@dataclass(frozen=True)
class LastNight:
    """What the last night left, when it fits tonight's rules.

    Attributes:
        tables: The tables in use, `siyu.identity.packing.TABLES`.
        changes: What differs between its observations and tonight's.
    """

    tables: Mapping[str, Frame]
    changes: Changes


def resolve_night(
    now: Input,
    last: LastNight | None,
    *,
    rules: IdentityRules,
    are_rules_accepted: bool,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
) -> Resolution:
    """Resolve tonight's observations at the cost of what changed.

    Args:
        now: What is to be resolved.
        last: The last night; null = resolve from scratch.
        rules: Settings of identity resolution.
        are_rules_accepted: Whether the ledger was made with these rules, or a person accepted
            them; otherwise ``change_limits`` bind.
        ledger: What earlier nights decided.
        run_date: As-of date; a night of the past logs under the newest day of the log, so that
            the log never runs backwards.
        secret: Key of the home for identifier hashes.

    Raises:
        UpheavalError: Changed rules change more than the limits allow.
    """
    logged = ledger.log["run_date"].max()
    day = max(run_date, logged) if isinstance(logged, date) else run_date
    if last is not None:
        reach = find_reach(last.changes, now, last.tables["nodes"], rules)
        if reach.records.height <= LARGEST_SHARE * _height(last.tables["records"]):
            return resolve_changes(
                last.tables,
                reach,
                now,
                rules=rules,
                ledger=ledger,
                run_date=day,
                secret=secret,
            )
    resolution = resolve_identities(
        now.identifiers,
        now.attributes,
        rules=rules,
        overrides=now.overrides,
        registry=ledger.registry,
        log=ledger.log,
        run_date=day,
        secret=secret,
    )
    if not are_rules_accepted:
        refuse_upheaval(
            compare_with_ledger(resolution.nodes, ledger.registry, ledger.log),
            rules.change_limits,
        )
    return resolution


def _height(frame: Frame) -> int:
    return int(frame.lazy().select(pl.len()).collect().item())


def tables_of(resolution: Resolution) -> Iterator[tuple[str, Frame]]:
    """The tables a night hands on, in the order in which they are to be written.

    Args:
        resolution: What the night found.

    Yields:
        Name and rows; lazy where they take more room than what they are made from, which may be
        the table of the same name that the last night left.
    """
    for table in TABLES:
        yield f"identity_{table}", resolution.tables[table]
    yield "identity_log", resolution.log
    yield "identity_history", list_ended(resolution.log)
