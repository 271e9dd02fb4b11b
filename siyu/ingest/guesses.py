"""Which declared source a file is, by its headings or the keys of its documents."""

from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from siyu.ingest.documents import DocumentBatch, DocumentReader
from siyu.ingest.first_looks import FirstLook, look_at
from siyu.ingest.header import nearest_header
from siyu.ingest.records import EXTRA
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.rows import Row
from siyu.ingest.sources import Source

DOCUMENTS_READ = 200
EMPTY_FIT = 0.1
ALIKE = 0.1  # fits this near to each other tell no source from another


@dataclass(frozen=True)
class SourceGuess:
    """How well a file fits a source.

    Attributes:
        source: Name of the source.
        fit: 0 to 1: declared columns found among all declared and all found ones.
        is_complete: Whether everything required is there.
    """

    source: str
    fit: float
    is_complete: bool


def guess_source(path: Path, sources: dict[str, Source]) -> list[SourceGuess]:
    """Sources a file may be, the likeliest first; none when nothing fits at all.

    Raises:
        ExportRefusedError: Nobody can read the file.
    """
    look = look_at(path)
    guesses = [_fit(look, source) for source in sources.values()]
    likely = [guess for guess in guesses if guess.fit > 0]
    return sorted(likely, key=lambda guess: (not guess.is_complete, -guess.fit, guess.source))


def doubt_of(guesses: list[SourceGuess]) -> str | None:
    """Why the likeliest source may be another one; None when nothing speaks for that.

    Args:
        guesses: The likeliest first, at least one.

    Examples:
        >>> doubt_of([SourceGuess("jd_order", 0.9, True), SourceGuess("pdd_order", 0.3, False)])
        >>> doubt_of([SourceGuess("jd_order", 0.4, False)])
        'the file lacks something that jd_order requires'
    """
    likeliest, *others = guesses
    if not likeliest.is_complete:
        return f"the file lacks something that {likeliest.source} requires"
    alike = [
        guess.source for guess in others if guess.is_complete and likeliest.fit - guess.fit < ALIKE
    ]
    return f"{', '.join(alike)} fits nearly as well" if alike else None


def _fit(look: FirstLook, source: Source) -> SourceGuess:
    if look.tables:
        fits = [_table_fit(rows, source) for rows in look.tables if rows]
        return max(fits, key=lambda fit: (fit.is_complete, fit.fit), default=_no_fit(source))
    return _documents_fit(look.documents, source)


def _no_fit(source: Source) -> SourceGuess:
    return SourceGuess(source.name, 0.0, is_complete=False)


def _table_fit(rows: list[Row], source: Source) -> SourceGuess:
    if source.is_document:
        return _no_fit(source)
    header = nearest_header(rows, source)
    if header is None:
        return _no_fit(source)
    headings = sum(bool(heading) for heading in header.headings)
    fit = 2 * len(header.placed) / (len(source.columns) + headings)
    required = [column.name for column in source.columns if column.required]
    return SourceGuess(source.name, fit, is_complete=set(required) <= set(header.placed))


def _documents_fit(documents: DocumentBatch, source: Source) -> SourceGuess:
    if not source.is_document or not documents.values:
        return _no_fit(source)
    batch = replace(
        documents,
        lines=documents.lines[:DOCUMENTS_READ],
        values=documents.values[:DOCUMENTS_READ],
        rejected=[],
        is_log=False,
    )
    try:
        records = DocumentReader(source).records(batch).records
    except ExportRefusedError:
        return _no_fit(source)
    if not records.height:
        # an empty page says what it is by the keys around the rows
        return SourceGuess(source.name, EMPTY_FIT, is_complete=True)
    names = [column.name for column in source.columns]
    filled = {name for name in names if name in records.columns}
    required = {column.name for column in source.columns if column.required == "value"}
    always = {name for name in filled if not records[name].has_nulls()}
    extras = records[EXTRA].drop_nulls().to_list()
    unknown = {key for extra in extras for key in orjson.loads(extra)}
    fit = 2 * len(filled) / (len(names) + len(filled) + len(unknown))
    return SourceGuess(source.name, fit, is_complete=required <= always)
