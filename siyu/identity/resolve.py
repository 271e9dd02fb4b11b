"""Identity resolution from observations to tables: the one entry for the pipeline."""

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from siyu.identity.attributes import number_attributes
from siyu.identity.clusters import Clusters, build_clusters
from siyu.identity.components import as_vertices
from siyu.identity.evidence import number_evidence
from siyu.identity.ledger import LOG_SCHEMA, customer_ids, encode_entry
from siyu.identity.links import link_table
from siyu.identity.overrides import number_overrides
from siyu.identity.registry import Numbering, number_clusters
from siyu.identity.rules import IdentityRules
from siyu.identity.tables import Placement, node_table, record_table, shared_table

HASH_BLOCK = 64  # bytes SHA-256 takes at a time


@dataclass(frozen=True)
class Resolution:
    """Tables of identity after a run.

    Attributes:
        nodes: ``identity_nodes``.
        records: ``identity_records``.
        links: ``identity_links``.
        shared: ``identity_shared``.
        households: ``household_id``, ``customer_id``.
        log: The whole ``identity_log``, new events last.
        registry: The whole registry, new assignments last.
        metrics: ``metric``, ``key``, ``value``.
        entry: Rows to append to the ledger; none when nothing changed.
    """

    nodes: pl.DataFrame
    records: pl.DataFrame
    links: pl.DataFrame
    shared: pl.DataFrame
    households: pl.DataFrame
    log: pl.DataFrame
    registry: pl.DataFrame
    metrics: pl.DataFrame
    entry: pl.DataFrame


def resolve_identities(
    identifiers: pl.DataFrame,
    attributes: pl.DataFrame,
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
        identifiers: One row per observation, columns of ``IDENTIFIERS_SCHEMA``.
        attributes: One row per stated attribute, columns of ``ATTRIBUTES_SCHEMA``.
        rules: Settings of identity resolution.
        overrides: What people decided, columns of ``OVERRIDES_SCHEMA``, oldest first.
        registry: Numbers given before, columns of ``REGISTRY_SCHEMA``, oldest first.
        log: Events before, columns of ``LOG_SCHEMA``, oldest first.
        run_date: Day new events are logged under.
        secret: Key of the home for identifier hashes.
    """
    evidence = number_evidence(identifiers, rules)
    orders = number_overrides(overrides, evidence.nodes)
    stated = number_attributes(attributes, evidence.records, rules)
    clusters = build_clusters(evidence, stated, orders, rules)
    digests = _digests(evidence.nodes, secret)
    placement = Placement.of(evidence, clusters)
    numbering = number_clusters(
        placement.members(digests), registry=registry, log=log, run_date=run_date
    )
    numbers = _numbers_of_vertices(clusters, numbering)
    nodes = node_table(evidence, clusters, digests, numbers)
    sequence = int(registry.select(pl.col("sequence").max()).item() or 0) + 1
    entry = encode_entry(numbering.assignments, numbering.events, sequence=sequence)
    return Resolution(
        nodes=nodes,
        records=record_table(evidence, placement, numbers),
        links=link_table(evidence, clusters, digests, numbers),
        shared=shared_table(evidence, clusters, digests),
        households=pl.DataFrame(schema={"household_id": pl.String, "customer_id": pl.String}),
        log=pl.concat([log, _logged(numbering)]),
        registry=_registered(registry, numbering, sequence),
        metrics=pl.DataFrame(schema={"metric": pl.String, "key": pl.String, "value": pl.Float64}),
        entry=entry,
    )


def _digests(nodes: pl.DataFrame, secret: bytes) -> pl.Series:
    """HMAC-SHA256 of every node, Binary."""
    texts = nodes.select(
        pl.concat_str(
            pl.col("namespace", "scope").cast(pl.String), "identifier", separator="\x1f"
        ).cast(pl.Binary)
    ).to_series()
    # RFC 2104 with the two key blocks hashed once: a third of the time of hmac.digest
    block = hashlib.sha256(secret).digest() if len(secret) > HASH_BLOCK else secret
    block = block.ljust(HASH_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
    digests = []
    for text in texts.to_list():
        within, around = inner(), outer()
        within.update(text)
        around.update(within.digest())
        digests.append(around.digest())
    return pl.Series("digest", digests, dtype=pl.Binary)


def _numbers_of_vertices(clusters: Clusters, numbering: Numbering) -> pl.Series:
    """Customer number per vertex, null where nobody is known."""
    by_label = np.zeros(len(clusters.labels) + 1, dtype=np.int64)
    by_label[as_vertices(numbering.numbers["label"])] = as_vertices(
        numbering.numbers["customer_number"]
    )
    numbers = pl.Series("customer_number", by_label[clusters.labels])
    return numbers.set(numbers == 0, None)


def _logged(numbering: Numbering) -> pl.DataFrame:
    return numbering.events.select(
        "run_date",
        "event",
        customer_id=customer_ids(pl.col("customer_number")),
        other_customer_id=customer_ids(pl.col("other_customer_number")),
        reason="reason",
    ).cast(LOG_SCHEMA)


def _registered(registry: pl.DataFrame, numbering: Numbering, sequence: int) -> pl.DataFrame:
    added = numbering.assignments.select(
        pl.lit(sequence, pl.Int32).alias("sequence"), "node_key", "customer_number"
    )
    return pl.concat([registry, added])
