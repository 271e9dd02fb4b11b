"""Exports of any tabular source with cells made up here, so that what must land is known.

The headings are the sample's; how a cell is written and what it means is decided in this module
and nowhere in the readers.
"""

import csv
import datetime as dt
import io
import json
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl

from siyu.ingest.columns import Column
from siyu.ingest.sources import Source

from .conftest import SAMPLES

ROWS = 4
AMOUNTS = ("169.00", "1299.00", "0.50", "20.00")
NUMBERS = ("1", "2.5", "3", "10.25")
EIGHT_HOURS = dt.timedelta(hours=8)
FIRST_SERIAL = dt.datetime.fromisoformat("1899-12-30")
# the sample's two merged heading rows, joined
POS_HEADINGS = (
    "流水号,销售时间,会员/卡号,会员/姓名,会员/手机,商品/编码,商品/名称,商品/数量,"
    "金额(元)/应收,金额(元)/实收,收银员"
)


@dataclass
class Export:
    """One export as cells, and what it must land as."""

    headings: list[str]
    placed: dict[int, Column]
    rows: list[list[str]]
    expected: list[dict[str, Any]]

    def of_kind(self, *kinds: str) -> list[int]:
        """Positions of columns of these declared types."""
        return [at for at, column in self.placed.items() if column.kind in kinds]

    def rewritten(self, at: list[int], write: Any) -> list[list[Any]]:
        """The rows with the cells at these positions written another way."""
        return [[write(c) if n in at else c for n, c in enumerate(row)] for row in self.rows]


def export_of(source: Source, file: str) -> Export:
    """A made-up export of a source under the headings of its sample."""
    headings = POS_HEADINGS.split(",") if source.name == "pos_sales" else _headings(file)
    placed = {
        at: column for column in source.columns if (at := _place(column, headings)) is not None
    }
    rows, expected = [], []
    for nth in range(ROWS):
        cells, meant = [], {}
        for at in range(len(headings)):
            text, value = _cell(placed.get(at), at, nth)
            cells.append(text)
            if at in placed:
                meant[placed[at].name] = value
        rows.append(cells)
        expected.append(meant)
    return Export(headings, placed, rows, expected)


def as_csv(rows: list[list[Any]], encoding: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    """A CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]], *titles: str) -> bytes:
    """A workbook, with merged title rows above."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line, title in enumerate(titles, 1):
        sheet.append([title])
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(rows[0]))
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def serial(text: str) -> float:
    """What a spreadsheet holds of a time or a day."""
    since = dt.datetime.fromisoformat(text) - FIRST_SERIAL
    return since.days + since.seconds / 86_400 if since.seconds else since.days


def _headings(file: str) -> list[str]:
    path = SAMPLES / file
    if path.suffix == ".xlsx":
        first = next(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
        return [str(cell or "") for cell in first]
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return next(row for row in csv.reader(io.StringIO(text)) if not row[0].startswith("#"))


def _place(column: Column, headings: list[str]) -> int | None:
    names = [_plain(heading) for heading in headings]
    for wanted in map(_plain, column.headings):
        for at, name in enumerate(names):
            if name == wanted or (column.match == "contains" and wanted in name):
                return at
    return None


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().casefold()


def _cell(column: Column | None, at: int, nth: int) -> tuple[str, Any]:
    if column is None:
        return f"附{nth}", None
    moment = dt.datetime(2026, 6, 10 + nth, 20, 5, 9)  # noqa: DTZ001 - as the exports, zoneless
    if column.kind == "ts_cn":
        return moment.isoformat(" "), moment - EIGHT_HOURS
    if column.kind == "ts_iso":
        return f"{moment.isoformat()}Z", moment
    if column.kind == "date":
        return moment.date().isoformat(), moment.date()
    if column.kind.startswith("money"):
        return AMOUNTS[nth], Decimal(AMOUNTS[nth])
    return _word(column, at, nth)


def _word(column: Column, at: int, nth: int) -> tuple[str, Any]:
    phone = f"1990000{1000 + nth}"
    parts = ["甲", "乙"]
    shown: dict[str, tuple[str, Any]] = {
        "id": (f"69179267688236{nth:02}{at:03}",) * 2,
        "decimal": (NUMBERS[nth], Decimal(NUMBERS[nth])),
        "int": (str(nth), nth),
        "phone": (phone, phone),
        "phones": (phone if column.separator else json.dumps([phone]), json.dumps([phone])),
        "list": (
            column.separator.join(parts),
            json.dumps(parts, ensure_ascii=False, separators=(",", ":")),
        ),
        "bool": ("是" if nth % 2 else "否", bool(nth % 2)),
        "email": (f"a{nth}@example.com",) * 2,
        "json": ('{"a":1}',) * 2,
    }
    return shown.get(column.kind, (f"文本{nth}䶮",) * 2)
