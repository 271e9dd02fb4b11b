"""What is left of the erased: keyed hashes by which their rows are recognised and kept out.

A tombstone names nobody: without the home's secret it cannot even be tried against a list of
phone numbers.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from siyu.privacy.tokens import is_telling, word_of, words

DIGEST_BYTES = 16
PURPOSE = b"siyu erased"
# among lengths, stand for values that no word of a text tells; words are longer
UNTOLD = 0
BOUND = 1


@dataclass(frozen=True)
class Tombstones:
    """The erased of one home.

    Attributes:
        secret: Key of the home.
        telling: Hashes of words that point at an erased person wherever they stand.
        placed: Hashes of values that do so only in the columns below: short numbers.
        columns: Canonical names of those columns; after a ``=`` of one whose values count in it
            alone, being numbers that other columns may hold of somebody else.
        lengths: Lengths of the words, so that most words of a text need no hashing; `UNTOLD` for
            a value without a word, `BOUND` for one that counts in a single column (older ones
            have `UNTOLD` for both).
    """

    secret: bytes
    telling: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    lengths: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        """Whether anybody was erased."""
        return bool(self.telling or self.placed)

    def in_text(self, text: str) -> bool:
        """Whether a text holds a word of an erased person."""
        return any(self._is_telling(word) for word in words(text))

    def may_stand_in(self, text: str) -> bool:
        """Whether a text is worth a closer look; false means that nothing in it is theirs."""
        if not self.lengths.isdisjoint((UNTOLD, BOUND)):
            return True
        hashed = (self.hash(word) for word in words(text) if len(word) in self.lengths)
        return any(one in self.telling or one in self.placed for one in hashed)

    def within(self, columns: Iterable[str]) -> "Tombstones":
        """Those that can count in a text of these canonical columns alone."""
        present = self.columns & {name for column in columns for name in (column, f"={column}")}
        silent = set() if present else {UNTOLD}
        if not any(name.startswith("=") for name in present):
            silent.add(BOUND)
        return replace(self, columns=present, lengths=self.lengths - silent)

    def in_cell(self, column: str | None, value: str) -> bool:
        """Whether a cell under a canonical column name (null: undeclared) is theirs."""
        if column in self.columns and self.hash(_placed(value)) in self.placed:
            return True
        if f"={column}" in self.columns and self.hash(_bound(column, value)) in self.placed:
            return True
        return self.in_text(value)

    def hash(self, word: str) -> str:
        """Keyed hash of a word."""
        digest = hashlib.blake2b(
            word.encode("utf-8", "surrogatepass"),
            key=self.secret[:64],
            digest_size=DIGEST_BYTES,
            person=PURPOSE,
        )
        return digest.hexdigest()

    def _is_telling(self, word: str) -> bool:
        return len(word) in self.lengths and self.hash(word) in self.telling


def lay_tombstones(
    secret: bytes,
    identifiers: Iterable[str],
    *,
    columns: Iterable[str] = (),
    bound: Iterable[tuple[str, str]] = (),
) -> Tombstones:
    """Tombstones of identifiers, order numbers and records.

    Args:
        secret: Key of the home.
        identifiers: Values in the clear.
        columns: Canonical columns in which values that are no telling word count.
        bound: Canonical column and value that counts in no other column.

    Examples:
        >>> stones = lay_tombstones(b"key", ["13912345678", "8000002"], columns=["member_no"])
        >>> stones.in_text("拨打 139 1234 5678"), stones.in_text("8000002")
        (True, False)
        >>> stones.in_cell("member_no", "8000002"), stones.in_cell("item_code", "8000002")
        (True, False)
        >>> contact = lay_tombstones(b"key", [], bound=[("mochat_contact_id", "17")])
        >>> contact.in_cell("mochat_contact_id", "17"), contact.in_cell("member_no", "17")
        (True, False)
    """
    blank = Tombstones(secret)
    telling, placed, lengths = set(), set(), set()
    for identifier in identifiers:
        word = word_of(identifier)
        if is_telling(word):
            telling.add(blank.hash(word))
        else:
            placed.add(blank.hash(_placed(identifier)))
        lengths.add(len(word) if word == identifier or is_telling(word) else UNTOLD)
    counting = set(columns) if placed else set()
    for column, value in bound:
        placed.add(blank.hash(_bound(column, value)))
        counting.add(f"={column}")
        lengths.add(BOUND)
    return Tombstones(
        secret,
        telling=frozenset(telling),
        placed=frozenset(placed),
        columns=frozenset(counting),
        lengths=frozenset(lengths),
    )


def join_tombstones(secret: bytes, parts: Iterable[Tombstones]) -> Tombstones:
    """Tombstones of several erasures as one."""
    laid = list(parts)
    return Tombstones(
        secret,
        telling=frozenset().union(*(one.telling for one in laid)),
        placed=frozenset().union(*(one.placed for one in laid)),
        columns=frozenset().union(*(one.columns for one in laid)),
        lengths=frozenset().union(*(one.lengths for one in laid)),
    )


def _placed(value: str) -> str:
    return value.strip(" \t\r\n'`\"=").removesuffix(".0")


def _bound(column: str | None, value: str) -> str:
    return f"{column}={_placed(value)}"
