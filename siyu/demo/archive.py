"""Zip archives and sheets whose bytes depend on their content alone.

Entries are stored, not compressed: compressors differ from machine to machine, and so would
the bytes. Readers see no difference.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from siyu.demo.text_lines import Cell, chosen, content_of, escaped_xml, filled
from siyu.demo.tokens import numbers

# 1980-01-01, the first day a zip can tell; version 2.0, entries stored
_DOS_DATE, _VERSION = 0x21, 20
_UTF8_NAME = 0x800
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
    'PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_SHEET_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def zip_of(entries: Mapping[bytes, bytes], *, utf8_names: bool = True) -> bytes:
    """A zip archive of stored entries, in their order.

    Args:
        entries: Name (encoded bytes) → content.
        utf8_names: Flag names as UTF-8; without the flag readers guess, as with Alipay's zips.
    """
    flags = _UTF8_NAME if utf8_names else 0
    body, directory = bytearray(), bytearray()
    for name, content in entries.items():
        fields = (
            flags,
            0,
            0,
            _DOS_DATE,
            zlib.crc32(content),
            len(content),
            len(content),
            len(name),
        )
        place = len(body)
        body += struct.pack("<4s2B4HL2L2H", b"PK\3\4", _VERSION, 0, *fields, 0) + name + content
        directory += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", _VERSION, 3, _VERSION, 0, *fields, 0, 0, 0, 0, 0, place
        )
        directory += name
    count = len(entries)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def sheet_file(
    sheet: str,
    headings: Sequence[str],
    cells: Mapping[str, Cell],
    *,
    rows: int,
    numeric: frozenset[str] = frozenset(),
    wrong_dimension: bool = False,
) -> bytes:
    """An xlsx file of one sheet: a heading row and rows of text or number cells.

    Args:
        sheet: Name of the sheet.
        headings: Headings in order.
        cells: Heading → texts; an empty text leaves the cell out.
        rows: Number of rows below the headings.
        numeric: Headings whose cells are numbers.
        wrong_dimension: Claim the sheet holds one cell only, as Kuaishou's exports do.
    """
    last = _column_name(len(headings) - 1)
    dimension = "A1" if wrong_dimension else f"A1:{last}{rows + 1}"
    head = (
        f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/><sheetData>'
        f"{_heading_row(headings)}"
    )
    body = content_of(_sheet_rows(headings, cells, rows, numeric))
    workbook = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{sheet}" '
        'sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return zip_of(
        {
            b"[Content_Types].xml": _TYPES.encode(),
            b"_rels/.rels": _RELATIONS.encode(),
            b"xl/workbook.xml": workbook.encode(),
            b"xl/_rels/workbook.xml.rels": _SHEET_RELATIONS.encode(),
            b"xl/worksheets/sheet1.xml": b"".join(
                [head.encode(), body, b"</sheetData></worksheet>"]
            ),
        }
    )


def _sheet_rows(
    headings: Sequence[str], cells: Mapping[str, Cell], rows: int, numeric: frozenset[str]
) -> pl.Series:
    template, filling = '<row r="«row»">', {"row": numbers(np.arange(2, rows + 2))}
    for place, heading in enumerate(headings):
        cell = cells.get(heading, "")
        if isinstance(cell, str) and cell == "":
            continue
        texts = pl.Series([cell]).new_from_index(0, rows) if isinstance(cell, str) else cell
        opened = f'<c r="{_column_name(place)}«row»"'
        shape = "><v>«text»</v></c>" if heading in numeric else _INLINE
        filled_cell = filled(
            opened + shape, {"row": filling["row"], "text": escaped_xml(texts)}, rows=rows
        )
        filling[f"cell{place}"] = chosen(texts == "", "", filled_cell)
        template += f"«cell{place}»"
    return filled(template + "</row>", filling, rows=rows)


_INLINE = ' t="inlineStr"><is><t>«text»</t></is></c>'


def _heading_row(headings: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{_column_name(place)}1" t="inlineStr"><is><t>{heading}</t></is></c>'
        for place, heading in enumerate(headings)
    )
    return f'<row r="1">{cells}</row>'


def _column_name(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
