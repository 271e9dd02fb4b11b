"""How well a partition fits the truth: pairwise and B³ precision, recall and F1."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Quality:
    """Agreement of a partition with the truth, all between 0 and 1.

    Attributes:
        precision: Of what was put together, the share that belongs together.
        recall: Of what belongs together, the share that was put together.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise_quality(found: pl.DataFrame, truth: pl.DataFrame) -> Quality:
    """Compare pairs of records: in one cluster against of one person.

    Args:
        found: ``record_id``, ``customer_id`` (null = alone).
        truth: ``record_id``, ``person``.

    Examples:
        >>> found = pl.DataFrame({"record_id": ["a", "b", "c"], "customer_id": ["1", "1", "1"]})
        >>> truth = pl.DataFrame({"record_id": ["a", "b", "c"], "person": [1, 1, 2]})
        >>> quality = pairwise_quality(found, truth)
        >>> round(quality.precision, 3), quality.recall
        (0.333, 1.0)
    """
    both = _both(found, truth)
    together = _pairs(both.group_by("person", "cluster").len())
    return Quality(
        precision=_share(together, _pairs(both.group_by("cluster").len())),
        recall=_share(together, _pairs(both.group_by("person").len())),
    )


def b_cubed_quality(found: pl.DataFrame, truth: pl.DataFrame) -> Quality:
    """Compare record by record: the share of its cluster that is its person, and vice versa.

    Args:
        found: ``record_id``, ``customer_id`` (null = alone).
        truth: ``record_id``, ``person``.

    Source:
        Bagga & Baldwin 1998.
    """
    cells = (
        _both(found, truth)
        .group_by("person", "cluster")
        .agg(pl.len().cast(pl.Float64).alias("cell"))
        .with_columns(
            of_cluster=pl.col("cell").sum().over("cluster"),
            of_person=pl.col("cell").sum().over("person"),
        )
    )
    shares = cells.select(
        records=pl.col("cell").sum(),
        of_cluster=(pl.col("cell") ** 2 / pl.col("of_cluster")).sum(),
        of_person=(pl.col("cell") ** 2 / pl.col("of_person")).sum(),
    ).row(0)
    return Quality(precision=_share(shares[1], shares[0]), recall=_share(shares[2], shares[0]))


def _both(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    # a record nobody is known for is a cluster of its own
    alone = pl.lit("alone ") + pl.col("record_id")
    return (
        truth.select("record_id", "person")
        .join(found.select("record_id", "customer_id"), on="record_id", how="left")
        .with_columns(cluster=pl.coalesce(pl.col("customer_id").cast(pl.String), alone))
    )


def _pairs(sizes: pl.DataFrame) -> float:
    size = pl.col("len").cast(pl.Float64)
    return float(sizes.select((size * (size - 1) / 2).sum()).item())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
