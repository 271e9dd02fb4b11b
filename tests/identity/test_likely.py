"""Customers who are likely one person: between finished customers, within every guard."""

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from brand import RULES, Brand, customer_of

from siyu.config_file import load_config
from siyu.identity.likely import UnknownColumnError, find_likely
from siyu.identity.linkage import PAIRS_SCHEMA
from siyu.identity.model import ProbabilisticModel

CONFIG = Path(__file__).parents[2] / "config" / "identity_model.yml"
SHIPPED = load_config(CONFIG, ProbabilisticModel)
MODEL = SHIPPED.model_copy(
    update={
        "comparisons": tuple(
            rule for rule in SHIPPED.comparisons if not {"city", "gender"} & set(rule.columns)
        ),
        "blocking": (("birth_date",), ("surname", "given_name")),
    }
)


def score_all(probability):
    """A scorer that finds every pair equally likely: only guards can part them."""

    def score(profiles, _model):
        ends = profiles.select(left="vertex").join(profiles.select(right="vertex"), how="cross")
        pairs = ends.filter(pl.col("left") < pl.col("right"))
        return pairs.with_columns(probability=pl.lit(probability)).cast(PAIRS_SCHEMA)

    return score


def brand():
    return (
        Brand()
        .record("member", "unionid:u1 phone:19900000001", name="王晓彤", birthday="1990-02-03")
        .record("order:1", "", "phone:19900000002", name="王晓彤", birthday="1990-02-03")
    )


def likely(brand, probability=0.99, model=MODEL):
    resolution = brand.resolve()
    found = find_likely(
        resolution.records,
        resolution.nodes,
        brand.input(),
        rules=RULES,
        model=model,
        score=score_all(probability),
    )
    return resolution, found


def groups(found, use):
    return found.groups.filter(likely_use=use).group_by("likely_id").len()["len"].to_list()


def test_a_record_without_a_strong_identifier_is_likely_a_customer_and_merges_nothing():
    resolution, found = likely(brand())
    assert customer_of(resolution, "unionid:u1") != customer_of(resolution, "phone:19900000002")
    assert groups(found, "messages") == groups(found, "analysis") == [2]
    link = found.links.row(0, named=True)
    assert [link["rule"], link["status"], link["probability"]] == ["probabilistic", "used", 0.99]


def test_messages_are_stricter_than_analysis_and_the_rest_is_for_people_to_review():
    _, found = likely(brand(), probability=0.5)
    assert [groups(found, "messages"), groups(found, "analysis")] == [[], [2]]
    assert found.links.select("status", "blocked_reason").row(0) == ("blocked", "review")


def test_two_customers_with_strong_identifiers_are_never_grouped_not_even_through_a_third():
    _, found = likely(
        brand().record("other", "unionid:u2", name="王晓彤", birthday="1990-02-03"), 0.9
    )
    assert groups(found, "analysis") == [2]
    assert found.links.height == 2


def test_limits_and_unlink_hold_in_groups():
    third = brand().record("order:2", "", "phone:19900000003", name="王晓彤")
    _, found = likely(third)
    assert groups(found, "messages") == [2]  # three phones are one too many
    assert "limit_phone" in found.links["blocked_reason"].to_list()
    parted = brand().order("never_link", "unionid:u1", "phone:19900000002")
    _, found = likely(parted)
    assert found.groups.is_empty()
    assert found.links["blocked_reason"].to_list() == ["never_link"]


def test_a_model_of_what_nobody_states_is_refused():
    with pytest.raises(UnknownColumnError, match="city, gender, province"):
        likely(brand(), model=SHIPPED)


def test_nobody_is_likely_anybody_in_an_empty_home():
    _, found = likely(Brand())
    assert found.groups.is_empty()
    assert found.links.is_empty()
