"""What people look at first in a table of RFM or tiers: the thresholds of the day, the sizes."""

from typing import Any

import polars as pl

THRESHOLD_COLUMNS = (
    "threshold_mode",
    "threshold_version",
    "recency_threshold",
    "frequency_threshold",
    "monetary_threshold",
    "thresholds_measured_to_date",
    "active_purchase_days",
    "dormant_after_days",
)


def thresholds_of_day(rows: pl.DataFrame) -> dict[str, Any]:
    """The thresholds that parted the customers of one day; they are the same on every row.

    Args:
        rows: Rows of one as-of date of RFM or tiers.

    Returns:
        Column → value, as number or text; empty without rows.
    """
    found = rows.select(column for column in THRESHOLD_COLUMNS if column in rows.columns)
    values = found.row(0, named=True) if found.height else {}
    return {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in values.items()
    }


def count_values(rows: pl.DataFrame, column: str) -> dict[str, int]:
    """Customers by value of a column, most first; null is named `none`.

    Examples:
        >>> count_values(pl.DataFrame({"tier": ["high", "low", "low", None]}), "tier")
        {'low': 2, 'high': 1, 'none': 1}
    """
    counted = (
        rows.group_by(pl.col(column).fill_null("none"))
        .agg(pl.len().alias("customers"))
        .sort(["customers", column], descending=[True, False])
    )
    return dict(counted.iter_rows())
