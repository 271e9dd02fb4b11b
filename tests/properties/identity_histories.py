"""Invented histories of identity for properties: records, and months of nights."""

import sys
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "identity"))
from brand import RULES, SECRET, Brand, node, partition, phone

from siyu.identity.rules import FanOutRule, IdentityRules, NamespaceRule

__all__ = ["RULES", "SECRET", "Brand", "node", "partition", "phone"]

EXAMPLES = 6  # each resolves several times; raise it to search deeper
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
WITHOUT_GUARDS = IdentityRules(
    version=1,
    namespaces={name: NamespaceRule(role="account") for name in RULES.namespaces},
    fan_out=FanOutRule(accounts=10**6, surnames=10**6),
)
ACCOUNTS = ["unionid", "mp@wxA", "mp@wxB", "mp", "oa", "wecom", "jd", "pospal@s", "user"]
NAMES = [None, None, "王晓彤", "王*", "李建国", "A王晓彤 敏感肌", "李女士", "赵四"]


def words(kinds: list[str], size: int) -> st.SearchStrategy[str]:
    accounts = st.builds("{}:{}".format, st.sampled_from(kinds), st.integers(0, size))
    contacts = st.one_of(
        st.integers(0, size).map(phone), st.integers(0, 3).map("email:a{}@b.cn".format)
    )
    return st.one_of(accounts, accounts, contacts)


@st.composite
def record(draw: Callable, number: int, size: int = 4) -> dict:
    order = draw(st.booleans())
    return {
        "record": f"{'order' if order else 'r'}:{number}",
        "strong": " ".join(draw(st.lists(words(ACCOUNTS, size), max_size=3, unique=True))),
        "typed": " ".join(
            draw(
                st.lists(
                    st.one_of(
                        st.integers(0, size).map(phone), st.integers(0, 2).map("device:d{}".format)
                    ),
                    max_size=2,
                    unique=True,
                )
            )
        ),
        "name": draw(st.sampled_from(NAMES)),
        "verified": draw(st.booleans()),
        "birthday": draw(st.sampled_from([None, None, "1995-03-08", "1988-11-02"])),
        "day": draw(st.integers(0, 500)),
    }


@st.composite
def histories(draw: Callable, most: int = 14) -> list[dict]:
    count = draw(st.integers(1, most))
    return [draw(record(number)) for number in range(count)]


def written(history: list[dict], rules: IdentityRules = RULES) -> Brand:
    brand = Brand(rules=rules)
    for stated in history:
        brand.record(**stated)
    return brand


@st.composite
def lives(draw: Callable) -> list[tuple[list[dict], list[tuple[str, str, str]]]]:
    """A month of nights: new records and overrides of each."""
    nights, number = [], 0
    for _ in range(draw(st.integers(2, 5))):
        count = draw(st.integers(0, 5))
        records = [draw(record(number + n)) for n in range(count)]
        number += count
        orders = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["never_link", "always_link"]),
                    words(ACCOUNTS, 4),
                    words(ACCOUNTS, 4),
                ),
                max_size=1,
            )
        )
        nights.append((records, orders))
    return nights
