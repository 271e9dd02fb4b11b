"""What landing reads as somebody's phone or e-mail, an erasure finds, however it is written."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.ingest.contact_points import read_emails
from siyu.phone import usable_numbers
from siyu.privacy.tokens import star_words
from siyu.privacy.tombstones import lay_tombstones

PHONE, FOREIGN, EMAIL = "13912345678", "+85260000005", "zhang.san@example.com"
STONES = lay_tombstones(b"key", [("phone", PHONE), ("phone", FOREIGN), ("email", EMAIL)])
BETWEEN = st.sampled_from(
    [
        "",
        "",
        "",
        " ",
        "-",
        ".",
        " - ",
        *"\u00a0\u3000\u2010\u2011\u2013\u2212\u30fc\uff0d\u200b\u2060",
    ]
)
BEFORE = st.sampled_from(["", "0", "86", "+86", "0086", "+86 ", "(+86)", "（86）", "86-", "\u202d"])
NARROW = "0123456789+@abcdefghijklmnopqrstuvwxyz"
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in NARROW}


def _is_found(text: str) -> bool:
    return STONES.may_stand_in(text) and STONES.in_text(text)


@given(
    before=BEFORE,
    digits=st.tuples(*([BETWEEN] * 11)),
    is_wide=st.booleans(),
    after=st.sampled_from(["", ".0", "\u202c"]),
)
def test_a_mainland_phone_is_found_in_every_spelling_that_lands(before, digits, is_wide, after):
    number = "".join(digit + between for digit, between in zip(PHONE, digits, strict=True))
    text = f"{before}{number.translate(WIDE) if is_wide else number}{after}"
    if usable_numbers(pl.Series([text])).item() == PHONE:
        assert _is_found(text)
        assert _is_found(f"电话{text}，张三")
        assert not _is_found(star_words(text, STONES.in_text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "+85260000005",
        "+852 6000 0005",
        "+852-6000-0005",
        "00852 6000 0005",
        "＋８５２６０００ ０００５",
    ],
)
def test_a_foreign_phone_is_found_in_every_spelling_that_lands(text):
    assert usable_numbers(pl.Series([text])).item() == FOREIGN
    assert _is_found(text) and _is_found(f"手机 {text} 2026-06-18")
    assert star_words(text, STONES.in_text)[1] == 1


@given(wide=st.lists(st.booleans(), min_size=len(EMAIL), max_size=len(EMAIL)), upper=st.booleans())
def test_an_email_is_found_in_every_spelling_that_lands(wide, upper):
    shown = EMAIL.upper() if upper else EMAIL
    text = "".join(
        letter.lower().translate(WIDE) if is_wide else letter
        for letter, is_wide in zip(shown, wide, strict=True)
    )
    assert read_emails(pl.Series([text])).item() == EMAIL
    assert _is_found(text)


@pytest.mark.parametrize("one", [PHONE, FOREIGN, EMAIL, "oUnAeiAXePMAa0ae", "1@#4lieZH/OnwomfAh="])
@pytest.mark.parametrize("before", ["", "\n", "\t", '"'])
def test_escapes_of_json_are_read(one, before):
    stones = lay_tombstones(b"key", [("phone", one)])
    plain = json.dumps(f"{before}{one}，好")
    coded = "".join(f"\\u{ord(letter):04x}" for letter in f"{before}{one}")
    for text in (plain, plain.replace("/", "\\/"), f'"{coded}"', json.dumps(plain)):
        assert stones.may_stand_in(text), text
        assert stones.in_text(text), text


def test_an_email_with_chinese_letters_is_only_its_own():
    stones = lay_tombstones(b"key", [("email", "李四@qq.com")])
    assert stones.in_text("邮箱：李四@QQ.com") and stones.in_text('{"email":"李四@qq.com"}')
    assert not stones.in_text("张三@qq.com") and not stones.in_text("@qq.com")
