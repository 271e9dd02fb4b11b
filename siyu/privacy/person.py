"""One customer as the home knows them: identifiers, orders, and what others use too."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.explain import find_identifier
from siyu.identity.masking import describe_node
from siyu.privacy.namespaces import ANY_ORDER, ORDER_COLUMNS, order_namespaces
from siyu.privacy.tokens import SHORTEST_NUMBER

ROUNDS = 4  # order → payment → the order it names → its items


class SharedIdentifierError(SiyuError):
    """An identifier that belongs to nobody, because many use it."""


@dataclass(frozen=True)
class Person:
    """One customer.

    Attributes:
        customer_id: Their id.
        identifiers: Their nodes: ``namespace``, ``scope``, ``identifier``, ``identifier_hash``,
            ``identifier_masked``, ``first_seen_at``, ``last_seen_at``.
        shared: Identifiers in their records that belong to nobody or to another customer:
            ``namespace``, ``identifier_masked``.
        neighbours: Accounts of other customers in some of whose records an identifier of theirs
            stands that people share and pass on: ``namespace``, ``identifier``.
    """

    customer_id: str
    identifiers: pl.DataFrame
    shared: pl.DataFrame
    neighbours: pl.DataFrame


def find_person(
    asked: str,
    nodes: pl.DataFrame,
    records: pl.DataFrame,
    observed: pl.DataFrame,
    *,
    passed_on: Collection[str],
) -> Person:
    """Find whom an identifier belongs to, and all that is theirs.

    Args:
        asked: As `siyu.identity.explain.find_identifier` takes it.
        nodes: ``identity_nodes``.
        records: ``identity_records``.
        observed: ``int_identifiers_observed``.
        passed_on: Namespaces of what people share and pass on.

    Raises:
        UnknownIdentifierError: No identifier fits, or several do.
        SharedIdentifierError: It belongs to nobody.
    """
    node = find_identifier(nodes, asked)
    customer_id = node["customer_id"]
    if customer_id is None:
        shown = describe_node(str(node["namespace"]), str(node["identifier"]))
        raise SharedIdentifierError(
            f"{shown} is used by several people and belongs to none of them; "
            "name the person by another identifier, such as the openid or the member number."
        )
    own = nodes.filter(pl.col("customer_id") == customer_id)
    seen = observed.join(
        records.filter(pl.col("customer_id") == customer_id), on="record_id", how="semi"
    )
    key = ["namespace", "scope", "identifier"]
    beside = nodes.join(seen.select(key).unique(), on=key, how="semi")
    shared = beside.join(own, on=key, how="anti")
    return Person(
        customer_id=customer_id,
        identifiers=own.select(
            *key, "identifier_hash", "identifier_masked", "first_seen_at", "last_seen_at"
        ).sort(key),
        shared=shared.select("namespace", "identifier_masked").sort("namespace"),
        neighbours=_neighbours(own, nodes, records, observed, passed_on),
    )


def _neighbours(
    own: pl.DataFrame,
    nodes: pl.DataFrame,
    records: pl.DataFrame,
    observed: pl.DataFrame,
    passed_on: Collection[str],
) -> pl.DataFrame:
    """Accounts of the customers whose records hold something of the person's."""
    key, is_passed_on = ["namespace", "scope", "identifier"], pl.col("namespace").is_in(passed_on)
    lent = observed.join(own.filter(is_passed_on), on=key, how="semi")
    holders = records.join(lent, on="record_id", how="semi").select("customer_id").unique()
    strangers = holders.join(own, on="customer_id", how="anti").drop_nulls()
    accounts = nodes.filter(~is_passed_on).join(strangers, on="customer_id", how="semi")
    return accounts.select("namespace", "identifier").unique().sort(pl.all())


def order_links(landed: pl.LazyFrame, source: str) -> pl.LazyFrame:
    """The order numbers of landed rows: ``row``, ``namespace``, ``number``.

    A list of numbers is several rows, and so is a number that two namespaces have.

    Args:
        landed: Rows of one source.
        source: Its name, so that rows of several sources differ.
    """
    columns = [name for name in landed.collect_schema() if name in ORDER_COLUMNS]
    place = pl.concat_str(pl.lit(source), "_source_file", "_line_number", separator="\n")
    return (
        landed.select(place.alias("row"), *(pl.col(name).cast(pl.String) for name in columns))
        .unpivot(columns, index="row", value_name="number")
        .select("row", pl.col("number").str.extract_all(r"[^\[\]\", ]+"))
        .explode("number")
        .drop_nulls()
        .with_columns(namespace=_order_namespaces(source))
        .explode("namespace")
        .unique()
    )


def _order_namespaces(source: str) -> pl.Expr:
    short = pl.lit(sorted(order_namespaces(source)), dtype=pl.List(pl.String))
    is_long = pl.col("number").str.len_chars() >= SHORTEST_NUMBER
    return pl.when(is_long).then(pl.lit([ANY_ORDER], dtype=pl.List(pl.String))).otherwise(short)


def order_key(platform: str, number: str) -> tuple[str, str]:
    """Namespace and number of an order of a platform.

    Examples:
        >>> order_key("jd", "300000000001"), order_key("pospal", "202606180000010001")
        (('order:jd', '300000000001'), ('order', '202606180000010001'))
    """
    if len(number) >= SHORTEST_NUMBER:
        return ANY_ORDER, number
    (namespace,) = order_namespaces(platform)
    return namespace, number


def follow_orders(
    known: set[tuple[str, str]], foreign: set[tuple[str, str]], links: pl.DataFrame
) -> set[tuple[str, str]]:
    """All numbers under which the person's orders, items and payments stand.

    Args:
        known: Namespace and number of their orders.
        foreign: Namespace and number of everybody else's orders.
        links: ``row``, ``namespace``, ``number`` as `order_links` gives them.

    Returns:
        ``known`` and the numbers that stand beside them in some row.
    """
    key = ["namespace", "number"]
    schema = dict.fromkeys(key, pl.String)
    usable = links.join(pl.DataFrame(sorted(foreign), schema, orient="row"), on=key, how="anti")
    found = pl.DataFrame(sorted(known), schema, orient="row")
    for _ in range(ROUNDS):
        rows = usable.join(found, on=key, how="semi").select("row").unique()
        beside = usable.join(rows, on="row", how="semi").select(key)
        grown = pl.concat([found, beside]).unique()
        if grown.height == found.height:
            break
        found = grown
    return set(found.iter_rows())
