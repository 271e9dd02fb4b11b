"""What changes between two resolutions: customers merged, split, records under another id.

Serves the plan of changed rules, the preview of an override and the guard of the night.
"""

from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.ledger import customer_ids
from siyu.identity.registry import recorded_customers
from siyu.identity.rules import ChangeLimits
from siyu.identity.tables import shown_key

EXAMPLES = 10


class UpheavalError(SiyuError):
    """A run would change more customers than the limits allow."""


@dataclass(frozen=True)
class Difference:
    """How two partitions of the same records differ.

    Attributes:
        merged: Customers after that hold records of several before: ``customer_id``,
            ``customers_before``, ``records``, ``other_customer_ids``, largest first.
        split: Customers before whose records went to several after: ``customer_id``,
            ``customers_after``, ``records``, ``other_customer_ids``, largest first.
        customers_before: Number of customers before.
        customers_after: Number of customers after.
        changed_records_share: Share of records with a customer before that bear another id.
    """

    merged: pl.DataFrame
    split: pl.DataFrame
    customers_before: int
    customers_after: int
    changed_records_share: float


def compare_resolutions(before: pl.DataFrame, after: pl.DataFrame) -> Difference:
    """Compare two resolutions of the same records.

    Args:
        before: ``identity_records`` now: ``record_id``, ``customer_id``.
        after: The same after the change.
    """
    both = (
        before.rename({"customer_id": "was"})
        .join(after.rename({"customer_id": "will_be"}), on="record_id", how="inner")
        .group_by("was", "will_be")
        .agg(records=pl.len())
    )
    known = both.filter(pl.col("was").is_not_null())
    changed = known.filter(pl.col("was").ne_missing(pl.col("will_be")))["records"].sum()
    return Difference(
        merged=_gathered(known.drop_nulls(), "will_be", "was", "customers_before"),
        split=_gathered(known.drop_nulls(), "was", "will_be", "customers_after"),
        customers_before=before["customer_id"].drop_nulls().n_unique(),
        customers_after=after["customer_id"].drop_nulls().n_unique(),
        changed_records_share=float(changed) / max(int(known["records"].sum()), 1),
    )


def compare_with_ledger(
    nodes: pl.DataFrame, registry: pl.DataFrame, log: pl.DataFrame
) -> Difference:
    """Compare a resolution with what the ledger knows, identifier by identifier.

    Needs no table of the run before, so that it also holds after those were thrown away.

    Args:
        nodes: ``identity_nodes`` as they would be.
        registry: Numbers given before, columns of ``REGISTRY_SCHEMA``.
        log: Events before, columns of ``LOG_SCHEMA``.

    Returns:
        The difference, with identifiers in place of records.
    """
    known = recorded_customers(registry, log)
    key = (
        pl.col("identifier_hash")
        .str.slice(0, 16)
        .str.decode("hex")
        .bin.reinterpret(dtype=pl.Int64, endianness="big")
    )
    # a contact that passed on is remembered with whoever it was shown for last
    bore = (
        nodes.select("customer_id", record_id="identifier_hash", node_key=key)
        .with_columns(shown=shown_key(pl.col("node_key")))
        .join(known, on="node_key", how="left")
        .join(known.select(shown="node_key", shown_for="before"), on="shown", how="left")
        .select("record_id", "customer_id", was=pl.coalesce("shown_for", "before"))
    )
    before = bore.select("record_id", customer_id=customer_ids(pl.col("was")))
    return compare_resolutions(before, bore.select("record_id", "customer_id"))


def _gathered(flows: pl.DataFrame, by: str, other: str, count: str) -> pl.DataFrame:
    return (
        flows.sort(by, other)
        .group_by(customer_id=by)
        .agg(
            pl.len().cast(pl.Int64).alias(count),
            pl.col("records").sum().cast(pl.Int64),
            other_customer_ids=pl.col(other),
        )
        .filter(pl.col(count) > 1)
        .sort("records", "customer_id", descending=[True, False])
    )


def show_examples(changed: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """The largest changed customers with masked identifiers to recognise them by.

    Args:
        changed: ``merged`` or ``split`` of a difference.
        nodes: ``identity_nodes`` of the side ``customer_id`` belongs to.

    Returns:
        At most ``EXAMPLES`` rows of ``changed`` with ``identifiers`` (list of masked ones).
    """
    largest = changed.head(EXAMPLES)
    shown = (
        nodes.join(largest.select("customer_id"), on="customer_id", how="semi")
        .select("customer_id", said=pl.col("namespace") + " " + pl.col("identifier_masked"))
        .group_by("customer_id")
        .agg(identifiers=pl.col("said").sort().head(6))
    )
    return largest.join(shown, on="customer_id", how="left", maintain_order="left")


def refuse_upheaval(difference: Difference, limits: ChangeLimits) -> None:
    """Stop a run that would change too much at once.

    Args:
        difference: What would change.
        limits: What may.

    Raises:
        UpheavalError: More than the limits allow; says how many and what to do.
    """
    customers = difference.customers_before
    if customers < limits.from_customers:
        return
    merged = int((difference.merged["customers_before"] - 1).sum())
    shares = {
        f"{merged} of {customers} customers would be merged into others": (
            merged / customers,
            limits.merged_share,
        ),
        f"{difference.split.height} of {customers} customers would be split": (
            difference.split.height / customers,
            limits.split_share,
        ),
        f"{difference.changed_records_share:.1%} of known identifiers would bear another id": (
            difference.changed_records_share,
            limits.changed_share,
        ),
    }
    broken = [
        f"{what} (limit {limit:.1%})" for what, (share, limit) in shares.items() if share > limit
    ]
    if broken:
        raise UpheavalError(
            f"Changed rules of identity: {'; '.join(broken)}. Nothing was written. Look with "
            "`siyu identity plan`; if that is meant, accept it with `siyu identity accept`."
        )
