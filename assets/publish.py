"""The last step of the night: analysts get the new warehouse, whole."""

import dagster as dg
import orjson

from assets.published import PublishedWarehouse
from assets.warehouse import MANIFEST

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
)
def published_warehouse(published: PublishedWarehouse) -> dg.MaterializeResult:
    """`warehouse/siyu.duckdb`: every mart, personal data masked, replaced at once."""
    rows = published.replace(MARTS)
    return dg.MaterializeResult(metadata={**rows, "dagster/row_count": sum(rows.values())})
