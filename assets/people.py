"""One person out of the tables of the last night."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from assets.identity_memory import IDENTIFIERS
from assets.ledger import Ledger
from assets.project import SOURCES
from assets.stores import HomeStore, ParquetStore
from siyu.errors import SiyuError
from siyu.identity.ledger import decode_entries, list_renamed
from siyu.privacy.person import ORDER_COLUMNS, Person, find_person, follow_orders, order_links
from siyu.privacy.reading import OWN_KINDS
from siyu.privacy.tombstones import Tombstones, lay_tombstones

# columns in which a number too short to be telling still names a person
PERSON_COLUMNS = frozenset(
    {
        "member_no",
        "user_id",
        "login_id",
        "distinct_id",
        "anonymous_id",
        "original_id",
        "previous_id",
        "identity_login_id",
        "subject_id",
        "jd_account",
        "pospal_customer_uid",
        "outer_user_id",
        "member_id",
        "identifier",
        "left_identifier",
        "right_identifier",
        # who shared, invited, was there
        *(name for source in SOURCES.values() for name in source.names_others),
    }
)

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
        order_numbers: Numbers of their orders, items and payments.
        row_numbers: Column and number by which tables of one platform name their row.
    """

    person: Person
    former_ids: tuple[str, ...]
    order_numbers: frozenset[str]
    row_numbers: frozenset[tuple[str, str]]

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Their id and the former ones."""
        return (self.person.customer_id, *self.former_ids)

    def tombstones(self, secret: bytes) -> Tombstones:
        """By which their rows are recognised."""
        return lay_tombstones(
            secret,
            [*self.person.identifiers["identifier"].unique(), *self.order_numbers],
            columns=[*PERSON_COLUMNS, *ORDER_COLUMNS],
            bound=sorted(self.row_numbers),
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
    person = find_person(
        asked,
        exchange.read("identity_nodes"),
        exchange.read("identity_records"),
        exchange.read(IDENTIFIERS),
    )
    _, log = decode_entries(Ledger(home=home).entries())
    former = list_renamed(log).filter(pl.col("customer_id") == person.customer_id)["former_id"]
    return KnownPerson(
        person=person,
        former_ids=tuple(sorted(former)),
        order_numbers=frozenset(_order_numbers(home, person.customer_id)),
        row_numbers=frozenset(row_numbers(home, person.identifiers["identifier"])),
    )


def _order_numbers(home: HomeStore, customer_id: str) -> set[str]:
    with duckdb.connect(str(home.paths.published_database), read_only=True) as warehouse:
        orders = warehouse.execute(
            "select source_order_id, customer_id is not distinct from ? from marts.orders",
            [customer_id],
        ).fetchall()
    own = {number for number, is_own in orders if is_own}
    foreign = {number for number, is_own in orders if not is_own}
    return follow_orders(own, foreign - own, pl.concat(_links(home)).collect()) if own else own


def row_numbers(home: HomeStore, identifiers: pl.Series) -> Iterable[tuple[str, str]]:
    """Column and number of landed rows that hold one of a person's identifiers."""
    for name, source in SOURCES.items():
        files = list((home.paths.landing / name).glob("[0-9a-f]*.parquet"))
        for number in ROW_NUMBERS.intersection(source.key) if files else ():
            landed = pl.scan_parquet(files, missing_columns="insert", extra_columns="ignore")
            own = [column.name for column in source.columns if column.kind in OWN_KINDS]
            theirs = landed.filter(
                pl.any_horizontal(pl.col(own).cast(pl.String).is_in(identifiers.implode()))
            )
            found = theirs.select(pl.col(number).cast(pl.String)).unique().collect()
            yield from ((number, value) for value in found[number].drop_nulls())


def _links(home: HomeStore) -> Iterable[pl.LazyFrame]:
    for name, source in SOURCES.items():
        folder = home.paths.landing / name
        if folder.exists() and any(column in ORDER_COLUMNS for column in source.landing_schema()):
            yield order_links(pl.scan_parquet(folder / "*.parquet"), name)
