"""Landing assets: what each channel exported, typed. The reading is in siyu.ingest."""

from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from assets.erasures import Erasures
from assets.freshness import EVERY_NIGHT
from assets.ledger import Ledger
from assets.measuring import bars, measured, with_metadata
from assets.project import AUDIENCES, SOURCES
from assets.pulls import keys_upstream_of
from assets.settings import check_settings
from assets.stores import HomeStore, ParquetStore
from expectations.landing import StagedFile, judge_landed
from expectations.landing_suites import DeclaredTable
from expectations.verdict import Verdict
from siyu.ingest.columns import SHOWN_TYPES
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import Source

CHECK = "acceptable_at_the_border"
TOTALS_CHECK = "rows_add_up_to_stated_totals"
FILES_KEY = dg.AssetKey(["exchange", "export_files"])


def _key(source: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", source])


@dg.multi_asset(
    name="landing",
    specs=[
        *(
            dg.AssetSpec(
                key=_key(name),
                deps=keys_upstream_of(name),
                group_name="raw",
                description=f"{source.title.en} ({source.title.zh}): {source.where.en}",
                kinds={"polars", "parquet"},
                owners=["team:data"],
                freshness_policy=EVERY_NIGHT,
            )
            for name, source in SOURCES.items()
        ),
        dg.AssetSpec(
            key=FILES_KEY,
            group_name="raw",
            description="One row per export file ever seen: landed, refused or duplicate, and why.",
            kinds={"parquet"},
            owners=["team:data"],
            freshness_policy=EVERY_NIGHT,
        ),
    ],
    check_specs=[
        *(dg.AssetCheckSpec(CHECK, asset=_key(name)) for name in SOURCES),
        *(
            dg.AssetCheckSpec(
                TOTALS_CHECK,
                asset=_key(name),
                description="The totals an export states below its rows are what its rows add up"
                " to.",
            )
            for name, source in SOURCES.items()
            if source.totals
        ),
    ],
)
@measured
def landing(home: HomeStore, exchange: ParquetStore, ledger: Ledger) -> Iterator[Any]:
    """Land the exports that are new; refuse those that are not what they claim to be."""
    check_settings()
    ledger.begin(name for spec in AUDIENCES for name in spec.suppress)
    erasures = Erasures(home=home)
    erasures.finish()
    kept_out = erasures.keep_out()
    loaded_at = home.now()
    staged = erasures.keep_out_of_staged(stage_exports(home.paths, SOURCES, loaded_at=loaded_at))
    verdicts = judge_landed(
        [StagedFile(export.name, export.source, export.path) for export in staged],
        {name: _declared(source) for name, source in SOURCES.items()},
        loaded_at=loaded_at,
    )
    refusals = ChainMap(*(verdict.refused for verdict in verdicts))
    export_files = admit_exports(home.paths, SOURCES, staged, dict(refusals))
    yield from _results(export_files, {verdict.subject: verdict for verdict in verdicts})
    landed = export_files.group_by("source").agg(pl.col("rows_landed").sum()).sort("source")
    yield with_metadata(
        exchange.write("export_files", export_files)._replace(asset_key=FILES_KEY),
        rows_of_erased_people=sum(found.records for found in kept_out),
        rows=bars("Rows landed, by source", dict(landed.iter_rows())),
    )


def _declared(source: Source) -> DeclaredTable:
    """What a landed table promises; of a phone or e-mail only the cell as shown is sure."""
    return DeclaredTable(
        columns=tuple(source.landing_schema()),
        required=tuple(
            f"{column.name}_shown" if column.kind in SHOWN_TYPES else column.name
            for column in source.columns
            if column.required == "value"
        ),
        key=source.key,
        usual={column.name: column.usually for column in source.columns if column.usually},
    )


def _results(
    export_files: pl.DataFrame, verdicts: dict[str, Verdict]
) -> Iterator[dg.MaterializeResult]:
    """One result per source: its rows, its refused files, and the verdict on what was new."""
    counts = {
        row["source"]: row
        for row in export_files.group_by("source")
        .agg(
            pl.col("rows_landed").filter(status="landed").sum().alias("dagster/row_count"),
            pl.col("rows_rejected").sum(),
            pl.col("status").eq("refused").sum().alias("refused_files"),
        )
        .iter_rows(named=True)
    }
    for name in SOURCES:
        verdict = verdicts.get(name, Verdict(name, ()))
        numbers = counts.get(name, {"dagster/row_count": 0})
        yield dg.MaterializeResult(
            asset_key=_key(name),
            metadata=numbers,
            check_results=[
                dg.AssetCheckResult(
                    asset_key=_key(name),
                    check_name=CHECK,
                    passed=verdict.passed,
                    # the bad files are refused by now, what landed may be built on
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=verdict.metadata,
                ),
                *_compared_totals(name, export_files),
            ],
        )


def _compared_totals(source: str, export_files: pl.DataFrame) -> Iterator[dg.AssetCheckResult]:
    """For a source whose exports state totals: which files' rows add up to something else."""
    if not SOURCES[source].totals:
        return
    differing = export_files.filter(pl.col("totals_difference").is_not_null(), source=source)
    yield dg.AssetCheckResult(
        asset_key=_key(source),
        check_name=TOTALS_CHECK,
        passed=differing.is_empty(),
        # the rows that are there are right, some are missing
        severity=dg.AssetCheckSeverity.WARN,
        metadata=dict(differing.select("file", "totals_difference").iter_rows()),
    )
