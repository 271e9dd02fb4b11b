"""The parts of an xlsx workbook: its sheets, the texts they share, the styles that mean a date."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from siyu.ingest.contents import DAMAGE, MEGABYTE, WORKBOOK, refuse_swollen
from siyu.ingest.refusals import DOWNLOAD_AGAIN, PACK_AGAIN, ExportRefusedError
from siyu.ingest.rows import Row
from siyu.ingest.sheet_cells import SheetReader, read_shared_texts

RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
FOLDER = "xl"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# formats of Chinese and Japanese Excel that no workbook spells out
EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})
# sheets and shared texts are streamed, these parts are read whole; they hold names and styles
MAX_PART = 32 * MEGABYTE
BROKEN = (*DAMAGE, ParseError, DefusedXmlException, KeyError, TypeError, IndexError)


def workbook_tables(opened: Callable[[], BinaryIO]) -> Iterator[Iterator[Row]]:
    """Rows of each sheet of a workbook.

    Raises:
        ExportRefusedError: The workbook is damaged or has no sheet.
    """
    with opened() as stream:
        data = stream if stream.seekable() else io.BytesIO(stream.read())
        try:
            archive = zipfile.ZipFile(data)
            reader, sheets = _open(archive)
        except BROKEN as broken:
            raise _damaged() from broken
        if not sheets:
            raise ExportRefusedError("the workbook has no sheet", DOWNLOAD_AGAIN)
        for sheet in sheets:
            yield _rows(archive, reader, sheet)


def _rows(archive: zipfile.ZipFile, reader: SheetReader, sheet: str) -> Iterator[Row]:
    try:
        with archive.open(sheet) as stream:
            yield from reader.rows(stream)  # type: ignore[arg-type]
    except BROKEN as broken:
        raise _damaged() from broken


def _damaged() -> ExportRefusedError:
    return ExportRefusedError("the workbook is cut or damaged", DOWNLOAD_AGAIN)


def _open(archive: zipfile.ZipFile) -> tuple[SheetReader, list[str]]:
    refuse_swollen(archive.infolist())
    book = fromstring(_part(archive, WORKBOOK))
    targets = {
        relation.get("Id", ""): (relation.get("Type", ""), _path(relation.get("Target", "")))
        for relation in fromstring(_part(archive, RELATIONS))
    }
    ids = [sheet.get(RELATION_ID) or sheet.get(STRICT_RELATION_ID) for sheet in _all(book, "sheet")]
    sheets = [targets[one][1] for one in ids if one is not None]
    is_sheet = {path for kind, path in targets.values() if kind.endswith("/worksheet")}
    properties = next(iter(_all(book, "workbookPr")), None)
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    texts = pl.Series(dtype=pl.String)
    for kind, path in targets.values():
        if kind.endswith("/sharedStrings"):
            with archive.open(path) as stream:
                texts = read_shared_texts(stream)  # type: ignore[arg-type]
    reader = SheetReader(texts, _date_styles(archive), from_1904=from_1904)
    return reader, [sheet for sheet in sheets if sheet in is_sheet]


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date or a time."""
    if STYLES not in archive.namelist():
        return frozenset()
    # the one thing taken from openpyxl: loading it costs each night more than landing nothing
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    root = fromstring(_part(archive, STYLES))
    formats = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in _all(root, "numFmt")
    }
    cells = next(iter(_all(root, "cellXfs")), None)
    found: set[int] = set()
    for number, style in enumerate(cells if cells is not None else ()):
        code = int(style.get("numFmtId", "0"))
        shown = formats.get(code) or BUILTIN_FORMATS.get(code, "")
        if code in EAST_ASIAN_DATES or is_date_format(shown):
            found.add(number)
    return frozenset(found)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_PART:
        raise ExportRefusedError("the workbook swells beyond any export", PACK_AGAIN)
    return archive.read(name)


def _all(root: Element, name: str) -> list[Element]:
    """Elements of a name in any namespace: strict workbooks have another one."""
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _path(target: str) -> str:
    if target.startswith("/"):
        return target.removeprefix("/")
    return posixpath.normpath(posixpath.join(FOLDER, target))
