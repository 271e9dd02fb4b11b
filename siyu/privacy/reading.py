"""What an editor of a file knows: whose data goes, and which columns the file's source has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from siyu.ingest.columns import Column
from siyu.ingest.paths import ITSELF, ROOT
from siyu.ingest.sources import Source
from siyu.privacy.namespaces import could_hold, namespaces_of
from siyu.privacy.tombstones import Tombstones

OWN_KINDS = frozenset({"id", "phone", "email"})
RECEIVER = "receiver_"


@dataclass(frozen=True)
class Rule:
    """What is taken out of a file.

    Attributes:
        tombstones: Of whom.
        source: How the file is read; None: nobody declared it.
    """

    tombstones: Tombstones
    source: Source | None = None

    def may_concern(self, text: str) -> bool:
        """Whether a text of the source is worth a closer look; false: nothing in it is theirs."""
        return self._searched.may_stand_in(text)

    @cached_property
    def _searched(self) -> Tombstones:
        return self.tombstones.within(self._declared, self._namespaces)

    def in_cell(self, column: str | None, value: str, beside: Mapping[str, str]) -> bool:
        """Whether a cell is theirs.

        Args:
            column: Its canonical column; null: undeclared.
            value: Its text.
            beside: Canonical column → cell of the same record.
        """
        return self.tombstones.in_cell(column, value, self._namespaces_of(column, beside))

    def is_of_another(self, column: str | None, value: str, beside: Mapping[str, str]) -> bool:
        """Whether a cell that is theirs leaves its record to somebody else.

        What people share and pass on does, when the record names the account of another customer.
        """
        namespaces = self._namespaces_of(column, beside)
        if not self.tombstones.others or not self.tombstones.is_passed_on(value, namespaces):
            return False
        return any(
            self.tombstones.names_another(cell, self._namespaces_of(name, beside))
            for name, cell in beside.items()
            if name in self._declared and self.is_own(name)
        )

    def _namespaces_of(self, column: str | None, beside: Mapping[str, str]) -> frozenset[str]:
        return namespaces_of(self.source.name if self.source else "", column, beside)

    @cached_property
    def _namespaces(self) -> frozenset[str] | None:
        """Of which namespaces the source's identifiers are; None: any."""
        if self.source is None:
            return frozenset()
        held = [could_hold(self.source.name, column) for column in self._declared]
        known = [one for one in held if one is not None]
        return frozenset().union(*known) if len(known) == len(held) else None

    @cached_property
    def columns_at(self) -> dict[str, str]:
        """Dotted path in a document → canonical column."""
        columns = self.source.columns if self.source else ()
        return {
            heading.removeprefix(ROOT): column.name
            for column in columns
            for heading in column.headings
        }

    def column_of(self, path: str) -> str | None:
        """Canonical column at a path from the root of a document."""
        if path in self.columns_at:
            return self.columns_at[path]
        for rows in self.source.rows if self.source else ():
            if path == rows:
                return self.columns_at.get(ITSELF)
            if path.startswith(f"{rows}."):
                return self.columns_at.get(path.removeprefix(f"{rows}."))
        return None

    def is_own(self, column: str | None) -> bool:
        """Whether a word of the person in this column makes the record theirs.

        In other columns (a receiver, who shared or invited, a remark, free text) they are only
        mentioned: the record stays, without the cell.
        """
        declared = self._declared.get(column or "")
        if declared is None or self.source is None:
            return True
        is_mention = is_receiver(column) or declared.name in self.source.names_others
        return not is_mention and declared.kind in OWN_KINDS

    @cached_property
    def _declared(self) -> dict[str, Column]:
        return {column.name: column for column in self.source.columns} if self.source else {}


def is_receiver(column: str | None) -> bool:
    """Whether a column belongs to the one a parcel goes to; these go together."""
    return (column or "").startswith(RECEIVER)


@dataclass
class Count:
    """What was taken out of one file.

    Attributes:
        records: Whole records.
        parts: Cells and members of records that are about somebody else.
        is_empty: Whether nothing of the file is left.
        is_searched: Whether all of it could be looked at: no reader opens a damaged or locked
            archive.
        depth: Archives around what is counted.
    """

    records: int = 0
    parts: int = 0
    is_empty: bool = False
    is_searched: bool = True
    depth: int = 0

    def add(self, other: "Count") -> None:
        """Count what was taken out of a member, too."""
        self.records += other.records
        self.parts += other.parts
        self.is_searched = self.is_searched and other.is_searched

    def __bool__(self) -> bool:
        """Whether anything was."""
        return bool(self.records or self.parts)
