"""The probabilistic option: average linkage, the lint of models, and one small run of Splink."""

import random
import sys
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError
from splink import DuckDBAPI

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from identity_quality import pairwise_quality

from siyu.config_file import load_config
from siyu.identity.guards import APART_SCHEMA, KINDS_SCHEMA, Guards
from siyu.identity.linkage import NO_GUARDS, PAIRS_SCHEMA, cluster_by_average_linkage
from siyu.identity.model import ProbabilisticModel, lint_levels
from siyu.identity.probabilistic import link_clusters, score_pairs

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config" / "identity_model.yml"
# the one setting of the benchmark, for people with addresses
HOUSEHOLD_MODEL = load_config(ROOT / "bench" / "probabilistic_model.yml", ProbabilisticModel)


def clusters(pairs, count, threshold=0.5, guards=NO_GUARDS):
    scored = pl.DataFrame(pairs, schema=PAIRS_SCHEMA, orient="row")
    labels, _ = cluster_by_average_linkage(
        scored, vertex_count=count, threshold=threshold, guards=guards
    )
    return labels.to_list()


def test_average_linkage_does_not_chain():
    # 0-1 and 2-3 are surely one; one lucky pair joins the two in a component, but not on average
    assert clusters([(0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.9)], 5) == [0, 0, 2, 2, 4]


def test_average_linkage_merges_what_agrees_on_the_whole():
    pairs = [(0, 1, 0.9), (0, 2, 0.7), (1, 2, 0.6)]
    assert clusters(pairs, 3) == [0, 0, 0]
    assert clusters(pairs[::-1], 3) == [0, 0, 0]
    assert clusters(pairs, 3, threshold=0.7) == [0, 0, 2]


def test_parted_clusters_never_merge():
    apart = pl.DataFrame([(2, 0, "never_link", 0)], schema=APART_SCHEMA, orient="row")
    parted = Guards(NO_GUARDS.kinds, apart)
    assert clusters([(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9)], 3, guards=parted)[2] == 2


def test_a_limit_counts_over_the_whole_group():
    kinds = [(vertex, 7, 2, "limit_phone", 0) for vertex in (0, 1, 2)]
    limited = Guards(pl.DataFrame(kinds, schema=KINDS_SCHEMA, orient="row"), NO_GUARDS.apart)
    pairs = [(0, 1, 0.99), (0, 2, 0.9), (1, 2, 0.9)]
    assert clusters(pairs, 3, guards=limited) == [0, 0, 2]


def test_the_shipped_model_is_off_and_passes_its_lint():
    assert load_config(CONFIG, ProbabilisticModel).enabled is False


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"comparisons": [{"columns": ["province"], "kind": "exact"},
                          {"columns": ["city"], "kind": "exact"}]}, "count twice"),
        ({"comparisons": [{"columns": ["city"], "kind": "exact"},
                          {"columns": ["city"], "kind": "text"}]}, "compared twice"),
        ({"comparisons": [{"columns": ["a", "b"], "kind": "text"},
                          {"columns": ["city"], "kind": "exact"}]}, "kind joint"),
        ({"blocking": []}, "at least 1"),
        ({"blocking": [["city"], ["city", "gender"]]}, "cannot be learned"),
    ],
)  # fmt: skip
def test_a_model_that_fails_quietly_is_refused(changed, said):
    model = load_config(CONFIG, ProbabilisticModel).model_dump()
    with pytest.raises(ValidationError, match=said):
        ProbabilisticModel.model_validate({**model, **changed})


def test_levels_without_a_null_level_or_a_last_level_are_named():
    problems = lint_levels(("city",), [{"sql_condition": "city_l = city_r"}])
    assert ["null level" in problems[0], "ELSE" in problems[1]] == [True, True]


def test_a_small_run_finds_people_written_twice():
    drawn = random.Random(3)
    rows, truth = [], []
    for person in range(400):
        profile = {
            "surname": drawn.choice("王李张刘陈杨黄赵吴周徐孙马朱胡"),
            "given_name": "".join(drawn.choice("伟芳娜敏静丽强磊军洋勇艳杰涛明") for _ in range(2)),
            "birth_date": f"{drawn.randint(1960, 2004)}-{drawn.randint(1, 12):02}-"
            f"{drawn.randint(1, 28):02}",
            "address": f"road {drawn.randint(1, 300)}",
            "city": drawn.choice(["上海市", "北京市", "杭州市"]),
            "postcode": str(drawn.randint(200000, 200200)),
        }
        for copy in range(1 + person % 2):
            unsure = drawn.choice(["address", "city", "given_name"])
            rows.append({**profile, unsure: None} if copy else profile)
            truth.append(person)
    profiles = pl.DataFrame(rows).with_row_index("vertex").cast({"vertex": pl.Int64})
    pairs = score_pairs(profiles, HOUSEHOLD_MODEL, DuckDBAPI())
    _, labels = link_clusters(
        pairs, HOUSEHOLD_MODEL, vertex_count=len(rows), guards=NO_GUARDS, use="analysis"
    )
    ids = [str(number) for number in range(len(rows))]
    found = pl.DataFrame({"record_id": ids, "customer_id": labels})
    quality = pairwise_quality(found, pl.DataFrame({"record_id": ids, "person": truth}))
    assert quality.precision > 0.95
    assert quality.recall > 0.9
