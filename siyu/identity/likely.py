"""Customers who are likely one person though no identifier says so: a level above the customer.

It merges nothing and gives no ids: groups are made anew every night, per use, from finished
customers. Scores are made in `siyu.identity.probabilistic`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.changes import Input
from siyu.identity.evidence import Frame, strength_of
from siyu.identity.guards import APART_SCHEMA, KINDS_SCHEMA, ORDERED, Guards
from siyu.identity.model import ProbabilisticModel, Use
from siyu.identity.names import parse_names
from siyu.identity.packing import LINKS_SCHEMA
from siyu.identity.probabilistic import RULE, link_clusters
from siyu.identity.rules import IdentityRules

LIKELY_SCHEMA = pl.Schema(
    {"likely_use": pl.String(), "likely_id": pl.String(), "customer_id": pl.String()}
)
LIKELY_LINKS_SCHEMA = pl.Schema({**LINKS_SCHEMA, "probability": pl.Float64()})
USES: tuple[Use, ...] = ("messages", "analysis")
BOTH_IDENTIFIED = -1  # a kind of its own beside those of identifiers
NAMES = ("name", "remark_name")
Scorer = Callable[[pl.DataFrame, ProbabilisticModel], pl.DataFrame]


class UnknownColumnError(SiyuError):
    """The model compares what no record states."""


@dataclass(frozen=True)
class Likely:
    """Who is likely one person.

    Attributes:
        groups: One row per use and customer of a group of at least two, columns of
            ``LIKELY_SCHEMA``; a group bears the smallest id of its customers.
        links: One row per scored pair, columns of ``LIKELY_LINKS_SCHEMA``: used or blocked for
            messages.
    """

    groups: pl.DataFrame
    links: pl.DataFrame


NOBODY = Likely(pl.DataFrame(schema=LIKELY_SCHEMA), pl.DataFrame(schema=LIKELY_LINKS_SCHEMA))


def find_likely(
    records: pl.DataFrame,
    nodes: pl.DataFrame,
    observed: Input,
    *,
    rules: IdentityRules,
    model: ProbabilisticModel,
    score: Scorer,
) -> Likely:
    """Group customers who are likely one person, where at least one has no strong identifier.

    Limits of identifiers and pairs that people parted hold as everywhere, and a group holds at
    most one customer with a strong identifier: two of those are two, whatever they are called.

    Args:
        records: ``identity_records`` of finished customers.
        nodes: Their ``identity_nodes``.
        observed: What they were made from.
        rules: Settings of identity resolution.
        model: Settings of the model.
        score: Scores pairs of profiles (`siyu.identity.probabilistic.score_pairs`).

    Raises:
        UnknownColumnError: The model compares a column nobody states.
    """
    profiles = profile_customers(records, observed.attributes, model)
    if profiles.height <= 1:
        return NOBODY
    strong = _identified(records, observed.identifiers, rules)
    customers = profiles.select("vertex", "customer_id").with_columns(
        is_strong=pl.col("customer_id").is_in(strong.implode())
    )
    scored = _with_weak_end(score(profiles.drop("customer_id"), model), customers)
    guards = Guards(
        pl.concat([_kinds(customers, nodes, rules), _both_identified(customers)]),
        _parted(customers, nodes, observed.overrides),
    )
    made = {
        use: link_clusters(scored, model, vertex_count=profiles.height, guards=guards, use=use)
        for use in USES
    }
    groups = [_groups(customers, labels, use) for use, (_, labels) in made.items()]
    judged, _ = made["messages"]
    return Likely(pl.concat(groups), _links(judged, customers, nodes))


def profile_customers(
    records: pl.DataFrame, attributes: Frame, model: ProbabilisticModel
) -> pl.DataFrame:
    """What is known of every customer, as far as the model compares it.

    Of several values the verified one holds, then the newest.

    Args:
        records: ``record_id``, ``customer_id``.
        attributes: Columns of ``ATTRIBUTES_SCHEMA``.
        model: Names what is compared.

    Returns:
        ``vertex`` (0, 1, …), ``customer_id`` and the compared columns, sorted by
        ``customer_id``.

    Raises:
        UnknownColumnError: A compared column is stated by nobody.
    """
    owned = records.drop_nulls("customer_id").lazy()
    best = (
        attributes.lazy()
        .with_columns(attribute=pl.col("attribute").replace(dict.fromkeys(NAMES, "name")))
        .join(owned, on="record_id")
        .sort("is_verified", "seen_at", "value", nulls_last=False)
        .group_by("customer_id", "attribute", maintain_order=True)
        .agg(pl.col("value").last())
        .collect()
    )
    wide = best.pivot("attribute", index="customer_id", values="value")
    if "name" in wide.columns:
        names = parse_names(wide["name"].drop_nulls()).select("name", "surname", given_name="given")
        wide = wide.join(names, on="name", how="left")
    unknown = sorted(model.columns - set(wide.columns))
    if unknown and best.height:
        known = sorted(set(wide.columns) - {"customer_id", "name"})
        raise UnknownColumnError(
            f"config/identity_model.yml compares {', '.join(unknown)}, which no record states; "
            f"stated are {', '.join(known)}"
        )
    if best.is_empty():
        return pl.DataFrame(schema={"vertex": pl.Int64, "customer_id": pl.String})
    chosen = wide.select("customer_id", *sorted(model.columns)).sort("customer_id")
    return chosen.with_row_index("vertex").cast({"vertex": pl.Int64})


def _identified(records: pl.DataFrame, identifiers: Frame, rules: IdentityRules) -> pl.Series:
    strong = identifiers.lazy().filter(strength_of(rules) == "strong").select("record_id")
    owned = records.lazy().drop_nulls("customer_id").join(strong, on="record_id", how="semi")
    return owned.select(pl.col("customer_id").unique()).collect()["customer_id"]


def _with_weak_end(scored: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    is_strong = customers["is_strong"]
    both = is_strong.gather(scored["left"]) & is_strong.gather(scored["right"])
    return scored.filter(~both)


def _kinds(customers: pl.DataFrame, nodes: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """Every limited identifier a customer holds."""
    limited = pl.DataFrame(
        [(name, rule.limit) for name, rule in rules.namespaces.items() if rule.limit],
        schema={"namespace": pl.String, "limit": pl.Int64},
        orient="row",
    )
    held = nodes.join(customers.select("vertex", "customer_id"), on="customer_id")
    kinds = held.select("namespace", "scope").unique().sort("namespace", "scope")
    return (
        held.join(kinds.with_row_index("kind"), on=["namespace", "scope"])
        .join(limited, on="namespace")
        .select(
            "vertex",
            "kind",
            "limit",
            reason=pl.lit("limit_") + pl.col("namespace"),
            from_class=pl.lit(ORDERED),
        )
        .cast(KINDS_SCHEMA)
    )


def _both_identified(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.filter("is_strong").select(
        "vertex",
        kind=pl.lit(BOTH_IDENTIFIED),
        limit=pl.lit(1),
        reason=pl.lit("both_identified"),
        from_class=pl.lit(ORDERED),
    ).cast(KINDS_SCHEMA)  # fmt: skip


def _parted(customers: pl.DataFrame, nodes: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    """Customers of which a person parted two identifiers."""
    ends = overrides.filter(pl.col("action") == "never_link")
    owned = nodes.join(customers.select("vertex", "customer_id"), on="customer_id")
    for end in ("left", "right"):
        keys = [f"{end}_namespace", f"{end}_scope", f"{end}_identifier"]
        named = owned.select(pl.col("vertex").alias(end), "namespace", "scope", "identifier")
        ends = ends.with_columns(pl.col(f"{end}_scope").fill_null("")).join(
            named, left_on=keys, right_on=["namespace", "scope", "identifier"]
        )
    return ends.select(
        "left", "right", reason=pl.lit("never_link"), from_class=pl.lit(ORDERED)
    ).cast(APART_SCHEMA)


def _groups(customers: pl.DataFrame, labels: pl.Series, use: str) -> pl.DataFrame:
    placed = customers.with_columns(likely_id=customers["customer_id"].gather(labels))
    return (
        placed.filter(pl.len().over("likely_id") > 1)
        .select(pl.lit(use).alias("likely_use"), "likely_id", "customer_id")
        .sort("likely_id", "customer_id")
    )


def _links(judged: pl.DataFrame, customers: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs as links between the most telling identifiers of two customers."""
    told = nodes.filter(pl.col("customer_id").is_not_null()).unique(
        "customer_id", keep="first", maintain_order=True
    )
    ends = customers.join(told, on="customer_id", how="left", maintain_order="left")
    named = {
        f"{end}_{field}": ends[field].gather(judged[end])
        for end in ("left", "right")
        for field in ("namespace", "scope", "identifier_hash")
    }
    return (
        judged.with_columns(**named)
        .with_columns(
            rule=pl.lit(RULE),
            strength=pl.lit("candidate"),
            source=pl.lit("identity_model"),
            file=pl.lit("config/identity_model.yml"),
            line=pl.lit(None, pl.Int64),
            seen_at=pl.lit(None, pl.Datetime("us")),
        )
        .select(LIKELY_LINKS_SCHEMA.names())
        .cast(LIKELY_LINKS_SCHEMA)
        .sort("left_identifier_hash", "right_identifier_hash")
    )
