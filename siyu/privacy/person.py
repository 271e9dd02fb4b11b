"""One customer as the home knows them: identifiers, orders, and what others use too."""

from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.explain import find_identifier
from siyu.identity.masking import describe_node

# columns by which rows of one order, its items, payments and refunds find each other
ORDER_COLUMNS = (
    "order_id",
    "sub_order_id",
    "order_no",
    "source_order_id",
    "ticket_no",
    "ticket_uid",
    "alipay_txn_id",
    "wxpay_txn_id",
    "outer_transaction_ids",
    "transaction_ids",
    "channels_order_no",
)
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
    """

    customer_id: str
    identifiers: pl.DataFrame
    shared: pl.DataFrame


def find_person(
    asked: str, nodes: pl.DataFrame, records: pl.DataFrame, observed: pl.DataFrame
) -> Person:
    """Find whom an identifier belongs to, and all that is theirs.

    Args:
        asked: As `siyu.identity.explain.find_identifier` takes it.
        nodes: ``identity_nodes``.
        records: ``identity_records``.
        observed: ``int_identifiers_observed``.

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
    )


def order_links(landed: pl.LazyFrame, source: str) -> pl.LazyFrame:
    """The order numbers of landed rows: ``row``, ``number``; a list of numbers is several rows.

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
    )


def follow_orders(known: set[str], foreign: set[str], links: pl.DataFrame) -> set[str]:
    """All numbers under which the person's orders, items and payments stand.

    Args:
        known: Numbers of their orders.
        foreign: Numbers of everybody else's orders.
        links: ``row``, ``number`` as `order_links` gives them.

    Returns:
        ``known`` and the numbers that stand beside them in some row.
    """
    usable = links.filter(~pl.col("number").is_in(list(foreign)))
    found = pl.DataFrame({"number": sorted(known)}, schema={"number": pl.String})
    for _ in range(ROUNDS):
        rows = usable.join(found, on="number", how="semi").select("row").unique()
        beside = usable.join(rows, on="row", how="semi").select("number")
        grown = pl.concat([found, beside]).unique()
        if grown.height == found.height:
            break
        found = grown
    return set(found["number"])
