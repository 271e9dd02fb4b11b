"""The state that stands: latest under an identifier, withdrawal over identifiers."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from siyu.consent.states import STATES_SCHEMA, consent_states
from tests.consent_events import consent_events

AS_OF = date(2026, 6, 18)


def history(*rows):
    """Rows of (identifier, state, ISO moment in UTC or None), all of one customer."""
    return consent_events(
        ("C1", "phone", who, "marketing", "sms", state, at and datetime.fromisoformat(at))
        for who, state, at in rows
    )


def state_of(*rows):
    states = consent_states(history(*rows), as_of_date=AS_OF)
    return states["state"].to_list()


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ([], []),
        ([("p1", "granted", "2026-06-01")], ["granted"]),
        ([("p1", "granted", "2026-06-01"), ("p1", "withdrawn", "2026-06-02")], ["withdrawn"]),
        ([("p1", "withdrawn", "2026-06-01"), ("p1", "granted", "2026-06-02")], ["granted"]),
        ([("p1", "granted", "2026-06-01"), ("p1", "withdrawn", "2026-06-01")], ["withdrawn"]),
        ([("p1", "withdrawn", "2026-06-01"), ("p2", "granted", "2026-06-02")], ["withdrawn"]),
        ([("p1", "granted", "2026-06-18T15:59:59")], ["granted"]),
        ([("p1", "granted", "2026-06-18T16:00:00")], []),
        (
            [("p1", "granted", "2026-06-01"), ("p1", "withdrawn", "2026-06-18T16:00:00")],
            ["granted"],
        ),
        ([("p1", "granted", None)], []),
        ([("p1", "withdrawn", "2026-06-01"), ("p1", "unknown", "2026-06-02")], []),
        (
            [
                ("p1", "granted", "2026-06-01"),
                ("p2", "withdrawn", "2026-06-02"),
                ("p2", "unknown", "2026-06-03"),
            ],
            ["granted"],
        ),
        ([("p1", "granted", "2026-06-01"), ("p1", "withdrawn", None)], ["withdrawn"]),
    ],
)
def test_consent_states_keeps_the_state_that_stands(rows, states):
    assert state_of(*rows) == states


def test_consent_states_takes_state_and_moment_from_the_same_event():
    states = consent_states(
        history(("p1", "withdrawn", "2026-06-01"), ("p2", "granted", "2026-06-09")),
        as_of_date=AS_OF,
    )
    assert states.rows() == [
        ("C1", "marketing", "sms", "withdrawn", datetime.fromisoformat("2026-06-01"))
    ]


def test_consent_states_of_nothing_has_the_columns():
    assert consent_states(history(), as_of_date=AS_OF).schema == STATES_SCHEMA


events = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from(["granted", "withdrawn"]),
        st.integers(1, 25).map(lambda day: f"2026-06-{day:02d}"),
    ),
    max_size=12,
)


def state_in_plain_python(rows):
    last = {}
    for who, state, at in rows:
        if at <= "2026-06-18":
            last[who] = max(last.get(who, ("", "")), (at, state))  # withdrawn > granted in text
    states = {state for _, state in last.values()}
    return ["withdrawn"] if "withdrawn" in states else sorted(states)


@settings(max_examples=100, deadline=None)
@given(events, st.integers(0, 99))
def test_consent_states_equals_the_rule_in_plain_python_in_any_order_of_rows(rows, seed):
    states = consent_states(history(*rows), as_of_date=AS_OF)
    shuffled = history(*rows).sample(fraction=1, shuffle=True, seed=seed)
    assert states["state"].to_list() == state_in_plain_python(rows)
    assert_frame_equal(states, consent_states(shuffled, as_of_date=AS_OF))


@settings(max_examples=60, deadline=None)
@given(events, events)
def test_consent_states_never_weakens_when_two_people_become_one(left, right):
    right = [(f"other-{who}", state, at) for who, state, at in right]
    apart = state_of(*left) + state_of(*right)
    assert ("withdrawn" in apart) == (state_of(*left, *right) == ["withdrawn"])
