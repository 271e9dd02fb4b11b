"""Large exports in the true formats, grown from the samples; the same for a seed."""

import json
import random
from pathlib import Path
from typing import BinaryIO

import openpyxl

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
ROWS_AT_ONCE = 5_000
STATUSES = ("交易成功", "卖家已发货，等待买家确认", "买家已付款，等待卖家发货", "交易关闭")
NAMES = ("王晓彤", "李建国", "刘䶮", "陈思思", "艾力")
# one remark in so many rows goes over two lines
EVERY_REMARK = 300
# a packed row of the sample
XLSX_ROW_BYTES = 85


def make_csv(path: Path, *, megabytes: float, seed: int) -> None:
    """A Taobao order report in GB18030, and its UTF-8 twin for the bare reads beside it."""
    made = random.Random(seed)
    sample = SAMPLES / "taobao_ExportOrderList202606200900.csv"
    headings, row = sample.read_bytes().decode("gb18030").split("\r\n")[:2]
    number = 0
    with path.open("wb") as out, path.with_suffix(".utf8").open("wb") as twin:
        _write(out, twin, headings + "\r\n")
        while out.tell() < megabytes * 1e6:
            lines = []
            for _ in range(ROWS_AT_ONCE):
                number += 1
                lines.append(_order(row, number, made))
            _write(out, twin, "\r\n".join(lines) + "\r\n")


def _write(out: BinaryIO, twin: BinaryIO, text: str) -> None:
    out.write(text.encode("gb18030"))
    twin.write(text.encode())


def _order(row: str, number: int, made: random.Random) -> str:
    day = f"2026-{made.randint(1, 6):02d}-{made.randint(1, 28):02d}"
    changed = (
        row.replace("2231958349000001001", str(2231958349000001001 + 7 * number))
        .replace('"交易成功"', f'"{made.choice(STATUSES)}"')
        .replace('"199"', f'"{made.randint(100, 99999) / 100:.2f}"')
        .replace("王晓彤", made.choice(NAMES))
        .replace("19900001001", f"1{made.randint(3_000_000_000, 9_999_999_999)}")
        .replace("2026-06-18 20:00:00", f"{day} {made.randint(10, 23)}:{made.randint(10, 59)}:00")
    )
    return changed.replace('"手机订单"', '"手机\n订单"') if not number % EVERY_REMARK else changed


def make_jsonl(path: Path, *, megabytes: float, seed: int) -> None:
    """Sensors events, one JSON a line."""
    made = random.Random(seed)
    sample = (SAMPLES / "sensors_events.jsonl").read_text()
    events = [json.loads(line) for line in sample.splitlines() if line.strip()]
    number = 0
    with path.open("wb") as out:
        while out.tell() < megabytes * 1e6:
            lines = []
            for _ in range(ROWS_AT_ONCE):
                number += 1
                event = {
                    **made.choice(events),
                    "_track_id": number,
                    "time": 1_781_784_000_000 + number,
                    "distinct_id": f"M{made.randint(1, 500_000):07d}",
                }
                lines.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
            out.write(("\n".join(lines) + "\n").encode())


def make_xlsx(path: Path, *, megabytes: float, seed: int) -> None:
    """Kuaishou orders in a workbook."""
    made = random.Random(seed)
    sheet = openpyxl.load_workbook(SAMPLES / "kuaishou_order_export.xlsx").active
    headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    book = openpyxl.Workbook(write_only=True)
    out = book.create_sheet("Sheet1")
    out.append(headings)
    for number in range(int(megabytes * 1e6 / XLSX_ROW_BYTES)):
        row = list(rows[number % len(rows)])
        row[0] = f"26180000{number:08d}"
        row[headings.index("实付款")] = f"¥{made.randint(1, 99999) / 100:.2f}"
        out.append(row)
    book.save(path)
