"""The beginning of a file nobody has declared yet: its tables' first rows, its first documents."""

import io
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from siyu.ingest.callbacks import read_callbacks
from siyu.ingest.contents import Content, contents_of
from siyu.ingest.csv_form import DELIMITERS, first_rows
from siyu.ingest.documents import DocumentBatch
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.json_values import read_documents
from siyu.ingest.old_workbooks import old_workbook_tables
from siyu.ingest.readers import sniff_form
from siyu.ingest.rows import Row
from siyu.ingest.spreadsheets import page_tables
from siyu.ingest.text_blocks import MEGABYTE, TextBlock
from siyu.ingest.workbooks import workbook_tables

ROWS = 200
# a page of an API is smaller; of a log the first lines are enough
HEAD_BYTES = 32 * MEGABYTE


@dataclass(frozen=True)
class FirstLook:
    """The beginning of a file.

    Attributes:
        form: ``csv``, ``xlsx``, ``xls``, ``html``, ``json`` or ``xml``.
        tables: First rows of each table, or of the one table read with each delimiter.
        documents: First documents.
    """

    form: str
    tables: list[list[Row]] = field(default_factory=list)
    documents: DocumentBatch = field(default_factory=DocumentBatch)


def look_at(path: Path) -> FirstLook:
    """The beginning of the first content of a file.

    Raises:
        ExportRefusedError: Nobody can read it.
    """
    content = next(iter(contents_of(path)))
    form = sniff_form(content)
    if form == "xlsx":
        tables = [list(islice(rows, ROWS)) for rows in workbook_tables(content.open)]
        return FirstLook(form, tables=tables)
    if form == "xls":
        tables = [list(islice(rows, ROWS)) for rows in old_workbook_tables(content.open)]
        return FirstLook(form, tables=tables)
    if form == "html":
        return FirstLook(form, tables=[rows[:ROWS] for rows in page_tables(content.open)])
    head = _head(content)
    if form == "xml":
        batches = [batch for batch in read_callbacks(head.open) if batch.values]
        return FirstLook(form, documents=batches[0] if batches else DocumentBatch())
    if form == "json":
        return FirstLook(form, documents=read_documents(head.open))
    text = head.open().read().decode("utf-8", "replace")
    return FirstLook(form, tables=[first_rows(text, one, most=ROWS) for one in DELIMITERS])


def _head(content: Content) -> Content:
    """The first lines of a large text as a content of its own, in UTF-8."""
    with content.open() as stream:
        encoding = detect_encoding(stream)
    with as_utf8_stream(content.open(), encoding) as stream:
        data = stream.read(HEAD_BYTES)
    if len(data) == HEAD_BYTES:
        data = data[: data.rfind(b"\n") + 1] or data
    coded = "utf-8" if encoding == "utf-16" else encoding
    text = TextBlock(data, 1, 0, is_last=True).as_utf8(coded)
    return replace(content, open=lambda: io.BytesIO(text))
