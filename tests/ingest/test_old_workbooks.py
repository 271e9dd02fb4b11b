"""Workbooks of Excel before 2007, as many back offices still write them.

``files/*.xls`` were written once with xlwt: a sheet without headings, then one with a merged title,
a date cell, an amount as a number and one as text, and short rows.
"""

import io
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from siyu.ingest.drafts import draft_source
from siyu.ingest.guesses import guess_source
from siyu.ingest.old_workbooks import old_workbook_tables
from siyu.ingest.previews import preview_export
from siyu.ingest.refusals import ExportRefusedError

FILES = Path(__file__).parent / "files"
ORDERS = FILES / "old_workbook.xls"


def test_an_old_workbook_lands_like_a_new_one(brand):
    rows = brand.land_one("pdd_order", ORDERS.read_bytes(), "orders.xls")
    assert rows["order_id"].to_list() == ["260618-1", "260618-2"]
    assert rows["paid_amount"].to_list() == [Decimal("17.80"), Decimal("1299.00")]
    assert rows["paid_at"].to_list() == [
        datetime.fromisoformat("2026-06-18T12:00:09"),
        datetime.fromisoformat("2026-06-18T12:05:00"),
    ]
    assert rows["_line_number"].to_list() == [3, 4]
    # the title above the headings is part of none of them
    assert preview_export(ORDERS, brand.sources["pdd_order"]).unplaced == ["备注"]


def test_ids_that_an_old_workbook_holds_as_numbers_refuse_it(brand):
    content = (FILES / "old_workbook_rounded_ids.xls").read_bytes()
    assert "re-saved by Excel" in brand.refusal("pdd_order", content, "orders.xls")


def test_an_old_workbook_is_recognised_previewed_and_drafted(sources):
    assert guess_source(ORDERS, sources)[0].source == "pdd_order"
    preview = preview_export(ORDERS, sources["pdd_order"])
    assert (preview.form, preview.header_line, preview.rows_read) == ("xls", 2, 2)
    draft = draft_source(ORDERS, sources, name="new_shop")
    assert "format: xlsx" in draft
    assert "key: [order_id]" in draft


def test_a_damaged_old_workbook_is_refused_and_breaks_nothing():
    whole, dice = ORDERS.read_bytes(), random.Random(6)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        content = bytes(damaged if dice.random() < 0.8 else damaged[: dice.randrange(512, 4000)])
        refused += _is_refused(content)
    assert refused > 50


def _is_refused(content: bytes) -> bool:
    try:
        for rows in old_workbook_tables(lambda: io.BytesIO(content)):
            assert all(isinstance(cell, str) for row in rows for cell in row.cells)
    except ExportRefusedError as refusal:
        assert refusal.problem
        return True
    return False


@pytest.mark.parametrize("kept", [8, 600, 3000])
def test_a_cut_old_workbook_is_refused(brand, kept):
    assert "cut or damaged" in brand.refusal("pdd_order", ORDERS.read_bytes()[:kept], "cut.xls")
