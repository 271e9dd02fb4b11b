"""Households: customers who share a phone or an email and yet are different people.

A level of its own above the customer: it merges nothing.
"""

import numpy as np
import polars as pl

from siyu.identity.components import as_vertices, label_components
from siyu.identity.ledger import customer_ids

HOUSEHOLDS_SCHEMA = pl.Schema({"household_id": pl.String(), "customer_id": pl.String()})
LARGEST_HOUSEHOLD = 8  # people; more behind one chain of phones is no family


def find_households(verdicts: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Group customers who hold the same contact at the same time.

    Shared hubs (shops, counters), gifts and numbers that passed on make no household.

    Args:
        verdicts: Verdicts about contacts, as ``Clusters.verdicts``.
        numbers: Customer number of every vertex.

    Returns:
        One row per customer of a household of at least two, columns of ``HOUSEHOLDS_SCHEMA``;
        the household bears the smallest id of its customers.
    """
    beside = verdicts.filter(
        pl.col("fan_out").is_null() & ~pl.col("is_gift") & ~pl.col("is_device")
    ).select("hub", "tenure", "side")
    owned = (
        beside.with_columns(number=numbers.gather(beside["side"]))
        .drop_nulls("number")
        .select("hub", "tenure", "number")
        .unique()
    )
    pairs = owned.with_columns(first=pl.col("number").min().over("hub", "tenure")).filter(
        pl.col("number") != pl.col("first")
    )
    if pairs.is_empty():
        return pl.DataFrame(schema=HOUSEHOLDS_SCHEMA)
    left, right = as_vertices(pairs["first"]), as_vertices(pairs["number"])
    highest = int(max(left.max(), right.max())) + 1
    labels = label_components(left, right, vertex_count=highest)
    members = np.unique(np.concatenate([left, right]))
    households = pl.DataFrame({"household": labels[members], "number": members})
    return (
        households.filter(pl.len().over("household") <= LARGEST_HOUSEHOLD)
        .sort("household", "number")
        .select(
            household_id=customer_ids(pl.col("household")),
            customer_id=customer_ids(pl.col("number")),
        )
    )
