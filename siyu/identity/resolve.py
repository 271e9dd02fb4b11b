"""Identity resolution from observations to tables: the one entry for the pipeline."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from siyu.identity.attributes import Attributes, Statements, number_attributes, read_attributes
from siyu.identity.clusters import Clusters, build_clusters
from siyu.identity.components import as_vertices
from siyu.identity.evidence import Evidence, Frame, number_evidence, read_record_ids
from siyu.identity.hashes import NodeHashes, digest_nodes
from siyu.identity.households import find_households
from siyu.identity.links import link_table
from siyu.identity.overrides import number_overrides
from siyu.identity.packing import unpack
from siyu.identity.registry import Numbering, number_clusters
from siyu.identity.resolution import Ledger, Resolution, conclude
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import Placement, node_table, record_table, shared_table

TURN = 0.0005  # seconds


@dataclass(frozen=True)
class ResolvedPart:
    """Tables of the records that were resolved, and what happened to customer numbers.

    Attributes:
        tables: `siyu.identity.packing.TABLES`, packed.
        numbering: Numbers of clusters.
    """

    tables: dict[str, pl.DataFrame]
    numbering: Numbering


def resolve_identities(
    identifiers: Frame,
    attributes: Frame,
    *,
    rules: IdentityRules,
    overrides: pl.DataFrame,
    registry: pl.DataFrame,
    log: pl.DataFrame,
    run_date: date,
    secret: bytes,
) -> Resolution:
    """Decide which identifiers and records belong to which customer.

    The result does not depend on the order of rows, and a second run on the same input with the
    registry and log of the first changes nothing.

    Args:
        identifiers: One row per observation, columns of ``IDENTIFIERS_SCHEMA``; best a lazy
            frame of the Parquet file, which is read in pieces.
        attributes: One row per stated attribute, columns of ``ATTRIBUTES_SCHEMA``; lazy too.
        rules: Settings of identity resolution.
        overrides: What people decided, columns of ``OVERRIDES_SCHEMA``, oldest first.
        registry: Numbers given before, columns of ``REGISTRY_SCHEMA``, oldest first.
        log: Events before, columns of ``LOG_SCHEMA``, oldest first.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
    """
    ledger = Ledger(registry, log)
    part = resolve_part(
        identifiers,
        attributes,
        rules=rules,
        overrides=overrides,
        ledger=ledger,
        run_date=run_date,
        secret=secret,
    )
    tables = {table: unpack(table, rows.lazy()) for table, rows in part.tables.items()}
    return conclude(tables, part.numbering, ledger)


def resolve_part(
    identifiers: Frame,
    attributes: Frame,
    *,
    rules: IdentityRules,
    overrides: pl.DataFrame,
    ledger: Ledger,
    run_date: date,
    secret: bytes,
    living_elsewhere: pl.Series | None = None,
) -> ResolvedPart:
    """Resolve records that hang together with no others.

    Args:
        identifiers: Their observations.
        attributes: Attributes; those of other records are ignored.
        rules: Settings of identity resolution.
        overrides: What people decided.
        ledger: What earlier runs decided.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
        living_elsewhere: Numbers of customers among the other records.
    """
    evidence, clusters, hashes = _decide(
        identifiers, attributes, rules=rules, overrides=overrides, secret=secret
    )
    with ThreadPoolExecutor() as beside:
        linking = beside.submit(link_table, evidence, clusters, hashes)
        placement = Placement.of(evidence, clusters)
        members, placed = placement.members(hashes), placement.of_records
        del placement
        numbering = number_clusters(
            members,
            registry=ledger.registry,
            log=ledger.log,
            run_date=run_date,
            living_elsewhere=living_elsewhere,
        )
        numbers = _numbers_of_vertices(clusters, numbering)
        links = linking.result()
        # links pass through the most memory: the other large tables come when that is free again
        nodes, verdicts = evidence.nodes, clusters.verdicts
        evidence = replace(
            evidence, nodes=nodes.clear(), observations=evidence.observations.clear()
        )
        del linking, members, clusters
        making = {
            "households": beside.submit(find_households, verdicts, numbers),
            "shared": beside.submit(shared_table, nodes, verdicts, hashes),
        }
        tables = {
            "links": links,
            "nodes": node_table(nodes, verdicts, hashes, numbers),
            **{name: made.result() for name, made in making.items()},
        }
    del nodes, verdicts, hashes, links, making
    tables["records"] = record_table(read_record_ids(identifiers, evidence), placed, numbers)
    return ResolvedPart(tables, numbering)


def _decide(
    identifiers: Frame,
    attributes: Frame,
    *,
    rules: IdentityRules,
    overrides: pl.DataFrame,
    secret: bytes,
) -> tuple[Evidence, Clusters, NodeHashes]:
    """Who belongs together; what needs nothing of each other goes side by side."""
    with _short_turns(), ThreadPoolExecutor() as beside:
        reading = beside.submit(read_attributes, attributes, rules)
        evidence = number_evidence(identifiers, rules)
        hashing = beside.submit(digest_nodes, evidence.nodes, secret)
        orders = number_overrides(overrides, evidence.nodes)
        stated = _of_evidence(reading.result(), attributes, evidence, rules)
        del reading  # it holds its result
        clusters = build_clusters(evidence, stated, orders, rules)
        return evidence, clusters, NodeHashes.of(hashing.result())


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let a thread that computes in Python itself, as hashing does, give way sooner to others."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _of_evidence(
    said: Statements, attributes: Frame, evidence: Evidence, rules: IdentityRules
) -> Attributes:
    if not said.record_hash.meta.eq(evidence.record_hash):
        # two records share the hash that is tried first
        said = read_attributes(attributes, rules, evidence.record_hash)
    return number_attributes(said, evidence)


def _numbers_of_vertices(clusters: Clusters, numbering: Numbering) -> pl.Series:
    """Customer number per vertex, null where nobody is known."""
    by_label = np.zeros(len(clusters.labels) + 1, dtype=np.int64)
    by_label[as_vertices(numbering.numbers["label"])] = as_vertices(
        numbering.numbers["customer_number"]
    )
    numbers = pl.Series("customer_number", by_label[clusters.labels])
    return numbers.set(numbers == 0, None)
