"""One export file into blocks of records: the content decides the reader, the source the names."""

from collections.abc import Iterator
from pathlib import Path

from siyu.ingest.callbacks import read_callbacks
from siyu.ingest.contents import Content, contents_of
from siyu.ingest.csv_rows import read_csv
from siyu.ingest.documents import DocumentReader
from siyu.ingest.json_values import read_json
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.sources import Source
from siyu.ingest.spreadsheets import read_html, read_workbook
from siyu.ingest.wrappings import BLANKS

HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")


def read_export(path: Path, source: Source) -> Iterator[RecordBlock]:
    """Records of an export file, in blocks.

    Raises:
        ExportRefusedError: The file cannot be trusted as a whole.
    """
    for content in contents_of(path, source):
        try:
            yield from _read_content(content, source)
        except ExportRefusedError as refused:
            if content.member:
                refused.problem = f"{content.member}: {refused.problem}"
            raise


def _read_content(content: Content, source: Source) -> Iterator[RecordBlock]:
    form = sniff_form(content)
    if form == "xlsx":
        yield from read_workbook(content.open, source)
    elif form == "html":
        yield from read_html(content.open, source)
    elif form == "xml":
        yield from DocumentReader(source).blocks(read_callbacks(content.open))
    elif form == "json":
        yield from DocumentReader(source).blocks(read_json(content.open))
    else:
        yield from read_csv(content.open, source)


def sniff_form(content: Content) -> str:
    """``xlsx``, ``html``, ``xml``, ``json`` or ``csv``, by the first bytes."""
    if content.is_workbook:
        return "xlsx"
    start = _start(content.head)
    if start.startswith(HTML):
        return "html"
    if b"<xml" in start[:1000]:
        return "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    return "csv"


def _start(head: bytes) -> bytes:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return head.decode(encoding, "ignore").lstrip(BLANKS).lower().encode()
