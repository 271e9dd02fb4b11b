"""Why two identifiers are, or are not, one customer: paths and neighbourhoods over the links.

Works on the published tables alone; pictures are drawn in `siyu.identity.picture`.
``docs/identity.md`` has the same answers from one query each: of the paths the one over the fewest
blocked links, then the shortest, then the one whose steps come first in the order of their words.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from siyu.errors import SiyuError
from siyu.phone import usable_numbers

STEPS_SCHEMA = pl.Schema(
    {
        "step": pl.Int64(),
        "from_namespace": pl.String(),
        "from_masked": pl.String(),
        "from_identifier_hash": pl.String(),
        "from_customer_id": pl.String(),
        "to_namespace": pl.String(),
        "to_masked": pl.String(),
        "to_identifier_hash": pl.String(),
        "to_customer_id": pl.String(),
        "rule": pl.String(),
        "strength": pl.String(),
        "status": pl.String(),
        "blocked_reason": pl.String(),
        "source": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "seen_at": pl.Datetime("us"),
    }
)
# a path over used links is shorter than one over any number of blocked ones
_COST = {"used": 1, "blocked": 1_000_000}


class UnknownIdentifierError(SiyuError):
    """No identifier, or more than one, fits what was asked for."""


def find_identifier(nodes: pl.DataFrame, text: str) -> dict[str, str | None]:
    """Find the one node a person means.

    Args:
        nodes: ``identity_nodes``.
        text: ``identifier``, ``namespace:identifier``, ``namespace:scope:identifier``, the start
            of an identifier hash (12 characters or more) or a customer id; a phone in any
            spelling that exports may have.

    Returns:
        The node's columns by name; of a customer the first.

    Raises:
        UnknownIdentifierError: None or several fit; the message says how to be exact.
    """
    text = text.strip()
    of_customer = nodes.filter(pl.col("customer_id") == text)
    found = of_customer.head(1) if of_customer.height else nodes.filter(_means(text))
    if found.height == 1:
        return found.row(0, named=True)
    if found.is_empty():
        raise UnknownIdentifierError(
            "No identifier fits; write namespace:identifier, as in phone:13912345678."
        )
    fitting = sorted(
        f"{namespace}:{scope}:…" if scope else f"{namespace}:…"
        for namespace, scope in found.select("namespace", "scope").unique().iter_rows()
    )
    raise UnknownIdentifierError(f"{found.height} identifiers fit; write one of {fitting}.")


def _means(text: str) -> pl.Expr:
    identifier = pl.col("identifier")
    phone = usable_numbers(pl.Series([text.removeprefix("phone:")])).item()
    is_phone = (pl.col("namespace") == "phone") & (identifier == pl.lit(phone))
    fits = (identifier == text) | (
        pl.col("identifier_hash").str.starts_with(text) if len(text) >= 12 else pl.lit(False)
    )
    namespace, _, rest = text.partition(":")
    scope, _, scoped = rest.partition(":")
    in_namespace = pl.col("namespace") == namespace
    return (
        fits
        | is_phone
        | (in_namespace & (identifier == rest))
        | (in_namespace & (pl.col("scope") == scope) & (identifier == scoped))
    )


def explain_path(
    links: pl.DataFrame, nodes: pl.DataFrame, left_hash: str, right_hash: str
) -> pl.DataFrame:
    """The shortest evidence path between two identifiers, over blocked links where none is used.

    Args:
        links: ``identity_links``.
        nodes: ``identity_nodes``.
        left_hash: Where the path starts.
        right_hash: Where it ends.

    Returns:
        One row per step, columns of ``STEPS_SCHEMA``; no row when no evidence joins the two.
    """
    near = _links_near(links, nodes, [left_hash, right_hash])
    words = pl.concat_str("rule", "source", "file", "line", separator=" ", ignore_nulls=True)
    ends = near.select("left_identifier_hash", "right_identifier_hash", "status", words).rows()
    edges = _shortest(ends, left_hash, right_hash)
    chosen = near[[edge for edge, _ in edges]] if edges else near.clear()
    turned = pl.Series("is_turned", [is_turned for _, is_turned in edges], dtype=pl.Boolean)
    return _as_steps(chosen.with_columns(turned), nodes)


def explain_neighbourhood(
    links: pl.DataFrame, nodes: pl.DataFrame, identifier_hash: str
) -> pl.DataFrame:
    """Every link of the customer an identifier belongs to, used and blocked.

    Args:
        links: ``identity_links``.
        nodes: ``identity_nodes``.
        identifier_hash: One of the customer's identifiers, or one that is blocked.

    Returns:
        One row per link, columns of ``STEPS_SCHEMA``, used ones first.
    """
    own = _customer_hashes(nodes, [identifier_hash])
    chosen = links.filter(_touches(own)).with_columns(is_turned=pl.lit(False))
    ordered = chosen.sort(
        pl.col("status") != "used", "left_namespace", "right_namespace", "rule", maintain_order=True
    )
    return _as_steps(ordered, nodes)


def _customer_hashes(nodes: pl.DataFrame, hashes: Iterable[str]) -> pl.Series:
    asked = pl.Series("identifier_hash", list(hashes), dtype=pl.String)
    customers = nodes.filter(pl.col("identifier_hash").is_in(asked.implode()))["customer_id"]
    same = pl.col("customer_id").is_in(customers.drop_nulls().implode())
    return pl.concat([asked, nodes.filter(same)["identifier_hash"]]).unique()


def _touches(hashes: pl.Series) -> pl.Expr:
    return pl.any_horizontal(
        pl.col("left_identifier_hash", "right_identifier_hash").is_in(hashes.implode())
    )


def _links_near(links: pl.DataFrame, nodes: pl.DataFrame, hashes: list[str]) -> pl.DataFrame:
    """Links of both customers, and of whatever stands directly between them."""
    own = _customer_hashes(nodes, hashes)
    touched = links.filter(_touches(own))
    reached = pl.concat(
        [own, touched["left_identifier_hash"], touched["right_identifier_hash"]]
    ).unique()
    return links.filter(_touches(reached))


def _shortest(
    ends: list[tuple[str, str, str, str]], start: str, goal: str
) -> list[tuple[int, bool]]:
    """Edges of the cheapest path, each with whether it is walked from right to left.

    Of several, the one whose steps come first in the order of their words: always the same.
    """
    beside: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    for edge, (left, right, _, _) in enumerate(ends):
        beside[left].append((right, edge, False))
        beside[right].append((left, edge, True))
    settled: set[str] = set()
    waiting: list[tuple[int, tuple[str, ...], tuple[tuple[int, bool], ...], str]]
    waiting = [(0, (), (), start)]
    while waiting:
        so_far, said, path, here = heapq.heappop(waiting)
        if here == goal:
            return list(path)
        if here in settled:
            continue
        settled.add(here)
        for there, edge, is_turned in beside[here]:
            if there not in settled:
                _, _, status, words = ends[edge]
                step = (so_far + _COST[status], (*said, words), (*path, (edge, is_turned)), there)
                heapq.heappush(waiting, step)
    return []


def _as_steps(chosen: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    known = nodes.select("identifier_hash", "identifier_masked", "customer_id")
    turned = pl.col("is_turned")
    steps = chosen.with_row_index("step", offset=1)
    for end, one, other in (("from", "left", "right"), ("to", "right", "left")):
        steps = steps.with_columns(
            pl.when(turned)
            .then(f"{other}_{field}")
            .otherwise(f"{one}_{field}")
            .alias(f"{end}_{field}")
            for field in ("namespace", "identifier_hash")
        ).join(
            known.rename(
                {
                    "identifier_hash": f"{end}_identifier_hash",
                    "identifier_masked": f"{end}_masked",
                    "customer_id": f"{end}_customer_id",
                }
            ),
            on=f"{end}_identifier_hash",
            how="left",
        )
    return steps.sort("step").select(STEPS_SCHEMA.names()).cast(STEPS_SCHEMA)
