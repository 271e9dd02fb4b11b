"""Customers who are likely one person: one message at most, and one word for all of them."""

import polars as pl
import pytest

from siyu.audience.build import AudienceResult
from siyu.audience.night import SuppressionLists, build_audiences
from siyu.audience.suppression import SuppressionList

PEOPLE = ("C1", "C2", "C3")
NODES = pl.DataFrame(
    schema={"namespace": pl.String, "identifier": pl.String, "customer_id": pl.String}
)
STRICT = [("messages", "C1", "C1"), ("messages", "C1", "C2")]


def build(world, groups, *, consents=(), listed=(), **spec) -> AudienceResult:
    found = pl.DataFrame(
        [(None, None, who) for who in listed],
        schema=dict.fromkeys(["namespace", "identifier", "customer_id"], pl.String),
        orient="row",
    )
    (outcome,) = build_audiences(
        [world.spec(rank=["net_amount desc"], suppress=["dnc"], **spec)],
        world.profile(*({"customer_id": who, "net_amount": 9 - n} for n, who in enumerate(PEOPLE))),
        world.contact_points(*((who, f"wm{who}", "guide", None, True) for who in PEOPLE)),
        world.consents(*consents),
        NODES,
        lists=SuppressionLists({"dnc": SuppressionList("dnc", "0", found)}, {}),
        rules=world.rules,
        as_of_date=world.as_of_date,
        likely=pl.DataFrame(
            groups, schema=["likely_use", "likely_id", "customer_id"], orient="row"
        ),
    )
    assert isinstance(outcome, AudienceResult)
    return outcome


def members(result: AudienceResult) -> list[str]:
    return result.members["customer_id"].to_list()


def test_of_one_likely_person_only_the_best_ranked_customer_gets_the_message(world):
    result = build(world, STRICT)
    assert members(result) == ["C1", "C3"]
    assert result.waterfall.capped_by_reason["same_person"] == 1


def test_a_place_within_the_limit_is_not_lost_to_the_same_person(world):
    assert members(build(world, STRICT, limit=2)) == ["C1", "C3"]


def test_groups_for_counting_change_no_audience(world):
    loose = [("analysis", who, customer) for _, who, customer in STRICT]
    assert members(build(world, loose)) == ["C1", "C2", "C3"]


@pytest.mark.parametrize("who", ["C1", "C2"])
def test_a_withdrawal_or_suppression_of_one_counts_for_the_group(world, who):
    withdrawn = (who, f"wm{who}", "wecom", "withdrawn", "2026-06-01")
    assert members(build(world, STRICT, consents=[withdrawn])) == ["C3"]
    assert members(build(world, STRICT, listed=[who])) == ["C3"]
