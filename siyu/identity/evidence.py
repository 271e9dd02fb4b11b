"""What was observed, in numbers: nodes, records and who was seen in which record.

Strings are looked up once here; everything after works on integers. Whether two identifiers
belong together is decided elsewhere.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.errors import SiyuError
from siyu.identity.block_lists import blocked_reason
from siyu.identity.components import as_vertices
from siyu.identity.keys import SEEDS, HashCollisionError, Numbered, hash_of, number_hashes
from siyu.identity.rules import IdentityRules
from siyu.identity.texts import copied

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
NODE = ["namespace", "scope", "identifier"]
RECORD = ["record_id"]
Frame = pl.DataFrame | pl.LazyFrame
ROLES = pl.Enum(["account", "contact", "device"])
EVIDENCE_ORDER = ("seen_at", "source", "source_file", "line_number")


# the strongest, then the oldest, then the first in its file speaks for a record and an identifier
SPEAKS_FIRST = (pl.col("is_strong").not_(), *EVIDENCE_ORDER)


class IdentityInputError(SiyuError):
    """Observations that cannot be resolved as they are."""


@dataclass(frozen=True)
class Evidence:
    """Observations with their strings replaced by numbers.

    Attributes:
        nodes: One row per identifier, sorted by priority of namespace, scope and identifier:
            ``node``, ``namespace`` and ``scope`` (Enum), ``identifier``, ``first_seen_at``,
            ``last_seen_at``, ``blocked_reason``.
        records: One row per record, in order of their numbers: ``record_hash``, ``row`` (the first
            that names it). Their ids are read when they are written: nothing else asks for them.
        observations: One row per record and node: ``record``, ``node``, ``role``,
            ``is_strong``, ``rule``, ``seen_at``, ``source``, ``source_file``, ``line_number``,
            ``is_blocked``.
        record_hash: The hash of ``record_id`` as an expression, for other frames with it.
    """

    nodes: pl.DataFrame
    records: pl.DataFrame
    observations: pl.DataFrame
    record_hash: pl.Expr


def number_evidence(identifiers: Frame, rules: IdentityRules) -> Evidence:
    """Number nodes and records and mark the identifiers that may not link.

    Args:
        identifiers: One row per observation, columns of ``IDENTIFIERS_SCHEMA``; a lazy frame of
            a Parquet file is read in pieces and takes a quarter of the memory. It is read twice
            and must give its rows in the same order.
        rules: Settings of identity resolution.

    Raises:
        IdentityInputError: A namespace or strength is not declared, an identifier is null, or
            the rows came in another order the second time.
    """
    for seed in range(SEEDS - 1):
        with suppress(HashCollisionError):
            return _number(identifiers, rules, seed)
    return _number(identifiers, rules, SEEDS - 1)


def _number(identifiers: Frame, rules: IdentityRules, seed: int) -> Evidence:
    rows = _hashed_rows(identifiers, seed)
    _refuse_unknown(rows, rules)
    rows = rows.with_columns(strength_of(rules)).filter(pl.col("strength") != "ignored")
    keys = (rows["node", "node_check"], rows["record", "record_check"])
    with ThreadPoolExecutor() as beside:
        by_node, by_record = beside.map(lambda hashes: number_hashes(*hashes), keys)
        looking = beside.submit(_stand_twice, by_record.of_rows, by_node.of_rows)
        del keys
        rows = rows.drop("node", "node_check", "record", "record_check")
        known = _distinct_nodes(identifiers, rows, by_node)
        _refuse_moved(known, hash_of(NODE, seed), by_node.hashes)
        nodes = _number_nodes(known, rules)
        del known
        observed = rows.select(
            record=pl.lit(pl.Series(by_record.of_rows)),
            node=pl.lit(_renumbered(by_node.of_rows, nodes)),
            is_strong=pl.col("strength") == "strong",
            **{word: _enumerated(rows[word]) for word in ("rule", "source", "source_file")},
            seen_at="seen_at",
            line_number=pl.col("line_number").cast(pl.Int64),
        )
        first_rows = rows["row"].gather(by_record.firsts)
        records = pl.DataFrame({"record_hash": by_record.hashes, "row": first_rows})
        del rows, by_node, by_record
        observations = _observations(observed, nodes, looking.result())
    return Evidence(nodes.drop("number", "role"), records, observations, hash_of(RECORD, seed))


def _distinct_nodes(identifiers: Frame, rows: pl.DataFrame, by_node: Numbered) -> pl.DataFrame:
    """Every identifier once, as it was numbered, with when it was seen."""
    first_seen, last_seen = by_node.span(rows["seen_at"])
    return rows.select(
        pl.col("namespace", "scope").gather(by_node.firsts),
        identifier=_texts(identifiers, "identifier", rows["row"].gather(by_node.firsts)),
        first_seen_at=first_seen,
        last_seen_at=last_seen,
    )


def read_record_ids(identifiers: Frame, evidence: Evidence) -> pl.Series:
    """The ids of records, in order of their numbers.

    Args:
        identifiers: What the evidence was made from.
        evidence: Numbered observations.

    Raises:
        IdentityInputError: The rows came in another order than before.
    """
    ids = _texts(identifiers, "record_id", evidence.records["row"])
    _refuse_moved(pl.DataFrame(ids), evidence.record_hash, evidence.records["record_hash"])
    return ids


def _refuse_moved(keys: pl.DataFrame, hashed: pl.Expr, expected: pl.Series) -> None:
    """Fail unless keys bear the hashes by which they were numbered."""
    if not keys.select(hashed).to_series().equals(expected):
        raise IdentityInputError(
            "int_identifiers_observed: rows in another order when they were read again; "
            "collect the frame first, or keep its order"
        )


def _hashed_rows(identifiers: Frame, seed: int) -> pl.DataFrame:
    """All rows in numbers: hashes for many different texts, places in a list for few words."""
    few = ("namespace", "scope", "strength", "rule", "source", "source_file")
    hashes = {
        name: hash_of(keys, seed + check)
        for keys, node in ((NODE, "node"), (RECORD, "record"))
        for name, check in ((node, 0), (f"{node}_check", SEEDS))
    }
    return (
        identifiers.lazy()
        .with_columns(pl.col("scope").fill_null(""))
        .with_columns(pl.col(few).cast(pl.String).cast(pl.Categorical))
        .select(
            *few,
            "seen_at",
            "line_number",
            has_no_text=pl.any_horizontal(pl.col("record_id", "identifier").is_null()),
            **hashes,
        )
        .collect(engine="streaming")
        .with_row_index("row")
    )


def _texts(identifiers: Frame, column: str, rows: pl.Series) -> pl.Series:
    """The texts of some rows, in order; those of all rows would be the largest thing of the run."""
    picked, wanted, first = [pl.Series(column, dtype=pl.String)], as_vertices(rows), 0
    for batch in identifiers.lazy().select(column).collect_batches(maintain_order=True):
        begin, end = np.searchsorted(wanted, [first, first + batch.height])
        picked.append(copied(batch[column].gather(wanted[begin:end] - first)))
        first += batch.height
    return pl.concat(picked, rechunk=True)


def _enumerated(column: pl.Series) -> pl.Expr:
    # numbers in the order of the words: they sort as fast as numbers, and as the words do
    return pl.col(column.name).cast(pl.Enum(sorted(_words(column))))


def _words(column: pl.Series) -> set[str]:
    return set(column.unique().drop_nulls().cast(pl.String))


def _refuse_unknown(rows: pl.DataFrame, rules: IdentityRules) -> None:
    unknown = _words(rows["namespace"]) - set(rules.namespaces)
    if unknown:
        raise IdentityInputError(
            f"int_identifiers_observed: namespaces {sorted(unknown)} are not declared; "
            "add them under namespaces in config/identity.yml"
        )
    strengths = _words(rows["strength"]) - {"strong", "candidate"}
    if strengths:
        raise IdentityInputError(
            f"int_identifiers_observed: strengths {sorted(strengths)}; "
            "a strength is strong or candidate"
        )
    lacking = rows.select(
        (pl.col("has_no_text") | pl.any_horizontal(pl.col("namespace", "strength").is_null())).sum()
    ).item()
    if lacking:
        raise IdentityInputError(
            f"int_identifiers_observed: {lacking} rows without record_id, namespace, "
            "identifier or strength; leave such rows out of the model"
        )


def strength_of(rules: IdentityRules) -> pl.Expr:
    """What each observation counts as: as its source says, or as the brand does.

    Args:
        rules: Settings of identity resolution.
    """
    strength = pl.col("strength").cast(pl.String)
    for changed in rules.strengths:
        applies = (pl.col("rule") == changed.rule) & (pl.col("namespace") == changed.namespace)
        strength = pl.when(applies).then(pl.lit(changed.strength)).otherwise(strength)
    return strength.alias("strength")


def _number_nodes(known: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    roles = {name: rule.role for name, rule in rules.namespaces.items()}
    nodes = known.with_row_index("number").with_columns(
        pl.col("namespace").cast(pl.Enum(list(rules.namespaces))), _enumerated(known["scope"])
    )
    nodes = (
        nodes[order_of_nodes(nodes, rules)]
        .with_row_index("node")
        .with_columns(role=pl.col("namespace").replace_strict(roles, return_dtype=ROLES))
    )
    # block lists of one namespace need not be matched against all others
    parts = nodes.partition_by("namespace", maintain_order=True)
    return pl.concat(
        [part.with_columns(blocked_reason(rules, part["namespace"][0])) for part in parts]
        or [nodes.with_columns(blocked_reason=pl.lit(None, pl.String))]
    )


def order_of_nodes(nodes: pl.DataFrame, rules: IdentityRules) -> pl.Series:
    """Rows in order of priority, scope and identifier.

    Args:
        nodes: ``namespace``, ``scope``, ``identifier``.
        rules: Settings of identity resolution.
    """
    priority = pl.col("namespace").cast(pl.Enum(list(rules.namespaces)))
    # one sort by all three takes six times as long
    return (
        nodes.select("identifier", "scope", priority)
        .with_row_index("row")
        .sort("identifier")
        .sort("namespace", "scope", maintain_order=True)["row"]
    )


def _renumbered(numbers: NDArray[np.uint32], nodes: pl.DataFrame) -> pl.Series:
    """Nodes by the numbers they bear in their order, for the numbers they had before."""
    node_of = np.empty(nodes.height, dtype=np.uint32)
    node_of[nodes["number"].to_numpy()] = np.arange(nodes.height, dtype=np.uint32)
    return pl.Series("node", node_of[numbers])


def _observations(
    observed: pl.DataFrame, nodes: pl.DataFrame, twice: pl.Series | None
) -> pl.DataFrame:
    """One row per record and node, of several the one that speaks first."""
    told = observed.with_columns(
        nodes["role"].gather(observed["node"]),
        is_blocked=nodes["blocked_reason"].is_not_null().gather(observed["node"]),
    )
    if twice is None:
        return told
    repeated = (
        told.filter(twice)
        .sort("record", "node", *SPEAKS_FIRST, nulls_last=True)
        .unique(["record", "node"], keep="first", maintain_order=True)
    )
    return pl.concat([told.filter(~twice), repeated])


def _stand_twice(records: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> pl.Series | None:
    """Whether each pair of a record and a node stands in another row, too; none if none does."""
    pairs = records.astype(np.uint64) << np.uint64(32) | nodes
    ordered = np.sort(pairs)
    several = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return pl.Series(pairs).is_in(pl.Series(several).implode()) if len(several) else None
