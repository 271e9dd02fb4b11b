"""Spoiled and doubled copies of good exports: what a reader must refuse or land once.

The good file stays beside each copy, so nothing of the truth is lost with it.
"""

import csv
import io
from collections.abc import Callable
from pathlib import PurePosixPath

from siyu.demo.shelf import DUPLICATE, LANDED, REFUSED, Shelf

_ROWS_RESAVED = 200
_LONG_NUMBER = 12
_HTML = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>'
    "<table border=1><tr><th>订单号</th><th>订单状态</th><th>实付款</th></tr><tr>"
    "<td>2618000000000001</td><td>交易成功</td><td>¥169.00</td></tr></table></body></html>"
)
_TOKEN_EXPIRED = b'{"errcode":42001,"errmsg":"access_token expired rid: 0"}'
Spoiled = Callable[[bytes], bytes]


def spoil_copies(shelf: Shelf) -> None:
    """Write one spoiled copy of the newest export of several sources."""
    spoilers: tuple[tuple[str, str, str, Spoiled], ...] = (
        ("douyin_order", "_excel", ".csv", _resaved_by_excel),
        ("taobao_order", "_short", ".csv", _without_number),
        ("wxpay_bill", "_mixed", ".csv", _gbk_in_the_middle),
        ("pospal_ticket", "_cut", ".json", _cut),
        ("alipay_bill", "_cut", ".csv.zip", _cut),
        ("kuaishou_order", "_page", ".xls", lambda _content: _HTML.encode("gb18030")),
        ("wecom_customer", "_error", ".json", lambda _content: _TOKEN_EXPIRED),
    )
    for source, mark, suffix, spoil in spoilers:
        newest = _newest(shelf, source)
        if newest:
            file = newest[: -len("".join(PurePosixPath(newest).suffixes))] + mark + suffix
            shelf.put(source, file, spoil(shelf.content(source, newest)), rows=0, status=REFUSED)


def double_files(shelf: Shelf, count: int) -> None:
    """Write copies of some exports under another name, spread over the sources."""
    landed = sorted(
        (source, file) for source, file, status, _ in shelf.expected if status == LANDED
    )
    for number in range(min(count, len(landed))):
        source, file = landed[(2 * number + 1) * len(landed) // (2 * count)]
        suffix = "".join(PurePosixPath(file).suffixes)
        name = f"{file[: -len(suffix)]}_copy{suffix}"
        shelf.put(source, name, shelf.content(source, file), rows=0, status=DUPLICATE)


def _newest(shelf: Shelf, source: str) -> str:
    files = [file for name, file, status, _ in shelf.expected if (name, status) == (source, LANDED)]
    return max(files, default="")


def _resaved_by_excel(content: bytes) -> bytes:
    """Long numbers in scientific notation, times without seconds, GBK, as Excel saves a CSV."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[: _ROWS_RESAVED + 1]
    saved = io.StringIO(newline="")
    csv.writer(saved, lineterminator="\r\n").writerows(
        [_as_excel(cell.strip()) for cell in row] for row in rows
    )
    return saved.getvalue().encode("gb18030")


def _as_excel(cell: str) -> str:
    if cell.isdigit() and len(cell) >= _LONG_NUMBER:
        return f"{float(cell):.5E}"
    if len(cell) == len("2026-06-18 20:00:35") and cell[4:5] == "-" and cell[13:14] == ":":
        return cell[:-3].replace("-", "/")
    return cell


def _without_number(content: bytes) -> bytes:
    """The columns with the order's number are gone: somebody tidied up the file."""
    rows = list(csv.reader(io.StringIO(content.decode("gb18030"))))
    kept = [place for place, heading in enumerate(rows[0]) if "订单编号" not in heading]
    saved = io.StringIO(newline="")
    writer = csv.writer(saved, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([row[place] for place in kept] for row in rows)
    return saved.getvalue().encode("gb18030")


def _gbk_in_the_middle(content: bytes) -> bytes:
    """One line was pasted in from a file of another encoding."""
    lines = content.split(b"\n")
    middle = max(len(lines) // 2, 1)
    lines[middle] = lines[middle].decode("utf-8").encode("gb18030")
    return b"\n".join(lines)


def _cut(content: bytes) -> bytes:
    """The download broke off."""
    return content[: len(content) * 3 // 5]
