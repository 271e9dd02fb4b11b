"""Lists that people keep lose the records of the erased and nothing of anybody else."""

import pytest

from siyu.privacy.list_edit import edit_list
from siyu.privacy.tombstones import lay_tombstones

STONES = lay_tombstones(b"key", [("phone", "13900001111")])
HEADINGS = "namespace,identifier,customer_id,reason\n"
OTHER = "phone,13900002222,,asked\n"


@pytest.mark.parametrize(
    "theirs",
    [
        "phone,13900001111,,asked\n",
        "phone,13900001111,,asked\u2028twice\n",
        "phone,13900001111,,asked\x0btwice\x85in all\n",
        'phone,13900001111,,"asked\nin the shop\r\n, twice"\r\n',
    ],
)
@pytest.mark.parametrize("before", ["", OTHER])
@pytest.mark.parametrize("after", ["", OTHER])
def test_a_record_goes_whole(theirs, before, after):
    edited, gone = edit_list(HEADINGS + before + theirs + after, STONES)
    assert (edited, gone) == (HEADINGS + before + after, 1)


@pytest.mark.parametrize(
    "odd",
    [
        'phone,13900002222,,a 5" phone\n',
        'phone,13900002222,,"a quote that never closes\n',
        "phone,13900002222,,a\rreturn\n",
    ],
)
def test_what_is_no_csv_takes_no_other_record_along(odd):
    theirs = "phone,13900001111,,asked\n"
    edited, gone = edit_list(HEADINGS + odd + theirs + OTHER, STONES)
    assert (edited, gone) == (HEADINGS + odd + OTHER, 1)


def test_a_list_they_are_not_on_stays_byte_for_byte():
    for text in ("", HEADINGS, "\ufeff" + HEADINGS + OTHER, HEADINGS + OTHER.rstrip("\n")):
        assert edit_list(text, STONES) == (text, 0)
