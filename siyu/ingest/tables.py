"""Rows of a table sorted into data, totals and noise, then brought under canonical names.

Where the rows come from (CSV, xlsx, HTML) is the business of the readers beside this module.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import orjson
import polars as pl

from siyu.ingest.extra_cells import EVERYTHING, extra_json
from siyu.ingest.headings import normalise_heading
from siyu.ingest.records import EXTRA, LINE, RecordBlock
from siyu.ingest.refusals import CORRECT_CELL, RejectedRow
from siyu.ingest.rows import Header, Row
from siyu.ingest.sources import HeadingTotals, RowTotals, SentenceTotals, Source
from siyu.ingest.wrappings import BLANKS

ROWS_PER_BLOCK = 50_000
CELLS_PER_BLOCK = 4_000_000
TOTAL_WORDS = frozenset({"合计", "总计", "小计", "本页合计", "本页小计", "总合计", "汇总"})
SHORT_OR_LONG = "move the cells back into their columns, or export it again"


@dataclass
class TableBlock:
    """Data rows of a table by position.

    Attributes:
        cells: String columns ``"0"``, ``"1"``, … in the order of the headings.
        lines: Line of each row.
        rejected: Rows whose structure is broken.
        totals: Rows below the data.
        ended: Whether what follows is no data any more.
        may_hold: What may occur in cells of what JSON writes differently.
    """

    cells: pl.DataFrame
    lines: pl.Series
    rejected: list[RejectedRow] = field(default_factory=list)
    totals: list[list[str]] = field(default_factory=list)
    ended: bool = False
    may_hold: frozenset[str] = EVERYTHING


class RowSorter:
    """Decides for each row below the headings what it is."""

    def __init__(self, header: Header, source: Source) -> None:
        """Sort rows below this header of this source."""
        self.width = header.width
        self._headings = [normalise_heading(heading) for heading in header.headings]
        self._first = [header.headings[0]] if header.headings else []
        self._ends = {
            normalise_heading(heading)
            for totals in source.totals
            if isinstance(totals, HeadingTotals)
            for heading in totals.starts_with
        }
        self._sentences = [
            totals.pattern for totals in source.totals if isinstance(totals, SentenceTotals)
        ]
        self.total_starts = tuple(
            text
            for totals in source.totals
            if isinstance(totals, RowTotals)
            for text in totals.starts_with
        )
        # 总 计 is 总计
        self.total_pattern = f"^(?:{'|'.join(' *'.join(text) for text in self.total_starts)})"

    def block(self, rows: Iterable[Row]) -> TableBlock:
        """Sort rows; stops at the first that ends the table, the rest is totals."""
        data: list[Row] = []
        block = TableBlock(cells=pl.DataFrame(), lines=pl.Series(dtype=pl.Int64))
        for row in rows:
            if block.ended or self.ends(row):
                block.ended = True
                block.totals.append(row.cells)
            elif self.is_total(row.cells):
                block.totals.append(row.cells)
            elif not self.is_noise(row.cells):
                self._keep(row, data, block)
        columns = zip(*(row.cells for row in data), strict=True) if data else [()] * self.width
        block.cells = pl.DataFrame(
            {str(at): list(cells) for at, cells in enumerate(columns)},
            schema=dict.fromkeys(map(str, range(self.width)), pl.String),
        )
        block.lines = pl.Series([row.line for row in data], dtype=pl.Int64)
        return block

    def ends(self, row: Row) -> bool:
        """Whether a row starts what stands below the data."""
        first = row.cells[0] if row.cells else ""
        if normalise_heading(first) in self._ends:
            return True
        # a sheet fills the row up with empty cells
        if len(row.cells) == self.width and (self.width == 1 or any(row.cells[1:])):
            return False
        text = ",".join(row.cells)
        return first.startswith("#") or any(re.search(one, text) for one in self._sentences)

    def is_total(self, cells: list[str]) -> bool:
        """Whether a row adds up the rows above it."""
        first = next((cell for cell in cells if cell.strip(BLANKS)), "")
        words = first.strip(BLANKS + ":：").replace(" ", "")
        return words in TOTAL_WORDS or (bool(words) and words.startswith(self.total_starts))

    def is_noise(self, cells: list[str]) -> bool:
        """Whether a row is blank or the headings once more."""
        if not any(cell.strip(BLANKS) for cell in cells):
            return True
        # looking at one cell first: normalising all cells of all rows takes longer than reading
        if normalise_heading(cells[0]) != self._headings[0]:
            return False
        return [normalise_heading(cell) for cell in cells] == self._headings

    def special_words(self) -> list[str]:
        """First cells of rows that may be no data."""
        return [
            *TOTAL_WORDS,
            *(f"{word}{end}" for word in TOTAL_WORDS for end in ":："),
            *self._first,
        ]

    def _keep(self, row: Row, data: list[Row], block: TableBlock) -> None:
        if len(row.cells) == self.width:
            data.append(row)
        else:
            block.rejected.append(self.mismatch(row.line, len(row.cells)))

    def mismatch(self, line: int, found: int) -> RejectedRow:
        """The rejection of a row with too few or too many cells."""
        reason = f"the row has {found} cells, the headings are {self.width}"
        return RejectedRow(line, "", str(found), reason, SHORT_OR_LONG)


def name_columns(block: TableBlock, header: Header, source: Source) -> RecordBlock:
    """A block under canonical names, undeclared cells as JSON in ``_extra``."""
    ignored = {normalise_heading(name) for name in source.ignore}
    extra = [
        (header.headings[at], block.cells[str(at)])
        for at in header.unplaced()
        if normalise_heading(header.headings[at]) not in ignored
    ]
    named = {name: block.cells[str(at)] for name, at in header.placed.items()}
    height = block.lines.len()
    extra_cells = extra_json(extra, height=height, may_hold=block.may_hold)
    records = pl.DataFrame({**named, LINE: block.lines, EXTRA: extra_cells})
    records = drop_declared(records, source)
    named_block = RecordBlock(records, block.rejected, block.totals, header, ended=block.ended)
    return _without_broken_json(named_block, source)


def drop_declared(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Records without the rows the source declares to be no data."""
    for name, text in source.drop_if.items():
        records = records.filter(pl.col(name).str.strip_chars(BLANKS).ne_missing(text))
    return records


def _without_broken_json(block: RecordBlock, source: Source) -> RecordBlock:
    """Documents give JSON that was parsed; a cell of a table may hold anything."""
    for column in source.columns:
        if column.kind != "json" or column.name not in block.records.columns:
            continue
        cells = block.records[column.name].str.strip_chars(BLANKS)
        nothing = {"", *source.no_value, *column.no_value}
        broken = [cell not in nothing and not _is_json(cell) for cell in cells.fill_null("")]
        for line in block.records.filter(broken)[LINE]:
            reason = f"{column.headings[0]} is not JSON"
            block.rejected.append(RejectedRow(line, column.name, "", reason, CORRECT_CELL))
        kept = block.records.filter(~pl.Series(broken, dtype=pl.Boolean))
        block = replace(block, records=kept)
    return block


def _is_json(cell: str) -> bool:
    try:
        orjson.loads(cell)
    except orjson.JSONDecodeError:
        return False
    return True


def batches(rows: Iterable[Row], *, width: int) -> Iterator[list[Row]]:
    """Rows of this many cells in lists of bounded size."""
    size = min(ROWS_PER_BLOCK, max(1, CELLS_PER_BLOCK // max(width, 1)))
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
