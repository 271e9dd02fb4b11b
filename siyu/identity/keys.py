"""Numbers for keys of text: everything after works on integers."""

from collections.abc import Sequence

import polars as pl

from siyu.errors import SiyuError

SEEDS = 4


class HashCollisionError(SiyuError):
    """Different keys bear the same 64-bit hash under every seed; cannot happen by accident."""


def group_by_key(
    rows: pl.DataFrame, keys: Sequence[str], *, name: str, also: Sequence[pl.Expr] = ()
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Group rows by keys of text through a 64-bit hash, at half the cost.

    That no two keys share a hash is checked with a second hash, not assumed.

    Args:
        rows: Rows with the key columns, none null.
        keys: Key columns.
        name: Name of the column that holds the hash.
        also: Aggregations of the other columns.

    Returns:
        The rows with their hash, and one row per key: hash, key columns, aggregations; and the
        seed that gives other rows with the same keys the same hashes.

    Raises:
        HashCollisionError: No seed gives different keys different hashes.
    """
    key, second = pl.struct(keys), pl.col("_second")
    for seed in range(SEEDS):
        hashed = rows.with_columns(key.hash(seed).alias(name), _second=key.hash(seed + SEEDS))
        grouped = hashed.group_by(name).agg(
            pl.col(keys).first(), *also, _is_one=second.min() == second.max()
        )
        if grouped["_is_one"].all():
            return hashed.drop("_second"), grouped.drop("_is_one"), seed
    raise HashCollisionError(f"Rows cannot be told apart by {list(keys)}; report this.")
