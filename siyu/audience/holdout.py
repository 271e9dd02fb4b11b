"""Which arm of an experiment a customer belongs to: always the same, without a list."""

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import ceil

import polars as pl

# first 8 bytes of the digest as a number: places on a ring of this size
RING = 2**64


def is_held_out(customer_id: str, *, experiment: str, share: Decimal) -> bool:
    """Whether the customer is kept out.

    The place of a customer on the ring depends on customer and experiment only, so a larger share
    keeps out those of the smaller one, and the audience of the day has no say.

    Args:
        customer_id: Canonical id, which survives merges as the id of the oldest profile.
        experiment: Name of the experiment.
        share: 0 to 1.

    Examples:
        >>> is_held_out("C0000000001", experiment="spring", share=Decimal(0))
        False
        >>> is_held_out("C0000000001", experiment="spring", share=Decimal(1))
        True
    """
    return _place(experiment, customer_id) < _limit(share)


def mark_holdout(customer_ids: pl.Series, *, experiment: str, share: Decimal) -> pl.Series:
    """`is_held_out` of every customer, Boolean, in the order given."""
    limit = _limit(share)
    held = [_place(experiment, customer_id) < limit for customer_id in customer_ids]
    return pl.Series("is_held_out", held, dtype=pl.Boolean)


def _place(experiment: str, customer_id: str) -> int:
    return int.from_bytes(sha256(f"{experiment}\x1f{customer_id}".encode()).digest()[:8])


def _limit(share: Decimal) -> int:
    return ceil(Fraction(share) * RING)
