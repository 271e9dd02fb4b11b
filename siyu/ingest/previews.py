"""What Siyu would read from a file before anything is landed, and which source it fits."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import polars as pl

from siyu.ingest.columns import Column
from siyu.ingest.contents import contents_of
from siyu.ingest.encodings import detect_encoding
from siyu.ingest.readers import content_pieces, sniff_form
from siyu.ingest.refusals import REJECTED_SCHEMA, ExportRefusedError
from siyu.ingest.rows import Header
from siyu.ingest.sources import CONFIRMED_BY, Source
from siyu.ingest.totals import TotalsCheck
from siyu.ingest.typed_rows import Reading, type_block

# pieces of a very large file that are looked at; the rest reads alike
PIECES_READ = 8
FIRST_ROWS = 5
ROWS_LOOKED_AT = 1000
NO_LOAD = datetime(1970, 1, 1)  # noqa: DTZ001 - a preview is never loaded


@dataclass(frozen=True)
class Placement:
    """Where one declared column is found.

    Attributes:
        column: Canonical name.
        type: Declared type.
        required: ``value``, ``column`` or null.
        found_as: Heading it was found under, or the declared path; null when the file lacks it.
    """

    column: str
    type: str
    required: str | None
    found_as: str | None


@dataclass(frozen=True)
class ExportPreview:
    """What landing a file would do.

    Attributes:
        form: ``csv``, ``xlsx``, ``xls``, ``html``, ``json`` or ``xml``.
        encoding: Of the text, null for a workbook.
        header_line: Line of the headings, null for documents.
        placements: Each declared column.
        unplaced: Headings, or paths, that are no declared column; they land in ``_extra``.
        first_rows: Landed rows, the first of the file.
        rows_read: Data rows looked at.
        rejected: ``REJECTED_SCHEMA``, the rows that would be rejected.
        totals_difference: How the rows differ from the totals the export states, else null.
        refusal: Why the whole file would be refused, else null.
        is_whole: Whether the file was looked at to its end.
    """

    form: str | None
    encoding: str | None
    header_line: int | None
    placements: list[Placement]
    unplaced: list[str]
    first_rows: pl.DataFrame
    rows_read: int
    rejected: pl.DataFrame
    totals_difference: str | None
    refusal: str | None
    is_whole: bool


def describe_sources(sources: dict[str, Source]) -> pl.DataFrame:
    """One row per declared source, by name: what it is, where it comes from, who confirmed it.

    Returns:
        source, title_en, title_zh, grain, format, confirmed_by, is_verified, evidence, where_en,
        where_zh, columns (count).
    """
    return pl.DataFrame(
        [
            {
                "source": source.name,
                "title_en": source.title.en,
                "title_zh": source.title.zh,
                "grain": source.grain,
                "format": source.format,
                "confirmed_by": source.confirmed_by,
                "is_verified": source.confirmed_by != "mem",
                "evidence": CONFIRMED_BY[source.confirmed_by],
                "where_en": source.where.en,
                "where_zh": source.where.zh,
                "columns": len(source.columns),
            }
            for _, source in sorted(sources.items())
        ]
    )


def preview_export(path: Path, source: Source, *, first_rows: int = FIRST_ROWS) -> ExportPreview:
    """What landing a file as this source would do; nothing is written.

    Args:
        path: The file.
        source: The source it would be read as.
        first_rows: How many rows to show.
    """
    look = _Look(source, path.name)
    refusal: str | None = None
    try:
        look.at(path)
    except ExportRefusedError as refused:
        refusal = refused.reason
    landed = pl.concat([_no_rows(source), *look.rows])
    rejected = pl.concat([pl.DataFrame(schema=REJECTED_SCHEMA), *look.rejected])
    header = look.header
    return ExportPreview(
        form=look.form,
        encoding=look.encoding,
        header_line=header.line if header else None,
        placements=[look.placement(column, landed) for column in source.columns],
        unplaced=look.unplaced(landed),
        first_rows=landed.head(first_rows),
        rows_read=landed.height + rejected.height,
        rejected=rejected.sort("line"),
        totals_difference=look.check.difference() if look.is_whole else None,
        refusal=refusal,
        is_whole=look.is_whole,
    )


class _Look:
    """What is seen while a file is read."""

    def __init__(self, source: Source, file: str) -> None:
        self._reading = Reading(source, file, NO_LOAD)
        self.check = TotalsCheck(source)
        self.form: str | None = None
        self.encoding: str | None = None
        self.header: Header | None = None
        self.rows: list[pl.DataFrame] = []
        self.rejected: list[pl.DataFrame] = []
        self.is_whole = False

    def at(self, path: Path) -> None:
        source = self._reading.source
        for content in contents_of(path, source.skip_members):
            self.form = sniff_form(content)
            if self.form not in {"xlsx", "xls"}:
                with content.open() as stream:
                    self.encoding = detect_encoding(stream)
            for piece in content_pieces(content, source):
                if len(self.rows) == PIECES_READ:
                    return
                block = piece.read()
                self.header = block.header or self.header
                typed = type_block(block, self._reading, part=piece.part)
                self.check.add(typed.rows, typed.totals, typed.placed)
                self.rows.append(pl.DataFrame(pl.from_arrow(typed.rows)))
                self.rejected.append(typed.rejected)
                if typed.ended:
                    break
        self.is_whole = True

    def placement(self, column: Column, landed: pl.DataFrame) -> Placement:
        found: str | None = None
        if self.header is not None:
            at = self.header.placed.get(column.name)
            found = None if at is None else self.header.headings[at]
        elif landed[next(reversed(column.landed()))].is_not_null().any():
            found = " or ".join(column.headings)
        return Placement(column.name, column.type, column.required, found)

    def unplaced(self, landed: pl.DataFrame) -> list[str]:
        if self.header is not None:
            return [self.header.headings[at] for at in self.header.unplaced()]
        extras = landed["_extra"].drop_nulls().head(ROWS_LOOKED_AT).to_list()
        return sorted({name for extra in extras for name in orjson.loads(extra)})


def _no_rows(source: Source) -> pl.DataFrame:
    return pl.DataFrame(schema=source.landing_schema())
