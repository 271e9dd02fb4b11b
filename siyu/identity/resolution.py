"""What a run of identity resolution leaves: tables, log and registry, and its ledger entry.

How they are made is in `siyu.identity.resolve` and `siyu.identity.incremental`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from siyu.identity.ledger import LOG_SCHEMA, customer_ids, encode_entry
from siyu.identity.registry import Numbering


@dataclass(frozen=True)
class Resolution:
    """Tables of identity after a run.

    Attributes:
        tables: `siyu.identity.packing.TABLES` as they are written, which takes more room than what
            they are made from.
        log: The whole ``identity_log``, new events last.
        registry: The whole registry, new assignments last.
        entry: Rows to append to the ledger; none when nothing changed.
    """

    tables: Mapping[str, pl.LazyFrame]
    log: pl.DataFrame
    registry: pl.DataFrame
    entry: pl.DataFrame

    @property
    def nodes(self) -> pl.DataFrame:
        """``identity_nodes``."""
        return self.tables["nodes"].collect()

    @property
    def records(self) -> pl.DataFrame:
        """``identity_records``."""
        return self.tables["records"].collect()

    @property
    def links(self) -> pl.DataFrame:
        """``identity_links``."""
        return self.tables["links"].collect()

    @property
    def shared(self) -> pl.DataFrame:
        """``identity_shared``."""
        return self.tables["shared"].collect()

    @property
    def households(self) -> pl.DataFrame:
        """``household_id``, ``customer_id``."""
        return self.tables["households"].collect()


@dataclass(frozen=True)
class Ledger:
    """What earlier runs decided.

    Attributes:
        registry: Numbers given before, columns of ``REGISTRY_SCHEMA``, oldest first.
        log: Events before, columns of ``LOG_SCHEMA``, oldest first.
    """

    registry: pl.DataFrame
    log: pl.DataFrame

    @property
    def next_sequence(self) -> int:
        """Number of the next entry."""
        return int(self.registry.select(pl.col("sequence").max()).item() or 0) + 1


def conclude(
    tables: Mapping[str, pl.LazyFrame], numbering: Numbering, ledger: Ledger
) -> Resolution:
    """Put the tables of a run together with its ledger entry.

    Args:
        tables: Tables of all records, as they are written.
        numbering: Numbers this run gave.
        ledger: What earlier runs decided.
    """
    sequence = ledger.next_sequence
    assigned = numbering.assignments
    if assigned.is_empty() and numbering.events.height:
        # every entry moves the sequence on, or the next one would take its file name
        assigned = pl.DataFrame(
            {"node_key": [None], "customer_number": [None]}, schema=assigned.schema
        )
    added = assigned.select(
        pl.lit(sequence, pl.Int32).alias("sequence"), "node_key", "customer_number"
    )
    return Resolution(
        tables=tables,
        log=pl.concat([ledger.log, _logged(numbering)]),
        registry=pl.concat([ledger.registry, added]),
        entry=encode_entry(assigned, numbering.events, sequence=sequence),
    )


def _logged(numbering: Numbering) -> pl.DataFrame:
    return numbering.events.select(
        "run_date",
        "event",
        customer_id=customer_ids(pl.col("customer_number")),
        other_customer_id=customer_ids(pl.col("other_customer_number")),
        reason="reason",
    ).cast(LOG_SCHEMA)
