"""Reference tables of the profile. The marts join them; the settings are in config."""

import dagster as dg

from assets.measuring import measured
from assets.project import CONFIG
from assets.stores import ParquetStore
from siyu.config_file import load_config
from siyu.profile.survivorship import Survivorship
from siyu.profile.survivorship import attribute_ranks as rank_sources


@dg.asset(
    key=["exchange", "attribute_ranks"],
    # settings that cannot be used stop a night before this
    deps=[dg.AssetKey(["exchange", "export_files"])],
    group_name="profile",
    kinds={"polars", "parquet"},
    owners=["team:data"],
)
@measured
def attribute_ranks(exchange: ParquetStore) -> dg.MaterializeResult:
    """One row per attribute and source: which source is believed first."""
    survivorship = load_config(CONFIG / "survivorship.yml", Survivorship)
    return exchange.write("attribute_ranks", rank_sources(survivorship))
