"""Where quotes, newlines and control characters stand in a block of CSV text, seen all at once.

Looking at every byte with numpy takes a millisecond a megabyte; a pattern takes ten times that.
"""

import numpy as np
import polars as pl

from siyu.ingest.extra_cells import OTHER_CONTROL

QUOTE, NEWLINE, RETURN, TAB, BACKSLASH = (ord(character) for character in '"\n\r\t\\')
FIRST_PRINTABLE = ord(" ")


class CsvMarks:
    """The marks of one block of whole records."""

    def __init__(self, text: bytes, delimiter: str) -> None:
        """Look at a text whose cells stand between these delimiters."""
        self._bytes = np.frombuffer(text, dtype=np.uint8)
        self._quotes = self._bytes == QUOTE
        self._newlines = self._bytes == NEWLINE
        self._delimiter = ord(delimiter)
        self.lines = int(np.count_nonzero(self._newlines)) + (not text.endswith(b"\n"))

    def quotes_are_regular(self) -> bool:
        """Whether each quote stands at an end of a cell or is doubled.

        Fast parsers read ``"2606"18-2`` as 260618-2 without a word.
        """
        if np.count_nonzero(self._quotes) % 2:
            return False
        beside = self._quotes | self._newlines
        beside |= self._bytes == RETURN
        beside |= self._bytes == self._delimiter
        # the first and the last byte have an end of the text beside them
        inside = self._quotes[1:-1] & ~(beside[:-2] | beside[2:])
        return not bool(inside.any())

    def line_numbers(self, records: int, first_line: int) -> pl.Series | None:
        """Line where each record starts; None when lines and records do not add up."""
        if self.lines == records:
            return pl.int_range(first_line, first_line + records, dtype=pl.Int64, eager=True)
        if not self._newlines.any():
            return None
        newlines = np.flatnonzero(self._newlines)
        starts_of_lines = np.concatenate(([0], newlines[:-1] + 1))
        odd = np.bitwise_xor.reduceat(self._quotes.view(np.uint8), starts_of_lines)
        # an even number of quotes up to a newline: it ends a record
        ends = np.flatnonzero(np.bitwise_xor.accumulate(odd) == 0)
        starts = np.concatenate(([0], ends + 1))[:records]
        if len(starts) != records or len(ends) not in {records, records - 1}:
            return None
        return pl.Series(starts.astype(np.int64) + first_line)

    def may_hold(self, records: int) -> frozenset[str]:
        """Of what JSON writes differently, what occurs within cells."""
        returns, tabs, backslashes = (self._count(one) for one in (RETURN, TAB, BACKSLASH))
        newlines = int(np.count_nonzero(self._newlines))
        controls = int(np.count_nonzero(self._bytes < FIRST_PRINTABLE))
        found = {
            '"': True,
            "\\": backslashes > 0,
            "\t": tabs > 0,
            "\n": newlines > records,
            "\r": returns not in {0, newlines} or newlines > records,
            OTHER_CONTROL: controls > newlines + returns + tabs,
        }
        return frozenset(mark for mark, occurs in found.items() if occurs)

    def _count(self, character: int) -> int:
        return int(np.count_nonzero(self._bytes == character))
