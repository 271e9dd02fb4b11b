"""Numbers for keys of text: everything after works on integers."""

from collections.abc import Sequence

import polars as pl

from siyu.errors import SiyuError

SEEDS = 4


class HashCollisionError(SiyuError):
    """Different keys bear the same 64-bit hash under every seed; cannot happen by accident."""


def group_by_key(
    rows: pl.LazyFrame, keys: Sequence[str], *, also: Sequence[pl.Expr] = ()
) -> tuple[pl.DataFrame, pl.Expr]:
    """Group rows by keys of text through a 64-bit hash, at half the cost.

    That no two keys share a hash is checked with a second hash, not assumed.

    Args:
        rows: Rows with the key columns, none null.
        keys: Key columns.
        also: Aggregations of the other columns.

    Returns:
        One row per key: ``hash``, key columns, aggregations; and the hash as an expression, for
        other frames with the same key columns.

    Raises:
        HashCollisionError: No seed gives different keys different hashes.
    """
    key, second = pl.struct(keys), pl.col("_second")
    for seed in range(SEEDS):
        grouped = (
            rows.with_columns(hash=key.hash(seed), _second=key.hash(seed + SEEDS))
            .group_by("hash")
            .agg(pl.col(keys).first(), *also, _is_one=second.min() == second.max())
            .collect(engine="streaming")
        )
        if grouped["_is_one"].all():
            return grouped.drop("_is_one"), key.hash(seed)
    raise HashCollisionError(f"Rows cannot be told apart by {list(keys)}; report this.")
