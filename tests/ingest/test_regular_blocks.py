"""What is read many cells at once is read as one by one: same rows, lines, rejects and JSON."""

import csv
import io
import json
from pathlib import Path

import orjson
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siyu.ingest import csv_rows
from siyu.ingest.csv_form import CsvForm
from siyu.ingest.csv_marks import CsvMarks
from siyu.ingest.extra_cells import extra_json
from siyu.ingest.header import find_header
from siyu.ingest.json_values import parse_json, read_lines
from siyu.ingest.paths import Leftovers, follow, split_path
from siyu.ingest.records import EXTRA, LINE
from siyu.ingest.sources import load_sources
from siyu.ingest.tables import RowSorter
from siyu.ingest.text_blocks import TextBlock

SOURCES = load_sources(Path(__file__).parents[2] / "config" / "sources")
HEADINGS = [
    "订单编号",
    "买家实际支付金额",
    "买家应付货款",
    "订单状态",
    "订单创建时间",
    "订单付款时间",
]
CELLS = st.one_of(
    st.sampled_from(
        ["", "1,299.00", "199", "合计", "订单编号", "a\tb", "\ufeff", " x ", "\\", '"']
    ),
    st.text("a1䶮\n\r\t,\"'`\\ \u200b", max_size=6),
)
REGULAR = st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8)
ROWS = REGULAR | REGULAR | st.lists(st.lists(CELLS, min_size=5, max_size=7), max_size=8)
BROKEN = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(['"', ",", "\n", "\r", "1"])), max_size=2
)
MEMBERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text('a1䶮" ', max_size=4)),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["phone", "unionid", "$city", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
EVENTS = st.dictionaries(
    st.sampled_from(["type", "event", "distinct_id", "time", "properties", "identities", "y", "z"]),
    MEMBERS,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rows=ROWS, quoting=st.sampled_from([0, 1]), end=st.sampled_from(["\n", "\r\n"]), broken=BROKEN
)
def test_a_block_read_at_once_has_the_rows_lines_and_rejects_of_one_read_row_by_row(
    rows, quoting, end, broken
):
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)
    damaged = text.getvalue()
    for place, mark in broken:
        at = int(place * len(damaged))
        damaged = damaged[:at] + mark + damaged[at:]
    source = SOURCES["taobao_order"]
    header = find_header([csv_rows.Row(1, HEADINGS)], source)
    for last_cells_filled in (True, False):
        form = CsvForm("utf-8", ",", False, last_cells_filled, header)
        sorter = RowSorter(header, source)
        at_once = csv_rows._parse_regular(damaged.encode(), 2, form, sorter)
        if at_once is None:
            continue
        one_by_one = csv_rows._parse_row_by_row(damaged.encode(), 2, form, sorter)
        assert at_once.lines.to_list() == one_by_one.lines.to_list()
        assert at_once.cells.rows() == one_by_one.cells.rows()
        assert (at_once.rejected, at_once.totals) == (one_by_one.rejected, one_by_one.totals)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    text=st.lists(
        st.sampled_from([b"ab", b'"', b'"",', b"\n", b"\r\n", b"\t", b"\\", b"\x01", b"\r"])
    )
)
def test_marks_are_those_seen_by_looking_at_one_byte_after_the_other(text):
    text = b"".join(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siyu.ingest.csv_marks.LOOKED_AT_ONCE", 7)
        marks = CsvMarks(text, ",")
    inner = range(1, len(text) - 1)
    inside = [
        at
        for at in inner
        if text[at : at + 1] == b'"'
        and not {text[at - 1 : at], text[at + 1 : at + 2]} & {b'"', b"\n", b"\r", b","}
    ]
    is_lone = text.count(b"\r") != text.count(b"\r\n")
    assert marks.are_regular() == (not inside and not is_lone and text.count(b'"') % 2 == 0)
    assert marks.lines == text.count(b"\n") + (not text.endswith(b"\n"))
    assert ("\\" in marks.may_hold(1), "\t" in marks.may_hold(1)) == (b"\\" in text, b"\t" in text)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=5))
@example(rows=[["", "", "", " "]])
def test_undeclared_cells_are_the_json_of_each_row(rows):
    names = ["备注", 'a"b', "c", "d"]
    columns = zip(names, map(list, zip(*rows, strict=True)), strict=True)
    found = extra_json(
        [(name, pl.Series(cells, dtype=pl.String)) for name, cells in columns], height=len(rows)
    )
    for row, text in zip(rows, found, strict=True):
        stripped = [pl.Series([cell]).str.strip_chars()[0] for cell in row]
        wanted = {name: cell for name, cell in zip(names, stripped, strict=True) if cell}
        assert (orjson.loads(text) if text else {}) == wanted
        assert (text is None) == (not wanted)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(events=st.lists(EVENTS | st.just("{broken"), min_size=2, max_size=9))
def test_events_read_in_parts_are_those_read_one_by_one(events):
    source = SOURCES["sensors_event"]
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    block = TextBlock("\n".join(lines).encode(), 5, 100, is_last=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siyu.ingest.json_values.PARSED_AT_ONCE", 60)
        read = read_lines(block, "utf-8", source)
    kept = {
        at: parse_json(line.encode())
        for at, line in enumerate(lines, 5)
        if line not in {"{broken", "{}"}
    }
    assert read.records[LINE].to_list() == list(kept)
    assert [row.line for row in read.rejected] == [
        at for at, line in enumerate(lines, 5) if line == "{broken"
    ]
    used = {split_path(path) for column in source.columns for path in column.headings}
    for record, event in zip(read.records.iter_rows(named=True), kept.values(), strict=True):
        for column in source.columns:
            value = follow(event, split_path(column.headings[0]))
            assert record.get(column.name) == _as_text(value)
        left = Leftovers(used).of(event)
        assert record[EXTRA] == (_as_json(left) if left else None)


def _as_text(value):
    if value is None or isinstance(value, str):
        return value
    return str(value) if type(value) is int else _as_json(value)


def _as_json(value):
    # orjson writes no whole number beyond 64 bits
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
