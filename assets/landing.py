"""Landing assets: what each channel exported, typed. The reading is in siyu.ingest."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.project import SOURCES
from assets.stores import HomeStore, ParquetStore
from expectations.landing import judge_landed
from siyu.ingest.landing import admit_exports, stage_exports

CHECK = "acceptable_at_the_border"


def _specs() -> Iterator[dg.AssetSpec]:
    for name, source in SOURCES.items():
        yield dg.AssetSpec(
            key=["landing", name],
            group_name="raw",
            description=f"{source.title.en} ({source.title.zh}), {source.grain}.",
            kinds={"parquet", "polars"},
            owners=["team:data"],
        )
    yield dg.AssetSpec(
        key=["exchange", "export_files"],
        group_name="raw",
        description="One row per export file ever seen: landed, refused or duplicate, and why.",
        kinds={"parquet"},
        owners=["team:data"],
    )


@dg.multi_asset(
    name="landing",
    specs=list(_specs()),
    check_specs=[dg.AssetCheckSpec(CHECK, asset=["landing", name]) for name in SOURCES],
)
def landing(home: HomeStore, exchange: ParquetStore, ledger: Ledger) -> Iterator[Any]:
    """Land the exports that are new, refuse those that cannot be trusted."""
    ledger.begin(name for spec in SPECS for name in spec.suppress)
    staged = stage_exports(home.paths, SOURCES, loaded_at=home.now())
    verdicts = judge_landed(staged)
    export_files = admit_exports(home.paths, SOURCES, staged, refusals(verdicts))
    yield from landed(export_files, verdicts)
    yield exchange.write("export_files", export_files)
