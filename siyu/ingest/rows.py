"""The shape of a table as it stands in a file: its rows and its heading row."""

from dataclasses import dataclass

from siyu.ingest.columns import Column
from siyu.ingest.sources import Source


@dataclass(frozen=True)
class Row:
    """Cells of one row of a table.

    Attributes:
        line: 1-based line, or sheet row, where it starts.
        cells: Its cells, '' where empty.
    """

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Header:
    """The heading row of a table and where each declared column stands.

    Attributes:
        headings: Headings as found, in order.
        placed: Column name → position.
        line: Line of the heading row (the lower one of two).
        rows_above: Rows before the first data row, the heading rows included.
    """

    headings: tuple[str, ...]
    placed: dict[str, int]
    line: int
    rows_above: int

    @property
    def width(self) -> int:
        """Number of cells a row must have."""
        return len(self.headings)

    def unplaced(self) -> list[int]:
        """Positions of headings that are no declared column, without empty ones."""
        used = set(self.placed.values())
        return [at for at, name in enumerate(self.headings) if name and at not in used]

    def missing(self, source: Source) -> list[Column]:
        """Required columns that have no place."""
        return [c for c in source.columns if c.required and c.name not in self.placed]
