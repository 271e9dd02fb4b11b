"""Rules match whom DuckDB matches, null for null."""

from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.audience.columns import PROFILE_SCHEMA
from siyu.audience.rule import parse_rule
from siyu.audience.rule_checks import RuleError

COLUMNS = {"order_count": "number", "net_amount": "number", "city": "text", "gender": "text"}
columns_of = {
    kind: st.sampled_from([name for name, found in COLUMNS.items() if found == kind])
    for kind in ("number", "text")
}
numbers = st.sampled_from(["0", "1", "2", "10.5", "-1", "null"])
texts = st.sampled_from(["'a'", "'b'", "'ab'", "'%'", "'it''s'", "''", "null"])
comparisons = st.sampled_from(
    ["=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]
)
number_terms = st.one_of(
    columns_of["number"],
    numbers,
    st.tuples(columns_of["number"], st.sampled_from("+-*"), numbers).map(" ".join),
    columns_of["number"].map(lambda name: f"abs({name})"),
    st.tuples(columns_of["number"], numbers).map(lambda pair: f"coalesce({', '.join(pair)})"),
    st.just("length(city)"),
)
open_texts = st.just("city")
text_terms = st.one_of(
    open_texts, texts, open_texts.map(lambda name: f"upper({name})"), st.just("coalesce(city, 'a')")
)
atoms = st.one_of(
    st.tuples(number_terms, comparisons, number_terms).map(" ".join),
    st.tuples(text_terms, comparisons, text_terms).map(" ".join),
    st.tuples(
        st.sampled_from([*COLUMNS, "has_sms"]), st.sampled_from(["is null", "is not null"])
    ).map(" ".join),
    st.tuples(columns_of["number"], numbers, numbers).map(
        lambda found: f"{found[0]} between {found[1]} and {found[2]}"
    ),
    st.tuples(number_terms, st.sampled_from(["in", "not in"]), st.lists(numbers, min_size=1)).map(
        lambda found: f"{found[0]} {found[1]} ({', '.join(found[2])})"
    ),
    st.tuples(text_terms, st.sampled_from(["in", "not in"]), st.lists(texts, min_size=1)).map(
        lambda found: f"{found[0]} {found[1]} ({', '.join(found[2])})"
    ),
    st.sampled_from(["city like 'a%'", "city like '%b'", "not city like '_'", "city like 'it''s'"]),
    st.sampled_from(["starts_with(city, 'a')", "has_sms", "not has_sms", "has_sms is true"]),
    st.sampled_from(["has_sms is not true", "has_sms = false", "true", "gender = 'male'"]),
    st.sampled_from(["first_order_date >= date '2026-02-01'", "gender not in ('male')"]),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda found: f"({found[0]}) {found[1]} ({found[2]})"
        ),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=6,
)
value_rows = st.lists(
    st.tuples(
        st.none() | st.integers(-1, 3),
        st.none() | st.sampled_from([Decimal("0.00"), Decimal("10.50"), Decimal("-1.00")]),
        st.none() | st.sampled_from(["a", "b", "ab", "%", "it's", ""]),
        st.none() | st.sampled_from(["female", "male"]),
        st.none() | st.booleans(),
        st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 2, 1)]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(conditions, value_rows)
def test_a_rule_matches_whom_duckdb_matches(text, rows):
    names = ("order_count", "net_amount", "city", "gender", "has_sms", "first_order_date")
    empty = dict.fromkeys(PROFILE_SCHEMA)
    profile = pl.DataFrame(
        [
            {**empty, "customer_id": f"C{place}", **dict(zip(names, row, strict=True))}
            for place, row in enumerate(rows)
        ],
        schema=PROFILE_SCHEMA,
    )
    try:
        rule = parse_rule(text)
    except RuleError as refused:
        assert "together" in str(refused), text
        return
    with duckdb.connect() as connection:
        connection.register("profile", profile)
        wanted = connection.sql(f"select customer_id from profile where {text}").fetchall()
    assert rule.match(profile)["customer_id"].to_list() == [row[0] for row in wanted]
