"""A text that is passed over holds nothing of an erased person."""

from hypothesis import given
from hypothesis import strategies as st

from siyu.privacy.tombstones import UNTOLD, Tombstones, lay_tombstones

COLUMNS = ("member_no", "mochat_contact_id", "remark", "buyer_id")
VALUES = st.sampled_from(["17", "8000002", "小明", "a-1", "13912345678", "x@y.cn", "'17", "17.0"])
CELLS = st.lists(st.tuples(st.sampled_from(COLUMNS), VALUES), min_size=1, max_size=4)
STONES = st.builds(
    lambda identifiers, columns, bound: lay_tombstones(
        b"key", identifiers, columns=columns, bound=bound
    ),
    st.lists(VALUES, max_size=3),
    st.lists(st.sampled_from(COLUMNS), max_size=2),
    st.lists(st.tuples(st.sampled_from(COLUMNS), VALUES), max_size=2),
)


def _as_older(stones: Tombstones) -> Tombstones:
    """As a home holds them that erased before the two marks were told apart."""
    lengths = frozenset(length if length > 1 else UNTOLD for length in stones.lengths)
    return Tombstones(stones.secret, stones.telling, stones.placed, stones.columns, lengths)


@given(stones=STONES, cells=CELLS)
def test_a_text_with_a_cell_of_theirs_is_never_passed_over(stones, cells):
    text = "\t".join(value for _, value in cells)
    for laid in (stones, _as_older(stones)):
        if any(laid.in_cell(column, value) for column, value in cells):
            assert laid.within(column for column, _ in cells).may_stand_in(text)


def test_a_number_bound_to_a_column_makes_no_other_source_worth_a_look():
    stones = lay_tombstones(b"key", ["13912345678"], bound=[("mochat_contact_id", "17")])
    assert stones.within(["mochat_contact_id"]).may_stand_in("anything")
    assert not stones.within(["buyer_id"]).may_stand_in("anything, 17")
    assert stones.within(["buyer_id"]).may_stand_in("139 1234 5678")
