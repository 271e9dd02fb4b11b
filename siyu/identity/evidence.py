"""What was observed, in numbers: nodes, records and who was seen in which record.

Strings are looked up once here; everything after works on integers. Whether two identifiers
belong together is decided elsewhere.
"""

from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.rules import IdentityRules

IDENTIFIERS_SCHEMA = pl.Schema(
    {
        "record_id": pl.String(),
        "namespace": pl.String(),
        "scope": pl.String(),
        "identifier": pl.String(),
        "strength": pl.String(),
        "rule": pl.String(),
        "seen_at": pl.Datetime("us"),
        "source": pl.String(),
        "source_file": pl.String(),
        "line_number": pl.Int64(),
    }
)
NODE = ("namespace", "scope", "identifier")
EVIDENCE_ORDER = ("seen_at", "source", "source_file", "line_number")


class IdentityInputError(SiyuError):
    """Observations that cannot be resolved as they are."""


@dataclass(frozen=True)
class Evidence:
    """Observations with their strings replaced by numbers.

    Attributes:
        nodes: One row per identifier, sorted by priority of namespace, scope and identifier:
            ``node``, ``namespace`` and ``scope`` (Enum), ``identifier``, ``first_seen_at``,
            ``last_seen_at``, ``blocked_reason``.
        records: One row per record: ``record``, ``record_id``.
        observations: One row per record and node: ``record``, ``node``, ``role``,
            ``is_strong``, ``rule``, ``seen_at``, ``source``, ``source_file``, ``line_number``,
            ``is_blocked``.
    """

    nodes: pl.DataFrame
    records: pl.DataFrame
    observations: pl.DataFrame


def number_evidence(identifiers: pl.DataFrame, rules: IdentityRules) -> Evidence:
    """Number nodes and records and mark the identifiers that may not link.

    Args:
        identifiers: One row per observation, columns of ``IDENTIFIERS_SCHEMA``.
        rules: Settings of identity resolution.

    Raises:
        IdentityInputError: A namespace or strength is not declared, or an identifier is null.
    """
    _refuse_unknown(identifiers, rules)
    kinds = pl.Enum(list(rules.namespaces))
    observed = identifiers.select(
        "record_id",
        pl.col("namespace").cast(kinds),
        _enumerated(identifiers.select(pl.col("scope").fill_null("")), "scope"),
        "identifier",
        _strength(rules),
        *(_enumerated(identifiers, column) for column in ("rule", "source", "source_file")),
        "seen_at",
        pl.col("line_number").cast(pl.Int64),
    ).filter(pl.col("strength") != "ignored")
    nodes = _number_nodes(observed, rules)
    records = observed.select(pl.col("record_id").unique()).with_row_index("record")
    observations = _number_observations(observed, nodes, records, rules)
    return Evidence(nodes=nodes, records=records, observations=observations)


def _enumerated(identifiers: pl.DataFrame, column: str) -> pl.Expr:
    # numbers in the order of the words: they sort as fast as numbers, and as the words do
    words = identifiers[column].unique().drop_nulls().sort()
    filled = pl.col(column).fill_null("") if column == "scope" else pl.col(column)
    return filled.cast(pl.Enum(words.to_list()))


def _refuse_unknown(identifiers: pl.DataFrame, rules: IdentityRules) -> None:
    unknown = set(identifiers["namespace"].unique()) - set(rules.namespaces)
    if unknown:
        raise IdentityInputError(
            f"int_identifiers_observed: namespaces {sorted(map(str, unknown))} are not declared; "
            "add them under namespaces in config/identity.yml"
        )
    strengths = set(identifiers["strength"].unique()) - {"strong", "candidate"}
    if strengths:
        raise IdentityInputError(
            f"int_identifiers_observed: strengths {sorted(map(str, strengths))}; "
            "a strength is strong or candidate"
        )
    missing = identifiers["identifier"].null_count() + identifiers["record_id"].null_count()
    if missing:
        raise IdentityInputError(
            f"int_identifiers_observed: {missing} rows without record_id or identifier; "
            "leave such rows out of the model"
        )


def _strength(rules: IdentityRules) -> pl.Expr:
    strength = pl.col("strength")
    for changed in rules.strengths:
        applies = (pl.col("rule") == changed.rule) & (pl.col("namespace") == changed.namespace)
        strength = pl.when(applies).then(pl.lit(changed.strength)).otherwise(strength)
    return strength.alias("strength")


def _number_nodes(observed: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    nodes = (
        observed.group_by(NODE)
        .agg(first_seen_at=pl.col("seen_at").min(), last_seen_at=pl.col("seen_at").max())
        # one sort by all three takes six times as long
        .sort("identifier")
        .sort("namespace", "scope", maintain_order=True)
        .with_row_index("node")
    )
    return nodes.with_columns(blocked_reason(rules))


def blocked_reason(rules: IdentityRules) -> pl.Expr:
    """Why an identifier may link nothing, whoever it stands beside; null = it may.

    Args:
        rules: Settings of identity resolution.
    """
    reason = pl.lit(None, pl.String)
    for namespace, rule in rules.namespaces.items():
        if rule.usable:
            unusable = ~pl.col("identifier").str.contains(f"^(?:{rule.usable})$")
            reason = (
                pl.when((pl.col("namespace") == namespace) & unusable)
                .then(pl.lit("unusable"))
                .otherwise(reason)
            )
    for listed in rules.block_lists:
        hit = pl.col("identifier").is_in(list(listed.identifiers))
        for pattern in listed.patterns:
            hit = hit | pl.col("identifier").str.contains(f"^(?:{pattern})$")
        reason = (
            pl.when((pl.col("namespace") == listed.namespace) & hit)
            .then(pl.lit(listed.why))
            .otherwise(reason)
        )
    return reason.alias("blocked_reason")


def _number_observations(
    observed: pl.DataFrame, nodes: pl.DataFrame, records: pl.DataFrame, rules: IdentityRules
) -> pl.DataFrame:
    roles = {name: rule.role for name, rule in rules.namespaces.items()}
    numbered = (
        observed.join(
            nodes.select("node", *NODE, is_blocked=pl.col("blocked_reason").is_not_null()),
            on=NODE,
        )
        .join(records, on="record_id")
        .select(
            "record",
            "node",
            role=pl.col("namespace").replace_strict(
                roles, return_dtype=pl.Enum(["account", "contact", "device"])
            ),
            is_strong=pl.col("strength") == "strong",
            rule="rule",
            seen_at="seen_at",
            source="source",
            source_file="source_file",
            line_number="line_number",
            is_blocked="is_blocked",
        )
    )
    # the strongest, then the oldest, then the first in its file speaks for a record
    twice = pl.struct("record", "node").is_duplicated()
    repeated = (
        numbered.filter(twice)
        .sort("record", "node", pl.col("is_strong").not_(), *EVIDENCE_ORDER, nulls_last=True)
        .unique(["record", "node"], keep="first", maintain_order=True)
    )
    return pl.concat([numbered.filter(~twice), repeated])
