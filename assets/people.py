"""One person out of the tables of the last night."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from assets.identity_memory import IDENTIFIERS
from assets.ledger import Ledger
from assets.project import CONFIG, SOURCES
from assets.stores import HomeStore, ParquetStore
from siyu.config_file import load_config
from siyu.errors import SiyuError
from siyu.identity.ledger import decode_entries, list_renamed
from siyu.identity.rules import IdentityRules
from siyu.privacy.exports import find_rows
from siyu.privacy.namespaces import ORDER_COLUMNS
from siyu.privacy.person import Person, find_person, follow_orders, order_key, order_links
from siyu.privacy.reading import OWN_KINDS
from siyu.privacy.tombstones import Tombstones, lay_tombstones

# numbers by which the tables of one platform name a person's row to each other
ROW_NUMBERS = frozenset({"mochat_contact_id"})


class NoNightYetError(SiyuError):
    """The home has no tables to find a person in."""


@dataclass(frozen=True)
class KnownPerson:
    """A person with what only the warehouse and the ledger know.

    Attributes:
        person: Identifiers and records.
        former_ids: Ids that were merged into theirs.
        order_numbers: Namespace and number of their orders, items and payments.
        row_numbers: Column and number by which tables of one platform name their row.
        passed_on: Namespaces of what people share and pass on.
    """

    person: Person
    former_ids: tuple[str, ...]
    order_numbers: frozenset[tuple[str, str]]
    row_numbers: frozenset[tuple[str, str]]
    passed_on: frozenset[str]

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Their id and the former ones."""
        return (self.person.customer_id, *self.former_ids)

    def tombstones(self, secret: bytes) -> Tombstones:
        """By which their rows are recognised."""
        return _lay(secret, self.person, self.passed_on, self.order_numbers, self.row_numbers)


def _lay(
    secret: bytes,
    person: Person,
    passed_on: frozenset[str],
    order_numbers: Iterable[tuple[str, str]] = (),
    row_numbers: Iterable[tuple[str, str]] = (),
) -> Tombstones:
    identifiers = person.identifiers.select("namespace", "identifier").unique()
    return lay_tombstones(
        secret,
        [*identifiers.iter_rows(), *order_numbers],
        bound=sorted(row_numbers),
        passed_on=passed_on,
        others=person.neighbours.iter_rows(),
    )


def find_known_person(home: HomeStore, asked: str) -> KnownPerson:
    """Find a person in a home.

    Raises:
        NoNightYetError: No night has run since the home was made, or since the last erasure.
        UnknownIdentifierError: No identifier fits, or several do.
        SharedIdentifierError: It belongs to nobody.
    """
    if not (home.paths.exchange / "identity_nodes.parquet").exists():
        raise NoNightYetError(
            f"No night has run in {home.paths.root} since it was made, or since an erasure; "
            f"run `siyu run --home {home.paths.root}` first."
        )
    exchange = ParquetStore(home=home, folder="exchange")
    rules = load_config(CONFIG / "identity.yml", IdentityRules)
    passed_on = frozenset(rules.with_role("contact", "device"))
    person = find_person(
        asked,
        exchange.read("identity_nodes"),
        exchange.read("identity_records"),
        exchange.read(IDENTIFIERS),
        passed_on=passed_on,
    )
    _, log = decode_entries(Ledger(home=home).entries())
    former = list_renamed(log).filter(pl.col("customer_id") == person.customer_id)["former_id"]
    return KnownPerson(
        person=person,
        former_ids=tuple(sorted(former)),
        order_numbers=frozenset(_order_numbers(home, person.customer_id)),
        row_numbers=frozenset(
            row_numbers(home, _lay(b"", person, passed_on), person.identifiers["identifier"])
        ),
        passed_on=passed_on,
    )


def _order_numbers(home: HomeStore, customer_id: str) -> set[tuple[str, str]]:
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        orders = warehouse.execute(
            "select platform, source_order_id, customer_id is not distinct from ? "
            "from marts.orders",
            [customer_id],
        ).fetchall()
    own = {order_key(platform, number) for platform, number, is_own in orders if is_own}
    foreign = {order_key(platform, number) for platform, number, is_own in orders if not is_own}
    return follow_orders(own, foreign - own, pl.concat(_links(home)).collect()) if own else own


def row_numbers(
    home: HomeStore, stones: Tombstones, identifiers: pl.Series
) -> Iterable[tuple[str, str]]:
    """Column and number of landed rows of a person.

    Args:
        home: The home.
        stones: By which their rows are recognised.
        identifiers: What their rows hold in the clear, so that few rows need a closer look.
    """
    for name, source in SOURCES.items():
        files = list((home.paths.landing / name).glob("[0-9a-f]*.parquet"))
        for number in ROW_NUMBERS.intersection(source.key) if files else ():
            landed = pl.scan_parquet(files, missing_columns="insert", extra_columns="ignore")
            own = [column.name for column in source.columns if column.kind in OWN_KINDS]
            holding = landed.filter(
                pl.any_horizontal(pl.col(own).cast(pl.String).is_in(identifiers.implode()))
            ).collect()
            theirs = find_rows(holding, source, stones)[number].cast(pl.String)
            yield from ((number, value) for value in theirs.drop_nulls().unique())


def _links(home: HomeStore) -> Iterable[pl.LazyFrame]:
    for name, source in SOURCES.items():
        folder = home.paths.landing / name
        if folder.exists() and any(column in ORDER_COLUMNS for column in source.landing_schema()):
            yield order_links(pl.scan_parquet(folder / "*.parquet"), name)
