"""What is left of the erased: keyed hashes by which their rows are recognised and kept out.

A tombstone names nobody: without the home's secret it cannot even be tried against a list of
phone numbers.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace

from siyu.privacy.tokens import SHORTEST_NUMBER, is_telling, word_of, words

DIGEST_BYTES = 16
PURPOSE = b"siyu erased"
# among lengths, stand for values that no word of a text tells; words are longer
UNTOLD = 0
BOUND = 1
NAMED = 2
PHONE = "phone"


@dataclass(frozen=True)
class Tombstones:
    """The erased of one home.

    Attributes:
        secret: Key of the home.
        telling: Hashes of words that point at an erased person wherever they stand.
        placed: Hashes of values that do so only in the columns below: short numbers.
        columns: Canonical names of those columns; after a ``=`` of one whose values count in it
            alone, being numbers that other columns may hold of somebody else. Without a ``=``
            they are of records of format 1, which told no namespaces apart.
        lengths: Lengths of the words, so that most words of a text need no hashing; `UNTOLD` for
            a value without a word (of format 1), `BOUND` for one that counts in a single column
            (older ones have `UNTOLD` for both), `NAMED` for one that counts in its namespace.
        named: Hashes of short values with their namespace; they count in its columns only.
        namespaces: Those namespaces.
        passed_on: Among the hashes those of what people share and pass on: phones, e-mails,
            devices.
        others: Hashes of accounts of other customers in whose records these stand.
    """

    secret: bytes
    telling: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    lengths: frozenset[int] = frozenset()
    named: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    passed_on: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anybody was erased."""
        return bool(self.telling or self.placed or self.named)

    def in_text(self, text: str) -> bool:
        """Whether a text holds a word of an erased person."""
        return any(self._is_telling(word) for word in words(text))

    def may_stand_in(self, text: str) -> bool:
        """Whether a text is worth a closer look; false means that nothing in it is theirs."""
        if not self.lengths.isdisjoint((UNTOLD, BOUND, NAMED)):
            return True
        return any(
            self._is_found(word) or not self._named(word, self.namespaces).isdisjoint(self.named)
            for word in words(text)
            if len(word) in self.lengths
        )

    def within(
        self, columns: Collection[str], namespaces: Collection[str] | None = None
    ) -> "Tombstones":
        """Those that can count in a text of these canonical columns alone.

        Args:
            columns: The columns.
            namespaces: Of the identifiers in them; None: any.
        """
        present = self.columns & {name for column in columns for name in (column, f"={column}")}
        silent = set() if present else {UNTOLD}
        if not any(name.startswith("=") for name in present):
            silent.add(BOUND)
        possible = self.namespaces.intersection(
            self.namespaces if namespaces is None else namespaces
        )
        if not possible:
            silent.add(NAMED)
        return replace(self, columns=present, namespaces=possible, lengths=self.lengths - silent)

    def in_cell(self, column: str | None, value: str, namespaces: Collection[str] = ()) -> bool:
        """Whether a cell is theirs.

        Args:
            column: Its canonical column; null: undeclared.
            value: Its text.
            namespaces: Of which namespaces the column holds identifiers.
        """
        if column in self.columns and self.hash(_placed(value)) in self.placed:
            return True
        if f"={column}" in self.columns and self.hash(_bound(column, value)) in self.placed:
            return True
        named = self.namespaces.intersection(namespaces)
        return bool(named and self._named(value, named) & self.named) or self.in_text(value)

    def is_passed_on(self, value: str, namespaces: Collection[str] = ()) -> bool:
        """Whether all that is theirs in a cell is something that others may have, too."""
        told = {self.hash(word) for word in words(value)} & self.telling
        told |= self._named(value, self.namespaces.intersection(namespaces)) & self.named
        return bool(told) and told <= self.passed_on

    def names_another(self, value: str, namespaces: Collection[str]) -> bool:
        """Whether a cell holds an account of another customer beside them."""
        told = {self.hash(word) for word in words(value)} | self._named(value, namespaces)
        return not told.isdisjoint(self.others)

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

    def _is_found(self, word: str) -> bool:
        hashed = self.hash(word)
        return hashed in self.telling or hashed in self.placed

    def _named(self, value: str, namespaces: Collection[str]) -> set[str]:
        return {self.hash(_of_namespace(namespace, value)) for namespace in namespaces}


def lay_tombstones(
    secret: bytes,
    identifiers: Iterable[tuple[str, str]],
    *,
    bound: Iterable[tuple[str, str]] = (),
    passed_on: Collection[str] = (),
    others: Iterable[tuple[str, str]] = (),
) -> Tombstones:
    """Tombstones of identifiers, order numbers and records.

    Args:
        secret: Key of the home.
        identifiers: Namespace and value in the clear; one that is no telling word counts in
            columns of its namespace only.
        bound: Canonical column and value that counts in no other column.
        passed_on: Namespaces of what people share and pass on.
        others: Namespace and value of accounts of other customers in whose records these stand.

    Examples:
        >>> stones = lay_tombstones(b"key", [("phone", "13912345678"), ("member_no", "8000002")])
        >>> stones.in_text("拨打 139 1234 5678"), stones.in_text("8000002")
        (True, False)
        >>> [stones.in_cell("no", "8000002", [of]) for of in ("member_no", "app_user_id")]
        [True, False]
        >>> contact = lay_tombstones(b"key", [], bound=[("mochat_contact_id", "17")])
        >>> contact.in_cell("mochat_contact_id", "17"), contact.in_cell("member_no", "17")
        (True, False)
    """
    blank = Tombstones(secret)
    telling: set[str] = set()
    named: set[str] = set()
    shared: set[str] = set()
    namespaces, lengths = set(), set()
    for namespace, value in identifiers:
        word = word_of(value)
        is_word = _tells(namespace, word)
        hashed = blank.hash(word if is_word else _of_namespace(namespace, value))
        (telling if is_word else named).add(hashed)
        if not is_word:
            namespaces.add(namespace)
        if namespace in passed_on:
            shared.add(hashed)
        lengths.add(len(word) if is_word or word == value else NAMED)
    placed, counting = set(), set()
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
        named=frozenset(named),
        namespaces=frozenset(namespaces),
        passed_on=frozenset(shared),
        others=frozenset(blank.hash(_as_hashed(*other)) for other in others),
    )


def join_tombstones(secret: bytes, parts: Iterable[Tombstones]) -> Tombstones:
    """Tombstones of several erasures as one."""
    laid = list(parts)
    sets = [field.name for field in fields(Tombstones) if field.name != "secret"]
    return Tombstones(
        secret, **{name: frozenset().union(*(getattr(one, name) for one in laid)) for name in sets}
    )


def _tells(namespace: str, word: str) -> bool:
    """Whether a word of a namespace points at one thing; a member number may be a phone's."""
    is_short = word.isdigit() and len(word) < SHORTEST_NUMBER
    return is_telling(word) and (namespace == PHONE or not is_short)


def _as_hashed(namespace: str, value: str) -> str:
    word = word_of(value)
    return word if _tells(namespace, word) else _of_namespace(namespace, value)


def _of_namespace(namespace: str, value: str) -> str:
    return f"{namespace}\0{_placed(value)}"


def _placed(value: str) -> str:
    return value.strip(" \t\r\n'`\"=").removesuffix(".0")


def _bound(column: str | None, value: str) -> str:
    return f"{column}={_placed(value)}"
