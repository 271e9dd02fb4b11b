"""The last step of the night: analysts get the new warehouse, whole."""

import dagster as dg
import orjson

from assets.freshness import EVERY_NIGHT
from assets.measuring import measured
from assets.partitions import as_of_date
from assets.project import CONFIG
from assets.published import PublishedWarehouse
from assets.stores import HomeStore
from assets.warehouse import MANIFEST
from siyu.publication import load_publication

MARTS = {
    node["name"]: node
    for node in orjson.loads(MANIFEST.read_bytes())["nodes"].values()
    if node["resource_type"] == "model" and node["schema"] == "marts"
}


@dg.asset(
    key="published_warehouse",
    deps=list(MARTS),
    group_name="published",
    kinds={"duckdb"},
    owners=["team:data"],
    freshness_policy=EVERY_NIGHT,
)
@measured
def published_warehouse(
    context: dg.AssetExecutionContext, home: HomeStore, published: PublishedWarehouse
) -> dg.MaterializeResult:
    """`warehouse/siyu.duckdb`: every mart, personal data masked, replaced at once."""
    rows = published.replace(
        MARTS,
        as_of_date=as_of_date(context),
        keep=load_publication(CONFIG / "publication.yml").kept_versions,
    )
    return dg.MaterializeResult(
        metadata={
            **rows,
            "dagster/row_count": sum(rows.values()),
            "bytes": home.paths.published_database.stat().st_size,
        }
    )
