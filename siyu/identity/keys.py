"""Numbers for keys of text: everything after works on integers."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.errors import SiyuError

SEEDS = 4


class HashCollisionError(SiyuError):
    """Different keys bear the same 64-bit hash; under every seed it cannot happen by accident."""


@dataclass(frozen=True)
class Numbered:
    """Keys numbered in order of their first rows: what is looked up by them lies close together.

    Attributes:
        of_rows: Per row the number of its key.
        firsts: Per key its first row.
        hashes: Per key its hash.
    """

    of_rows: NDArray[np.uint32]
    firsts: NDArray[np.int64]
    hashes: pl.Series

    def span(self, times: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The smallest and the largest of a time per key; null where no row tells one.

        Args:
            times: One time per row.
        """
        numbers = times.to_physical()
        nothing = numbers.null_count() > 0
        ends = []
        for end, absent in ((np.minimum, np.iinfo("i8").max), (np.maximum, np.iinfo("i8").min)):
            told = (numbers.fill_null(absent) if nothing else numbers).to_numpy()
            found = np.full(len(self.firsts), absent)
            end.at(found, self.of_rows, told)
            column = pl.Series(times.name, found)
            ends.append((column.replace(absent, None) if nothing else column).cast(times.dtype))
        return ends[0], ends[1]


def number_hashes(hashes: pl.Series, checks: pl.Series) -> Numbered:
    """Number the keys of rows through their 64-bit hashes, at a third of the cost of grouping text.

    That no two keys share a hash is checked with a second hash, not assumed.

    Args:
        hashes: `hash_of` each row's key.
        checks: The same with another seed.

    Raises:
        HashCollisionError: Different keys have one hash; another seed parts them.
    """
    told, second = hashes.to_numpy(), checks.to_numpy()
    order = order_of_keys(told)
    begins = _differs_from_last(told[order])
    if (_differs_from_last(second[order]) & ~begins).any():
        raise HashCollisionError("Different keys share a hash under every seed; report this.")
    of_rows, firsts = _in_order_of_rows(order, begins)
    return Numbered(of_rows, firsts, pl.Series(told[firsts]))


def hash_of(keys: Sequence[str], seed: int = 0) -> pl.Expr:
    """The hash of key columns, by which keys are numbered unless two of them share one.

    Args:
        keys: Key columns.
        seed: Another one, below ``2 * SEEDS``, gives other hashes.
    """
    # mixed column by column: hashing them as a struct takes longer
    hashes = [pl.col(key).hash(seed + 2 * SEEDS * nth) for nth, key in enumerate(keys)]
    return reduce(operator.xor, hashes)


def find_keys(known: pl.Series, asked: pl.Series) -> pl.Series:
    """The place of each hash among known ones, null where it is none of them.

    Args:
        known: Hashes, each once.
        asked: Hashes to find.

    Examples:
        >>> find_keys(pl.Series([5, 9], dtype=pl.UInt64), pl.Series([9, 7], dtype=pl.UInt64))[0]
        1
    """
    hashes = np.concatenate([known.to_numpy(), asked.to_numpy()])
    order = order_of_keys(hashes)
    begins = _differs_from_last(hashes[order])
    # a known one lies before those that ask for it
    places = np.empty(len(order), dtype=np.uint32)
    places[order] = order[begins][np.cumsum(begins) - 1]
    found = places[len(known) :]
    return pl.select(
        record=pl.when(pl.lit(pl.Series(found)) < len(known)).then(pl.lit(pl.Series(found)))
    ).to_series()


def _differs_from_last(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    differs = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return differs


def order_of_keys(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Rows in order of their keys, rows of one key in their own order.

    Args:
        keys: One 64-bit number per row; well mixed ones are quickest.

    Examples:
        >>> order_of_keys(np.array([7 << 60, 3 << 60, 7 << 60], dtype=np.uint64)).tolist()
        [1, 0, 2]
    """
    # the upper bits of the key and the row in one number: sorting numbers takes a fifth of the
    # time of sorting rows by them
    bits = np.uint64(max(len(keys) - 1, 1).bit_length())
    packed = (keys >> bits << bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    upper, ordered = packed >> bits, keys[order]
    same = upper[1:] == upper[:-1]
    mixed = np.unique(upper[1:][same & (ordered[1:] != ordered[:-1])])
    if len(mixed):
        # different keys with the same upper bits: a few in ten million
        places = np.flatnonzero(np.isin(upper, mixed))
        order[places] = order[places][np.argsort(ordered[places], kind="stable")]
    return order


def _in_order_of_rows(
    order: NDArray[np.int64], begins: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Number groups of rows by their first rows.

    Args:
        order: Rows, those of a group one after the other, in their own order.
        begins: Whether a group begins there.
    """
    of_rows = np.empty(len(order), dtype=np.uint32)
    first_of = order[begins]
    is_first = np.zeros(len(order), dtype=np.bool_)
    is_first[first_of] = True
    numbers = np.cumsum(is_first, dtype=np.uint32) - np.uint32(1)
    of_rows[order] = numbers[first_of][np.cumsum(begins) - 1]
    return of_rows, np.flatnonzero(is_first)
