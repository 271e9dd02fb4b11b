"""What changes between two resolutions: customers merged, split, records under another id.

Serves the plan of changed rules, the preview of an override and the guard of the night.
"""

from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.rules import ChangeLimits

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
    found = (
        (
            "merged into others",
            int((difference.merged["customers_before"] - 1).sum()),
            limits.merged_share,
        ),
        ("split", difference.split.height, limits.split_share),
    )
    for word, count, share in found:
        if count > share * customers:
            raise UpheavalError(
                f"{count} of {customers} customers would be {word}, more than {share:.1%}. "
                "Look with `siyu identity plan`; if that is meant, raise change_limits in "
                "config/identity.yml."
            )
