"""The order in which sources are believed, and that it names sources there are."""

from pathlib import Path

import pytest

from siyu.config_file import load_config
from siyu.errors import ConfigError
from siyu.ingest.sources import load_sources
from siyu.profile.survivorship import Survivorship, attribute_ranks

CONFIG = Path(__file__).resolve().parents[2] / "config"


def test_every_ranked_source_is_declared():
    ranks = attribute_ranks(load_config(CONFIG / "survivorship.yml", Survivorship))

    assert set(ranks["source"]) <= set(load_sources(CONFIG / "sources"))
    assert not ranks.select("attribute", "source").is_duplicated().any()


def test_a_source_named_twice_is_refused_with_its_line(tmp_path):
    settings = tmp_path / "survivorship.yml"
    settings.write_text("version: 1\nattributes:\n  city: [youzan_trade, youzan_trade]\n")

    with pytest.raises(ConfigError, match="youzan_trade twice"):
        load_config(settings, Survivorship)
