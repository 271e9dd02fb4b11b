"""Text on its way to a value: encodings agree, numbers and times are exact or refused."""

import json
import re
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.ingest import gb18030
from siyu.ingest.amounts import read_fen, read_money
from siyu.ingest.extra_cells import EVERYTHING, extra_json
from siyu.ingest.moments import read_local_times, read_utc_times
from siyu.ingest.plain_cells import PLAIN_FORMS
from siyu.ingest.refusals import ROUNDED_NUMBER
from siyu.phone import usable_numbers

FIRST, LAST = datetime.fromisoformat("2001-01-01"), datetime.fromisoformat("2098-01-01")
TWO_BYTES = [bytes([a, b]) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) if b != 0x7F]
FOUR_BYTES = [
    bytes([a, b, c, d])
    for a in (0x81, 0x82, 0x84, 0x90, 0x94)
    for b in range(0x30, 0x3A)
    for c in range(0x81, 0xFF, 5)
    for d in range(0x30, 0x3A)
]


def utf8_or_nothing(data: bytes) -> bytes | None:
    try:
        return gb18030.gb18030_to_utf8(data)
    except UnicodeDecodeError:
        return None


def test_both_ways_to_decode_gb18030_agree_on_every_character(monkeypatch):
    fast = [utf8_or_nothing(data) for data in TWO_BYTES + FOUR_BYTES]
    monkeypatch.setattr(gb18030, "LIBRARY", None)
    assert [utf8_or_nothing(data) for data in TWO_BYTES + FOUR_BYTES] == fast


@given(st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=40))
def test_gb18030_comes_back_as_it_was(text):
    assert gb18030.gb18030_to_utf8(text.encode("gb18030")).decode() == text


@given(st.decimals(-(10**12), 10**12, places=2))
def test_an_amount_is_exact_however_it_is_shown(amount):
    shown = [str(amount), f"{amount:,}", f"¥{amount}", f"{amount}元", f" {amount}0"]
    cells = pl.Series(shown).str.strip_chars()
    assert read_money(cells).to_list() == [amount] * len(shown)
    assert read_fen(pl.Series([str(int(amount * 100))])).to_list() == [amount]


@given(st.text("0123456789.,-+¥元eE 　１，", max_size=12))
def test_a_text_that_is_no_amount_is_never_one(text):
    (amount,) = read_money(pl.Series([text])).to_list()
    if amount is not None:
        digits = text.translate(str.maketrans("１", "1", ",，¥元+ 　"))
        assert Decimal(digits) == amount


@given(st.datetimes(FIRST, LAST))
def test_a_local_time_is_eight_hours_ahead_of_utc(moment):
    moment = moment.replace(microsecond=0)
    shown = pl.Series([moment.isoformat(" "), moment.strftime("%Y/%m/%d %H:%M:%S")])
    local, utc = read_local_times(shown).to_list(), read_utc_times(shown).to_list()
    assert utc == [moment, moment]
    assert all(
        (ahead - here).total_seconds() == 8 * 3600 for ahead, here in zip(utc, local, strict=True)
    )


@settings(max_examples=200)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_extra_cells_are_json_whatever_they_hold(cells):
    column = pl.Series(cells, dtype=pl.String)
    texts = extra_json([('a"\\', column)], height=len(cells), may_hold=EVERYTHING)
    for cell, text in zip(cells, texts.to_list(), strict=True):
        if text is None:
            assert not cell.strip()
            continue
        (found,) = json.loads(text).values()
        assert len(found) == len(pl.Series([cell]).str.strip_chars()[0])


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["{}", "+86{}", "86 {}", "0086-{}"]))
def test_a_mainland_number_is_found_behind_any_country_code(number, shown):
    assert usable_numbers(pl.Series([shown.format(number)])).to_list() == [number]


@pytest.mark.parametrize(
    "shown",
    [
        *("+86 199-0000-1004", "0086 19900001004", "(+86)19900001004", "019900001004"),
        *("１９９００００１００４", "199.0000.1004", "19900001004.0", "\u202d19900001004\u202c"),
    ],
)
def test_a_number_is_found_however_it_is_written(shown):
    assert usable_numbers(pl.Series([shown])).to_list() == ["19900001004"]


@pytest.mark.parametrize(
    "shown",
    [
        *("19900001004-1234", "19900001004转12", "19900001004 1234", "199****1004"),
        *("1.9900001004E10", "19900001004.5", "19900001004,1234", "19900001004[1234]"),
    ],
)
def test_a_number_with_more_or_less_than_a_number_is_none(shown):
    assert usable_numbers(pl.Series([shown])).to_list() == [None]


@given(st.text("0123456789*-+#$转. ", max_size=18))
def test_a_usable_number_is_usable_again(text):
    once = usable_numbers(pl.Series([text], dtype=pl.String))
    assert usable_numbers(once).to_list() == once.to_list()


@pytest.mark.parametrize("kind", PLAIN_FORMS)
@pytest.mark.parametrize("cell", ["6.9E+18", "2231958349000001001.0", "1.39e+18"])
def test_a_rounded_number_has_no_plain_form(kind, cell):
    assert re.search(ROUNDED_NUMBER, cell)
    if kind in {"id", "phone"}:
        assert not re.fullmatch(PLAIN_FORMS[kind].pattern, cell)
