"""Records of erasures: none may be lost, or its person comes back."""

import pytest

from siyu.privacy.erasure import ErasureRecordError, check_numbers


def test_records_in_a_row_are_whole():
    check_numbers(["000001", "000002"], certified=["000001", "000002"])
    check_numbers(["000001"], certified=[])  # certificates may be thrown away
    check_numbers([], certified=[])


@pytest.mark.parametrize(
    ("recorded", "certified"),
    [(["000001", "000003"], []), ([], ["000002"]), (["000001"], ["000002"])],
)
def test_a_missing_record_is_named(recorded, certified):
    with pytest.raises(ErasureRecordError, match=r"ledger/erasures/00000[12]\.json is missing"):
        check_numbers(recorded, certified=certified)
