"""Totals an export states below its rows, compared with the rows that landed."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import polars as pl
import pyarrow as pa

from siyu.ingest.headings import normalise_heading
from siyu.ingest.sources import (
    ROW_COUNT,
    HeadingTotals,
    RowTotals,
    SentenceTotals,
    Source,
    Totals,
)
from siyu.ingest.wrappings import BLANKS

GRAND_TOTALS_COUNTED = ("money_yuan", "money_yuan_loose", "decimal", "int")
NOT_UNDERSTOOD = (
    "the export states totals in words nobody declared, so they were compared with nothing; "
    "see its last lines and add the words to totals: of config/sources/{source}.yml"
)
Condition = tuple[tuple[str, str], ...]


class TotalsCheck:
    """Adds up the landed rows of one export and compares them with its totals."""

    def __init__(self, source: Source) -> None:
        """Compare totals as this source states them."""
        self._source = source
        self._sums: defaultdict[tuple[str, Condition], Decimal] = defaultdict(Decimal)
        self._stated: list[list[str]] = []
        self._placed: dict[str, int] = {}
        self._conditions = {
            tuple(sorted(total.where.items())) if isinstance(total, SentenceTotals) else ()
            for total in source.totals
        }
        self._summed = [c.name for c in source.columns if c.kind in GRAND_TOTALS_COUNTED]

    def add(self, rows: pa.Table, totals: list[list[str]], placed: dict[str, int]) -> None:
        """Count typed rows and keep what the export states.

        Args:
            rows: Landed rows of a piece.
            totals: Cells of the rows of totals.
            placed: Column → position in them.
        """
        if not self._source.totals:
            return
        self._placed = placed or self._placed
        self._stated.extend(totals)
        landed = pl.DataFrame(pl.from_arrow(rows))
        for condition in self._conditions:
            counted = landed.filter(*(pl.col(name) == text for name, text in condition))
            self._sums[ROW_COUNT, condition] += counted.height
            for name in self._summed:
                self._sums[name, condition] += Decimal(str(counted[name].sum() or 0))

    def difference(self) -> str | None:
        """What differs, None when all stated totals agree or none are stated."""
        found = [self._differences(total) for total in self._source.totals]
        if self._stated and found and all(one is None for one in found):
            return NOT_UNDERSTOOD.format(source=self._source.name)
        return "; ".join(text for one in found for text in one or ()) or None

    def _differences(self, total: Totals) -> list[str] | None:
        """What differs from one declared kind of totals, None when the export does not state it."""
        if isinstance(total, HeadingTotals):
            return self._from_headings(total)
        if isinstance(total, SentenceTotals):
            return self._from_sentence(total)
        return self._from_row(total)

    def _from_headings(self, total: HeadingTotals) -> list[str] | None:
        first = {normalise_heading(heading) for heading in total.starts_with}
        for headings, values in zip(self._stated, self._stated[1:], strict=False):
            names = [normalise_heading(heading) for heading in headings]
            if names and names[0] in first:
                stated = dict(zip(names, values, strict=False))
                return self._compare(
                    (label, stated.get(normalise_heading(label)), column, ())
                    for label, column in total.checks.items()
                )
        return None

    def _from_sentence(self, total: SentenceTotals) -> list[str] | None:
        condition = tuple(sorted(total.where.items()))
        for cells in self._stated:
            found = re.search(total.pattern, ",".join(cells))
            if found:
                label = ",".join(text for _, text in condition)
                return self._compare(
                    (f"{label} {column}".strip(), text, column, condition)
                    for text, column in zip(found.groups(), total.checks, strict=False)
                )
        return None

    def _from_row(self, total: RowTotals) -> list[str] | None:
        for cells in self._stated:
            first = next((cell.strip(BLANKS) for cell in cells if cell.strip(BLANKS)), "")
            if first.replace(" ", "").startswith(total.starts_with):
                return self._compare(
                    (name, cells[at], name, ())
                    for name, at in self._placed.items()
                    if name in self._summed and at < len(cells)
                )
        # rows between that add up a part are no totals of the export
        return []

    def _compare(self, checks: Iterable[tuple[str, str | None, str, Condition]]) -> list[str]:
        return [
            f"{label}: the export states {stated}, the rows add up to {self._sums[key, condition]}"
            for label, text, key, condition in checks
            if (stated := _number(text)) is not None and stated != self._sums[key, condition]
        ]


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal((text or "").strip(BLANKS + "`'¥￥元").replace(",", ""))
    except InvalidOperation:
        return None
