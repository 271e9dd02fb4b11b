"""xlsx workbooks without a person: their rows are emptied, and texts that only they used.

Whatever else names them goes too: comments, targets of links, properties of the document.
"""

import io
import re
import zipfile
from html import unescape

from siyu.ingest.contents import UTF8_NAME
from siyu.ingest.header import ROWS_SEARCHED, find_header
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.rows import Row
from siyu.privacy.reading import Count, Rule
from siyu.privacy.table_edit import judge_cells
from siyu.privacy.tokens import star_words

SHARED_TEXTS = "xl/sharedStrings.xml"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
ROW = re.compile(r"<((?:\w+:)?row)\b([^>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
CELL = re.compile(r"<((?:\w+:)?c)\b([^>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
ITEM = re.compile(r"<((?:\w+:)?si)\b[^>]*?(?:/>|>(.*?)</\1>)", re.DOTALL)
VALUE = re.compile(r"<(?:\w+:)?[vt]\b[^>]*>(.*?)</(?:\w+:)?[vt]>", re.DOTALL)
COMMENT = re.compile(r"<((?:\w+:)?comment)\b[^>]*>.*?</\1>", re.DOTALL)
COMMENT_TEXT = re.compile(r"<((?:\w+:)?text)\b[^>]*>.*?</\1>", re.DOTALL)
OTHER_PARTS = (".xml", ".rels", ".vml")
PHONETIC = re.compile(r"<((?:\w+:)?rPh)\b.*?</\1>", re.DOTALL)


def edit_workbook(data: bytes, rule: Rule, count: Count) -> bytes:
    """A workbook without the person's rows; what does not name them stays as it was.

    Args:
        data: The xlsx file.
        rule: Whose data goes.
        count: What is taken out is added here.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
        infos = archive.infolist()
    texts = [_text(item.group(2) or "") for item in ITEM.finditer(_shared(parts))]
    kept: set[int] = set()
    freed: set[int] = set()
    for name in filter(SHEET.fullmatch, parts):
        sheet = parts[name].decode("utf-8", "surrogateescape")
        edited = _edit_sheet(sheet, texts, rule, count, kept, freed)
        parts[name] = edited.encode("utf-8", "surrogateescape")
    for name in parts:
        if name.lower().endswith(OTHER_PARTS) and name != SHARED_TEXTS:
            parts[name] = _edit_part(parts[name], rule, count)
    if not count:
        return data
    parts[SHARED_TEXTS] = _without(parts, freed - kept, rule)
    return pack(infos, parts)


def _edit_part(part: bytes, rule: Rule, count: Count) -> bytes:
    """A part without comments that name the person; other words of theirs are stars."""
    text = part.decode("utf-8", "surrogateescape")
    if not rule.tombstones.in_text(text):
        return part

    def edited(comment: re.Match[str]) -> str:
        if not rule.tombstones.in_text(_text(comment.group())):
            return comment.group()
        count.parts += 1
        return COMMENT_TEXT.sub(r"<\1/>", comment.group())

    starred, gone = star_words(COMMENT.sub(edited, text), rule.tombstones.in_text)
    count.parts += gone
    return starred.encode("utf-8", "surrogateescape")


class _SameName(zipfile.ZipInfo):
    """A member whose name keeps its bytes: Chinese tools write GBK without saying so."""

    is_utf8: bool

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  its name in zipfile
        if self.is_utf8:
            return self.filename.encode("utf-8"), self.flag_bits | UTF8_NAME
        return self.filename.encode("cp437"), self.flag_bits


def pack(infos: list[zipfile.ZipInfo], parts: dict[str, bytes]) -> bytes:
    """An archive of the same members in the same order; the same parts give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for info in infos:
            if info.filename in parts:
                member = _SameName(info.filename, info.date_time)
                member.external_attr, member.create_system = info.external_attr, info.create_system
                member.is_utf8 = bool(info.flag_bits & UTF8_NAME)
                archive.writestr(member, parts[info.filename], compress_type=info.compress_type)
    return packed.getvalue()


def _shared(parts: dict[str, bytes]) -> str:
    return parts.get(SHARED_TEXTS, b"").decode("utf-8", "surrogateescape")


def _edit_sheet(
    sheet: str, texts: list[str], rule: Rule, count: Count, kept: set[int], freed: set[int]
) -> str:
    rows = [_cells_of(row.group(3) or "", texts) for row in ROW.finditer(sheet)]
    columns, headings = _columns([[text for text, _ in cells] for cells in rows], rule)
    numbers, places = iter(range(len(rows))), iter(range(len(rows)))

    def edited(row: re.Match[str]) -> str:
        cells = rows[next(numbers)]
        texts = [text for text, _ in cells]
        is_theirs, mentions = judge_cells(texts, columns, rule)
        is_data = next(places) >= headings
        if is_data and is_theirs:
            freed.update(number for _, number in cells if number is not None)
            count.records += 1
            return f"<{row.group(1)}{row.group(2)}></{row.group(1)}>"
        gone = mentions if is_data else set()
        count.parts += len(gone)
        for at, (_, number) in enumerate(cells):
            if number is not None:
                (freed if at in gone else kept).add(number)
        return _blanked(row.group(), gone) if gone else row.group()

    return ROW.sub(edited, sheet)


def _blanked(row: str, positions: set[int]) -> str:
    """A row without the content of some cells."""
    at = -1

    def edited(cell: re.Match[str]) -> str:
        nonlocal at
        place = re.search(r'\br="([A-Z]+)', cell.group(2))
        at = _position(place.group(1)) if place else at + 1
        return f"<{cell.group(1)}{cell.group(2)}/>" if at in positions else cell.group()

    return CELL.sub(edited, row)


def _columns(rows: list[list[str]], rule: Rule) -> tuple[list[str | None], int]:
    """Canonical column of each position, and how many rows stand above the data."""
    if rule.source is None:
        return [], 0
    try:
        first = [Row(at, cells) for at, cells in enumerate(rows[: ROWS_SEARCHED + 1], 1)]
        header = find_header(first, rule.source)
    except ExportRefusedError:
        return [], 0
    names = {at: name for name, at in header.placed.items()}
    return [names.get(at) for at in range(header.width)], header.rows_above


def _cells_of(row: str, texts: list[str]) -> list[tuple[str, int | None]]:
    """Text of each cell, at its position, and its number among the shared texts."""
    cells: list[tuple[str, int | None]] = []
    for cell in CELL.finditer(row):
        place = re.search(r'\br="([A-Z]+)', cell.group(2))
        if place:
            cells += [("", None)] * (_position(place.group(1)) - len(cells))
        is_shared = re.search(r'\bt="s"', cell.group(2)) is not None
        text = _text(cell.group(3) or "")
        if is_shared and text.isdigit() and int(text) < len(texts):
            cells.append((texts[int(text)], int(text)))
        else:
            cells.append((text, None))
    return cells


def _position(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _text(xml: str) -> str:
    return unescape("".join(VALUE.findall(PHONETIC.sub("", xml))))


def _without(parts: dict[str, bytes], unused: set[int], rule: Rule) -> bytes:
    """The shared texts, those that nobody uses any more emptied."""
    shared = _shared(parts)
    numbers = iter(range(len(shared)))

    def edited(item: re.Match[str]) -> str:
        if next(numbers) in unused or rule.tombstones.in_text(_text(item.group(2) or "")):
            prefix = item.group(1).removesuffix("si")
            return f"<{item.group(1)}><{prefix}t></{prefix}t></{item.group(1)}>"
        return item.group()

    return ITEM.sub(edited, shared).encode("utf-8", "surrogateescape")
