"""Quality and speed of identity stay within their stated bands."""

import doctest
import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
import identity_quality
from identity import BANDS, DIRTS, label_records, measure_quality, resolve_sample
from identity_brand import make_brand
from identity_quality import b_cubed_quality, pairwise_quality


@pytest.mark.parametrize("preset", ["standard", "hard"])
def test_quality_on_the_made_up_brand_stays_within_its_band(preset):
    sample = make_brand(6000, dirt=DIRTS[preset], seed=7)
    measured = measure_quality(sample, resolve_sample(sample), preset)
    # a third of the people of the stated measurement: twice its band
    assert measured.is_within(BANDS[preset], margin=0.01), measured


def test_guards_are_what_keeps_precision():
    sample = make_brand(3000)
    plain = pairwise_quality(label_records(sample.identifiers), sample.truth)
    guarded = pairwise_quality(resolve_sample(sample).records, sample.truth)
    assert guarded.precision > plain.precision + 0.3


def test_perfect_and_useless_partitions_have_the_scores_of_the_textbook():
    truth = pl.DataFrame({"record_id": list("abcd"), "person": [1, 1, 2, 2]})
    same = truth.select("record_id", customer_id=pl.col("person").cast(pl.String))
    one = truth.select("record_id", customer_id=pl.lit("all"))
    none = truth.select("record_id", customer_id=pl.lit(None, pl.String))
    for measure in (pairwise_quality, b_cubed_quality):
        assert measure(same, truth).f1 == 1.0
        assert measure(one, truth).recall == 1.0
        assert measure(none, truth).precision == 1.0
    assert pairwise_quality(one, truth).precision == pytest.approx(1 / 3)
    assert b_cubed_quality(one, truth).precision == pytest.approx(1 / 2)
    assert b_cubed_quality(none, truth).recall == pytest.approx(1 / 2)
    assert pairwise_quality(none, truth).recall == 0.0


def test_the_examples_of_the_measures_are_true():
    assert doctest.testmod(identity_quality).attempted > 0
    assert doctest.testmod(identity_quality).failed == 0
