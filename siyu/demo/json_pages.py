"""API responses of many entries cut into pages, each a whole JSON document."""

from collections.abc import Callable

import polars as pl

from siyu.demo.shelf import Shelf

Rendered = Callable[[pl.DataFrame], pl.Series]


def write_json_pages(
    shelf: Shelf,
    source: str,
    stem: str,
    rows: pl.DataFrame,
    *,
    entries: Rendered,
    head: Callable[[pl.DataFrame, bool], str],
    tail: Callable[[pl.DataFrame, bool], str],
    per_page: int,
) -> None:
    """Write ``<stem>_p001.json``, ….

    Args:
        shelf: Where files go.
        source: Source they belong to.
        stem: Start of the file names.
        rows: What is told of; no row, no file.
        entries: JSON text per row.
        head: Text before the entries of a page; told the page's rows and whether more follow.
        tail: Text after them.
        per_page: Most entries of a page.
    """
    for page, start in enumerate(range(0, rows.height, per_page), start=1):
        part = rows[start : start + per_page]
        has_more = start + per_page < rows.height
        file = f"{stem}_p{page:03d}.json"
        texts = entries(part)
        with shelf.export(source, file) as work:
            work.write(head(part, has_more))
            work.write_lines(texts.head(-1) + ",\n")
            work.write_lines(texts.tail(1))
            work.write(tail(part, has_more))
        shelf.expect(source, file, rows=part.height)


def json_flag(value: bool) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"
