"""Invented ids in the shapes platforms give them, made from an index without drawing.

Which person an id belongs to stands in the truth, never in the id.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow

from siyu.demo.streams import Ints, mixed

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LETTERS_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AB"
HEX = "0123456789abcdef" * 4
_BITS = np.uint64(6)
_SYMBOLS_PER_WORD = 10
# the package has no types
_arrow: Any = pyarrow


def tokens(
    index: Ints, *, salt: str, seed: int, length: int, prefix: str = "", alphabet: str = BASE64
) -> pl.Series:
    """One id per index: the prefix and ``length`` random-looking symbols."""
    symbols = np.frombuffer(alphabet.encode(), dtype=np.uint8)
    start = len(prefix)
    letters = np.empty((len(index), start + length), dtype=np.uint8)
    letters[:, :start] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    for position in range(length):
        block, step = divmod(position, _SYMBOLS_PER_WORD)
        if step == 0:
            word = mixed(index, salt=f"{salt}/{block}", seed=seed)
        place = (word >> (_BITS * np.uint64(step))) & np.uint64(63)
        letters[:, start + position] = symbols[place.astype(np.intp)]
    return text_of_bytes(letters)


def device_ids(index: Ints, *, salt: str, seed: int) -> pl.Series:
    """Ids of apps and browsers in the form ``B5372DB0-C21E-11E4-8DFC-AA07A5B093DB``."""
    digits = tokens(index, salt=salt, seed=seed, length=32, alphabet=HEX.upper())
    parts = [
        digits.str.slice(at, size) for at, size in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
    ]
    return pl.select(pl.concat_str(parts, separator="-")).to_series()


def text_of_bytes(letters: npt.NDArray[np.uint8]) -> pl.Series:
    """Text column of a matrix of ASCII bytes, one row per text."""
    rows, width = letters.shape
    if rows == 0:
        return pl.Series("text", [], dtype=pl.String)
    offsets = np.arange(rows + 1, dtype=np.int64) * width
    values = _arrow.Array.from_buffers(
        _arrow.large_string(),
        rows,
        [None, _arrow.py_buffer(offsets), _arrow.py_buffer(np.ascontiguousarray(letters))],
    )
    return pl.Series("text", values)


def numbers(values: Ints, *, digits: int = 0) -> pl.Series:
    """Whole numbers as text, filled with zeros on the left."""
    text = pl.Series("text", values).cast(pl.String)
    return text.str.zfill(digits) if digits else text
