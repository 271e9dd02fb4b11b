"""Identity assets: which identifiers belong to one person. The logic is in siyu.identity."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import dagster as dg
import polars as pl

from assets.identity_memory import IdentityMemory, fingerprint_rules
from assets.ledger import Ledger as LedgerStore
from assets.likely import write_likely
from assets.measuring import bars, measured, with_metadata
from assets.partitions import as_of_date
from assets.project import CONFIG
from assets.stores import ParquetStore
from siyu.config_file import load_config
from siyu.identity.changes import Changes, find_changes
from siyu.identity.ledger import decode_entries
from siyu.identity.metrics import describe_metrics, list_metrics, measure_tables
from siyu.identity.night import LastNight, resolve_night, tables_of
from siyu.identity.plan import check_sample
from siyu.identity.resolution import Ledger
from siyu.identity.rules import IdentityRules

RULES = CONFIG / "identity.yml"
RECORDS_CHECKED = 300
TABLES = {
    "identity_nodes": "One row per (namespace, scope, identifier): the customer it belongs to.",
    "identity_records": "One row per source record: the customer it belongs to.",
    "identity_links": "One row per link seen between two identifiers: used or blocked, and why.",
    "identity_shared": "One row per identifier that many people share; it links nothing.",
    "identity_households": "One row per customer who shares a contact with another customer.",
    "identity_log": "One row per event in the life of a customer id.",
    "identity_history": "One row per customer id that ended: who it is today.",
    "identity_metrics": "One row per figure about identity: sizes, blocked links, conflicts.",
}
LIKELY = {
    "identity_likely": "One row per use and customer who is likely one person with another.",
    "identity_likely_links": "One row per scored pair of customers: used or blocked, and why.",
}
OBSERVED = ["int_identifiers_observed", "int_attributes_observed"]


@dg.multi_asset(
    name="identity",
    specs=[
        dg.AssetSpec(
            key=["exchange", table],
            deps=OBSERVED,
            group_name="identity",
            description=description,
            kinds={"polars", "parquet"},
            owners=["team:data"],
        )
        for table, description in (TABLES | LIKELY).items()
    ],
)
@measured
def identity(
    context: dg.AssetExecutionContext,
    exchange: ParquetStore,
    ledger: LedgerStore,
    memory: IdentityMemory,
) -> Iterator[dg.MaterializeResult]:
    """Resolve identifiers into customers; the ledger learns of new ids before anyone sees them."""
    resolve_home(as_of_date(context), exchange, ledger, memory)
    write_likely(memory.observed(ledger.overrides()), exchange)
    yield from (_told(exchange, table) for table in TABLES | LIKELY)


def resolve_home(
    day: date, exchange: ParquetStore, ledger: LedgerStore, memory: IdentityMemory
) -> None:
    """Resolve what changed since the last night; nothing changed, nothing is written.

    Raises:
        UpheavalError: Changed rules change more than a person has accepted.
        ClusterTooLargeError: So much hangs together that a shared identifier must be in it.
    """
    rules = load_config(RULES, IdentityRules)
    compared = memory.recall(_conditions(rules, ledger), ledger.overrides())
    changes = find_changes(*compared, rules) if compared else None
    if changes is None or not changes.is_empty:
        _resolve(day, rules, changes, exchange, ledger, memory)


def _resolve(
    day: date,
    rules: IdentityRules,
    changes: Changes | None,
    exchange: ParquetStore,
    ledger: LedgerStore,
    memory: IdentityMemory,
) -> None:
    """Resolve, then write: a kill between any two writes makes the next night start afresh."""
    fingerprint, overrides = fingerprint_rules(rules), ledger.overrides()
    known = Ledger(*decode_entries(ledger.entries()))
    observed = memory.observed(overrides)
    resolution = resolve_night(
        observed,
        LastNight(memory.tables_in_use(), changes) if changes else None,
        rules=rules,
        are_rules_accepted=ledger.has_rules(fingerprint),
        ledger=known,
        run_date=day,
        secret=ledger.secret(),
    )
    memory.forget()
    ledger.append(resolution.entry)
    for table, rows in tables_of(resolution):
        exchange.write(table, rows)
    counted = measure_tables(memory.tables_in_use(), resolution.log, observed, rules=rules)
    exchange.write("identity_metrics", counted)
    at = ledger.home.now().isoformat(timespec="seconds")
    ledger.add_rules(fingerprint, who="siyu", at=at, why="used by a night")
    memory.keep(_conditions(rules, ledger), overrides)


def _conditions(rules: IdentityRules, ledger: LedgerStore) -> dict[str, str]:
    return {
        "rules": fingerprint_rules(rules),
        "secret": sha256(ledger.secret()).hexdigest()[:16],
        "ledger": ledger.position(),
    }


def _told(exchange: ParquetStore, table: str) -> dg.MaterializeResult:
    told = exchange.told(table)._replace(asset_key=dg.AssetKey(["exchange", table]))
    if table != "identity_metrics":
        return told
    metrics = exchange.read(table)
    by_size = metrics.filter(metric="customers").select("key", pl.col("value").cast(pl.Int64))
    return with_metadata(
        told,
        **list_metrics(metrics),
        report=dg.MetadataValue.md(describe_metrics(metrics)),
        sizes=bars("Customers by number of identifiers", dict(by_size.iter_rows())),
    )


@dg.asset_check(
    asset=dg.AssetKey(["exchange", "identity_records"]),
    name="a_sample_resolved_afresh_stands_the_same",
    blocking=True,
)
@measured
def check_identity(
    context: dg.AssetCheckExecutionContext,
    exchange: ParquetStore,
    ledger: LedgerStore,
    memory: IdentityMemory,
) -> dg.AssetCheckResult:
    """Resolve some components from the observations alone and compare; other ones every night."""
    wrong = check_sample(
        memory.observed(ledger.overrides()),
        exchange.scan("identity_records"),
        exchange.scan("identity_nodes"),
        rules=load_config(RULES, IdentityRules),
        size=RECORDS_CHECKED,
        seed=as_of_date(context).toordinal(),
        secret=ledger.secret(),
    )
    if wrong.height:
        memory.forget()  # the next night resolves everything
    return dg.AssetCheckResult(
        passed=wrong.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"records_checked": RECORDS_CHECKED, "records_wrong": wrong.height},
        description=(
            None
            if wrong.is_empty()
            else f"{wrong.height} records stand with other customers than their observations say; "
            "nothing is published. Run the night again: it resolves everything from scratch."
        ),
    )
