"""Identity assets: which identifiers belong to one person. The logic is in siyu.identity."""

from collections.abc import Iterator

import dagster as dg

from assets.ledger import Ledger
from assets.partitions import as_of_date
from assets.project import CONFIG
from assets.stores import ParquetStore
from siyu.config_file import load_config
from siyu.identity.ledger import decode_entries
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import IdentityRules

TABLES = {
    "identity_nodes": "One row per (namespace, scope, identifier): the customer it belongs to.",
    "identity_records": "One row per source record: the customer it belongs to.",
    "identity_links": "One row per link seen between two identifiers: used or blocked, and why.",
    "identity_shared": "One row per identifier that many people share; it links nothing.",
    "identity_households": "One row per customer who shares a contact with another customer.",
    "identity_log": "One row per event in the life of a customer id.",
}


@dg.multi_asset(
    name="identity",
    specs=[
        dg.AssetSpec(
            key=["exchange", table],
            deps=["int_identifiers_observed", "int_attributes_observed"],
            group_name="identity",
            description=description,
            kinds={"polars", "parquet"},
            owners=["team:data"],
        )
        for table, description in TABLES.items()
    ],
)
def identity(
    context: dg.AssetExecutionContext, exchange: ParquetStore, ledger: Ledger
) -> Iterator[dg.MaterializeResult]:
    """Resolve identifiers into customers; the ledger learns of new ids before anyone sees them."""
    registry, log = decode_entries(ledger.entries())
    resolution = resolve_identities(
        exchange.read("int_identifiers_observed"),
        exchange.read("int_attributes_observed"),
        rules=load_config(CONFIG / "identity.yml", IdentityRules),
        overrides=ledger.overrides(),
        registry=registry,
        log=log,
        run_date=as_of_date(context),
        secret=ledger.secret(),
    )
    ledger.append(resolution.entry)
    for table in TABLES:
        written = exchange.write(table, getattr(resolution, table.removeprefix("identity_")))
        yield written._replace(asset_key=dg.AssetKey(["exchange", table]))
