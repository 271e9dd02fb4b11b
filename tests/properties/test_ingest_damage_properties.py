"""Damaged exports: refused, rejected or read right; a broken structure never shifts a number.

    SIYU_FLIPS=10000 python -m pytest tests/properties/test_ingest_damage_properties.py -k flipped

draws that many examples, others each time; CI draws a few hundred, always the same.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.ingest.exports import ExportFile
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.sources import Source, load_sources
from siyu.ingest.staging import stage_export

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
SOURCES = load_sources(ROOT / "config" / "sources")
LOADED_AT = datetime.fromisoformat("2026-06-20T18:00:00")
FLIPS_IN_CI = 250
FLIPS = int(os.environ.get("SIYU_FLIPS", FLIPS_IN_CI))

# one of every form, encoding and trailer
FILES = {
    "taobao_ExportOrderList202606200900.csv": "taobao_order",
    "taobao_ExportOrderList202606200900.xlsx": "taobao_order",
    "taobao_ExportOrderDetailList202606200900.csv": "taobao_order_item",
    "jd_order_export.csv": "jd_order",
    "douyin_fxg_export_202606200900.csv": "douyin_order",
    "douyin_settlement.csv": "douyin_settlement",
    "pdd_order_export.csv": "pdd_order",
    "wxpay_trade_bill_20260618_ALL.csv": "wxpay_bill",
    "wxpay_trade_bill_20260618_ALL.csv.gz": "wxpay_bill",
    "alipay_20880000000000000156_20260618_业务明细.csv": "alipay_bill",
    "alipay_20880000000000000156_20260618.csv.zip": "alipay_bill",
    "kuaishou_order_export.xlsx": "kuaishou_order",
    "pos_sales_detail.merged_header.UNVERIFIED.xlsx": "pos_sales",
    "consent_ledger.csv": "consent_ledger",
    "mochat_work_contact.csv": "mochat_contact",
    "snowplow_atomic_events_extract.csv": "snowplow_event",
    "wjx_export_by_text.csv": "wjx_answers",
    "sms_mo_replies.csv": "sms_reply",
    "wxapp_sec_order_get_order_list.json": "wxapp_order",
    "wecom_batch_get_by_user.p1.json": "wecom_customer",
    "youzan_trades_sold_get.4.0.x.json": "youzan_trade",
    "pospal_queryTicketPages.json": "pospal_ticket",
    "sensors_events.jsonl": "sensors_event",
    "growingio_events.jsonl": "growingio_event",
    "wechat_oa_events.xml.log": "wechat_oa_event",
}
CONTENT = {file: (SAMPLES / file).read_bytes() for file in FILES}
TABLES = [file for file in FILES if file.endswith(".csv")]


def read(folder: Path, file: str, content: bytes) -> pl.DataFrame:
    """Landed rows of a content; nothing but a refusal may be raised."""
    path = folder / file
    path.write_bytes(content)
    source = SOURCES[FILES[file]]
    partial = folder / "staged.parquet"
    export = ExportFile(source.name, file, path)
    staged = stage_export(export, source, partial=partial, loaded_at=LOADED_AT)
    rows = pl.read_parquet(partial)
    assert rows.height == staged.rows_landed
    return rows


def cells_of(rows: pl.DataFrame, source: Source) -> list[tuple]:
    """Rows as their cells; what is made from the same cell counts once."""
    once = {column.headings: list(column.landed())[-1] for column in source.columns}
    if source.is_document:
        # a list or object holds what other columns are taken from
        whole = {column.name for column in source.columns if column.kind == "json"}
        once = {headings: name for headings, name in once.items() if name not in whole}
    return rows.select(once.values()).rows()


def changed_cells(row: tuple, originals: Sequence[tuple], source: Source) -> int:
    """In how many cells a row differs from the original it is nearest to.

    A damaged key of a document takes away what stood below it; that changes no other cell.
    """
    return min(
        sum(
            a != b for a, b in zip(row, one, strict=True) if a is not None or not source.is_document
        )
        for one in originals
    )


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return {
        file: cells_of(read(folder, file, content), SOURCES[FILES[file]])
        for file, content in CONTENT.items()
    }


@settings(
    max_examples=FLIPS,
    deadline=None,
    derandomize=FLIPS == FLIPS_IN_CI,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    file=st.sampled_from(sorted(FILES)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=3),
)
def test_flipped_bytes_change_only_their_own_cells(tmp_path, originals, file, flips):
    content = bytearray(CONTENT[file])
    for place, mask in flips:
        content[int(place * len(content))] ^= mask
    try:
        rows = read(tmp_path, file, bytes(content))
    except ExportRefusedError:
        return
    source = SOURCES[FILES[file]]
    for row in cells_of(rows, source):
        assert changed_cells(row, originals[file], source) <= len(flips)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(file=st.sampled_from(sorted(FILES)), end=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_loses_rows_and_changes_none(tmp_path, originals, file, end):
    try:
        rows = read(tmp_path, file, CONTENT[file][: int(end * len(CONTENT[file]))])
    except ExportRefusedError:
        return
    for row in cells_of(rows, SOURCES[FILES[file]]):
        assert row in originals[file]


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    file=st.sampled_from(TABLES),
    start=st.floats(0, 1, exclude_max=True),
    length=st.integers(1, 60),
)
def test_lost_bytes_within_a_table_shift_no_cell(tmp_path, originals, file, start, length):
    content = CONTENT[file]
    at = int(start * len(content))
    try:
        rows = read(tmp_path, file, content[:at] + content[at + length :])
    except ExportRefusedError:
        return
    # a hole of this size reaches over a few cells of one row, or into one heading
    source = SOURCES[FILES[file]]
    foreign = [row for row in cells_of(rows, source) if row not in originals[file]]
    changes = [changed_cells(row, originals[file], source) for row in foreign]
    assert len(foreign) <= 1 or max(changes) <= 1
