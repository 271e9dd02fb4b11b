"""Randomness with a name: the same seed and name give the same numbers on every machine.

A part of the demo that draws more or fewer numbers never moves those of another part.
"""

from hashlib import sha256

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for one part of the demo."""
    return np.random.Generator(
        np.random.PCG64DXSM(np.random.SeedSequence([seed, _word_of(name) & 0xFFFFFFFF]))
    )


def mixed(index: Ints, *, salt: str, seed: int) -> Words:
    """A random-looking 64-bit word per index, without drawing: the same index, the same word.

    Source:
        splitmix64 (Steele, Lea & Flood 2014).
    """
    word = np.asarray(index).astype(np.uint64) * _GOLDEN + np.uint64(_word_of(f"{seed}/{salt}"))
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    return word ^ (word >> np.uint64(31))


def picked(index: Ints, *, salt: str, seed: int, below: int) -> Ints:
    """A whole number in [0, below) per index, without drawing."""
    return ((mixed(index, salt=salt, seed=seed) >> np.uint64(11)) % np.uint64(below)).astype(
        np.int64
    )


def chance(index: Ints, *, salt: str, seed: int, share: float) -> Flags:
    """True for about this share of the indexes, without drawing.

    Examples:
        >>> float(chance(np.arange(10_000), salt="example", seed=1, share=0.25).mean())
        0.2514
    """
    limit = round(share * 1_000_000)
    return np.asarray(picked(index, salt=salt, seed=seed, below=1_000_000) < limit)


def _word_of(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")
