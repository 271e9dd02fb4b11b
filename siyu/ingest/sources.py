"""The declared sources, ``config/sources/*.yml``: one file per kind of export.

How a file is read by its declaration stands in the readers beside this module.
"""

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from siyu.config_file import load_config
from siyu.errors import ConfigError
from siyu.ingest.columns import LINEAGE, Column, Declaration, Texts

# raise it when a change of the readers must land every export again
READER_VERSION = 2

ROW_COUNT = "row_count"

# what a source is called, and what its values are held against, changes nothing of what lands
NOT_READ_BY: dict[str, Any] = {
    **dict.fromkeys(("title", "grain", "where", "confirmed_by", "names_others"), True),
    "columns": {"__all__": {"usually": True}},
}

Format = Literal["csv", "xlsx", "json", "jsonl", "xml"]
DOCUMENT_FORMATS = frozenset({"json", "jsonl", "xml"})

CONFIRMED_BY = {
    "doc": "a stored copy of the official documentation",
    "sdk": "the sources or test data of an official or widely used SDK",
    "repo": "public code or test data that reads the real file",
    "own": "our own format",
    "mem": "memory only: send us a real file",
}


class Bilingual(Declaration):
    """A text for people, in both languages."""

    en: str
    zh: str


class HeadingTotals(Declaration):
    """Totals below the rows as headings of their own with one line of values.

    Attributes:
        kind: ``headings``.
        starts_with: First of these headings, whichever the year.
        checks: Heading → column whose sum it is, or ``row_count``.
    """

    kind: Literal["headings"]
    starts_with: Texts
    checks: dict[str, str]


class SentenceTotals(Declaration):
    """Totals below the rows as a sentence.

    Attributes:
        kind: ``sentence``.
        pattern: Regular expression; its groups are the totals.
        checks: Column, or ``row_count``, of each group.
        where: Only rows with these cells count.
    """

    kind: Literal["sentence"]
    pattern: str
    checks: tuple[str, ...]
    where: Annotated[dict[str, str], Field(default_factory=dict)]


class RowTotals(Declaration):
    """Totals as a last row under the same headings.

    Attributes:
        kind: ``row``.
        starts_with: What the first cell of that row says.
    """

    kind: Literal["row"]
    starts_with: Texts


Totals = Annotated[HeadingTotals | SentenceTotals | RowTotals, Field(discriminator="kind")]


class Source(Declaration):
    """One kind of export.

    Attributes:
        name: Name of the source = name of its folder in ``raw/``.
        title: What it is called.
        grain: What one row of it is.
        where: Where in the platform's back office, or from which API, the file comes.
        confirmed_by: How its headings were confirmed, a key of ``CONFIRMED_BY``.
        format: The usual form; the content of a file decides how it is read.
        rows: Dotted paths under which a document may hold its rows; none: it is one row.
        empty_when: Path → text that marks a page without rows as an empty page.
        key: Columns that name one row; a later export replaces the row.
        no_value: Cells that say nothing in this source.
        skip_members: Names (with ``*``) in an archive that are not read.
        drop_if: Column → text of rows that are no data.
        ignore: Headings or paths that are never landed, not even in ``_extra``.
        totals: Totals below the rows to compare with them.
        names_others: Columns that name somebody else than whom the row is about (who shared, who
            invited); when that person is erased, the row stays without the cell.
        columns: The columns.
    """

    name: Annotated[str, Field(alias="source", pattern=r"^[a-z][a-z0-9_]*$")]
    title: Bilingual
    grain: str
    where: Bilingual
    confirmed_by: Literal["doc", "sdk", "repo", "own", "mem"]
    format: Format
    rows: Texts = ()
    empty_when: Annotated[dict[str, str], Field(default_factory=dict)]
    key: tuple[str, ...]
    no_value: Texts = ()
    skip_members: Texts = ()
    drop_if: Annotated[dict[str, str], Field(default_factory=dict)]
    ignore: Texts = ()
    totals: tuple[Totals, ...] = ()
    names_others: Texts = ()
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [name for column in self.columns for name in column.landed()]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"columns declared twice: {', '.join(repeated)}")
        for setting, used in self._column_references().items():
            unknown = sorted(used - set(names) - {ROW_COUNT})
            if unknown:
                raise ValueError(f"{setting} names unknown columns: {', '.join(unknown)}")
        if self.rows and not self.is_document:
            raise ValueError(f"rows is for documents, the format is {self.format}")
        return self

    def _column_references(self) -> dict[str, set[str]]:
        checked: set[str] = set()
        for total in self.totals:
            if isinstance(total, HeadingTotals):
                checked |= set(total.checks.values())
            elif isinstance(total, SentenceTotals):
                checked |= {*total.checks, *total.where}
        return {
            "key": set(self.key),
            "drop_if": set(self.drop_if),
            "totals": checked,
            "names_others": set(self.names_others),
        }

    @property
    def is_document(self) -> bool:
        """Whether a file is JSON or XML rather than a table."""
        return self.format in DOCUMENT_FORMATS

    def landing_schema(self) -> pl.Schema:
        """Names and types of the landed table: the columns, then the lineage."""
        columns = {name: kind for column in self.columns for name, kind in column.landed().items()}
        return pl.Schema({**columns, **LINEAGE})

    def fingerprint(self) -> str:
        """Changes when the declaration or the readers change, so that exports land again."""
        read_by = self.model_dump_json(exclude=NOT_READ_BY)
        return hashlib.sha256(f"{READER_VERSION}\n{read_by}".encode()).hexdigest()[:16]


def load_sources(folder: Path) -> dict[str, Source]:
    """Read every declared source, by name, sorted.

    Raises:
        ConfigError: A file cannot be used, or its name is not the source's; names file and line.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ConfigError(f"{folder}: no declared sources (*.yml) here; restore config/sources")
    sources: dict[str, Source] = {}
    for file in files:
        source = load_config(file, Source)
        if source.name != file.stem:
            raise ConfigError(
                f"{file}:1:1: source is {source.name}; name the file {source.name}.yml"
            )
        sources[source.name] = source
    return sources
