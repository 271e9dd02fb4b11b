"""One export file into blocks of records: the content decides the reader, the source the names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from siyu.ingest.callbacks import read_callbacks
from siyu.ingest.contents import Content, contents_of
from siyu.ingest.csv_rows import csv_pieces
from siyu.ingest.documents import DocumentReader
from siyu.ingest.json_values import json_pieces
from siyu.ingest.old_workbooks import old_workbook_tables
from siyu.ingest.pieces import Piece, already_read
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.sources import Source
from siyu.ingest.spreadsheets import read_html, read_workbook
from siyu.ingest.workbooks import workbook_tables
from siyu.ingest.wrappings import BLANKS

HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")


def export_pieces(path: Path, source: Source) -> Iterator[Piece]:
    """An export file in pieces, in their order.

    Raises:
        ExportRefusedError: The file cannot be trusted as a whole.
    """
    for part, content in enumerate(contents_of(path, source.skip_members)):
        try:
            for piece in content_pieces(content, source):
                yield replace(piece, part=part)
        except ExportRefusedError as refused:
            if content.member:
                refused.problem = f"{content.member}: {refused.problem}"
            raise


def content_pieces(content: Content, source: Source) -> Iterator[Piece]:
    """One content of a file in pieces.

    Raises:
        ExportRefusedError: It cannot be trusted as a whole.
    """
    form = sniff_form(content)
    if form == "xlsx":
        return already_read(read_workbook(workbook_tables(content.open), source))
    if form == "xls":
        return already_read(read_workbook(old_workbook_tables(content.open), source))
    if form == "html":
        return already_read(read_html(content.open, source))
    if form == "xml":
        reader = DocumentReader(source)
        return already_read(reader.records(batch) for batch in read_callbacks(content.open))
    if form == "json":
        return json_pieces(content.open, source)
    return csv_pieces(content.open, source)


def sniff_form(content: Content) -> str:
    """``xlsx``, ``xls``, ``html``, ``xml``, ``json`` or ``csv``, by the first bytes."""
    if content.is_workbook:
        return "xlsx"
    if content.is_old_workbook:
        return "xls"
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
