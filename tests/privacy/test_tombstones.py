"""A text that is passed over holds nothing of an erased person."""

from hypothesis import given
from hypothesis import strategies as st

from siyu.privacy.namespaces import IDENTIFIERS
from siyu.privacy.tombstones import UNTOLD, Tombstones, join_tombstones, lay_tombstones

COLUMNS = ("member_no", "user_id", "distinct_id", "mochat_contact_id", "remark")
NAMESPACES = st.sampled_from(["member_no", "app_user_id", "anonymous_id", "phone"])
VALUES = st.sampled_from(
    ["17", "8000002", "小明", "a-1", "13912345678", "x@y.cn", "'17", "17.0", "8000002.0"]
)
CELLS = st.lists(st.tuples(st.sampled_from(COLUMNS), VALUES), min_size=1, max_size=4)
STONES = st.builds(
    lambda identifiers, bound: lay_tombstones(b"key", identifiers, bound=bound),
    st.lists(st.tuples(NAMESPACES, VALUES), max_size=3),
    st.lists(st.tuples(st.sampled_from(COLUMNS), VALUES), max_size=2),
)
BLANK = Tombstones(b"key")
# as a home holds them that erased with format 1, which knew columns and no namespaces
OLDER = st.builds(
    lambda values, columns: Tombstones(
        b"key",
        placed=frozenset(BLANK.hash(value.strip("'").removesuffix(".0")) for value in values),
        columns=frozenset(columns),
        lengths=frozenset({UNTOLD}),
    ),
    st.lists(VALUES, min_size=1, max_size=2),
    st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=2),
)


def _is_in(stones: Tombstones, column: str, value: str) -> bool:
    return stones.in_cell(column, value, IDENTIFIERS.get(column, frozenset()))


@given(
    stones=st.one_of(
        STONES, OLDER, st.builds(lambda *two: join_tombstones(b"key", two), STONES, OLDER)
    ),
    cells=CELLS,
)
def test_a_text_with_a_cell_of_theirs_is_never_passed_over(stones, cells):
    text = "\t".join(value for _, value in cells)
    columns = {column for column, _ in cells}
    namespaces = frozenset().union(*(IDENTIFIERS.get(column, frozenset()) for column in columns))
    if any(_is_in(stones, column, value) for column, value in cells):
        assert stones.within(columns, namespaces).may_stand_in(text)


@given(stones=STONES, older=OLDER, cells=CELLS)
def test_erasures_together_find_what_each_finds_alone(stones, older, cells):
    joined = join_tombstones(b"key", [stones, older])
    for column, value in cells:
        alone = _is_in(stones, column, value) or _is_in(older, column, value)
        assert _is_in(joined, column, value) == alone


def test_a_number_bound_to_a_column_makes_no_other_source_worth_a_look():
    stones = lay_tombstones(b"key", [("phone", "13912345678")], bound=[("mochat_contact_id", "17")])
    assert stones.within(["mochat_contact_id"]).may_stand_in("anything")
    assert not stones.within(["buyer_id"]).may_stand_in("anything, 17")
    assert stones.within(["buyer_id"]).may_stand_in("139 1234 5678")


def test_a_number_of_a_namespace_makes_no_other_source_worth_a_look():
    stones = lay_tombstones(b"key", [("member_no", "10086"), ("member_no", "17")])
    assert stones.within(["member_no"], ["member_no"]).may_stand_in("anything")
    assert not stones.within(["user_id"], ["app_user_id"]).may_stand_in("10086, 17")


def test_a_member_number_like_a_phone_is_no_phone():
    stones = lay_tombstones(b"key", [("member_no", "13912345678")])
    assert stones.in_cell("member_no", "13912345678", ["member_no"])
    assert not stones.in_cell("phone", "13912345678", [])
