"""A person's data out of the published warehouse, the hand-offs and landing."""

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl

from assets.duckdb_files import connected
from assets.people import KnownPerson
from assets.project import SOURCES
from assets.stores import HomeStore
from siyu.privacy.disclosure import Disclosure, Rows
from siyu.privacy.exports import find_rows
from siyu.privacy.tombstones import Tombstones

QUERIES = {
    "profile": "select * from marts.customers where customer_id = ?",
    "orders": "select * from marts.orders where customer_id = ? order by ordered_at, order_id",
    "order_items": "select * from marts.order_items where customer_id = ? order by all",
    "interactions": "select * from marts.interactions where customer_id = ? order by occurred_at",
    "consents": "select * from marts.consents where customer_id = ? order by all",
    "tiers": "select * from marts.customer_tiers where customer_id = ? order by as_of_date",
    "segments": "select * from marts.customer_rfm where customer_id = ? order by as_of_date",
    "audiences": "select * from marts.audience_members where customer_id = ? order by all",
}
IDENTIFIER = ("namespace", "scope", "identifier", "first_seen_at", "last_seen_at")


def disclose(home: HomeStore, known: KnownPerson, stones: Tombstones) -> Disclosure:
    """Collect everything the home keeps of a person.

    Args:
        home: The home.
        known: The person.
        stones: By which their rows are recognised in landed tables.
    """
    with connected(home.paths.published_database, read_only=True) as warehouse:
        told = {
            section: _rows(warehouse, query, known.person.customer_id)
            for section, query in QUERIES.items()
        }
    identifiers = known.person.identifiers.select(IDENTIFIER).to_dicts()
    return Disclosure(
        customer_id=known.person.customer_id,
        made_at=home.now().isoformat(timespec="seconds"),
        sections={
            "profile": told.pop("profile"),
            "identifiers": identifiers,
            **told,
            "records": list(_landed(home, stones)),
        },
    )


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, customer_id: str) -> Rows:
    found: Rows = warehouse.execute(query, [customer_id]).pl().to_dicts()
    return found


def _landed(home: HomeStore, stones: Tombstones) -> Iterator[dict[str, Any]]:
    """Rows of exports as they landed, empty cells left out."""
    for name, source in SOURCES.items():
        for path in sorted((home.paths.landing / name).glob("[0-9a-f]*.parquet")):
            for row in find_rows(pl.read_parquet(path), source, stones).iter_rows(named=True):
                cells = {
                    column: value
                    for column, value in row.items()
                    if value is not None and not column.startswith("_")
                }
                place = {"source": name, "file": row["_source_file"], "line": row["_line_number"]}
                yield {**place, "content": cells}
