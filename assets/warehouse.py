"""The dbt project as assets: staging, intermediate tables, hand-offs and marts.

Dagster cuts this one definition into the parts before identity, before value and after value.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from assets.dbt_build import DbtBuild
from assets.project import DBT_PROJECT, manifest_path

MANIFEST = manifest_path()


class SiyuTranslator(DagsterDbtTranslator):
    """One name everywhere: a model is the asset of its name, in the group of its folder."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The model's name, or source and table for what Python hands to dbt."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The folder under ``models/``, or its topic folder for intermediate models."""
        layer, *topics = dbt_resource_props["fqn"][1:-1]
        return topics[0] if layer == "intermediate" and topics else layer

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The team in the model's ``meta.owner``; the data team looks after the rest."""
        return [f"team:{dbt_resource_props.get('meta', {}).get('owner', 'data')}"]


TRANSLATOR = SiyuTranslator()


@dbt_assets(
    manifest=MANIFEST,
    project=DBT_PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    exclude="resource_type:unit_test",
)
def warehouse(context: dg.AssetExecutionContext, dbt: DbtBuild) -> Iterator[Any]:
    """Build and test the selected dbt models in `build.duckdb`."""
    yield from dbt.build(context, TRANSLATOR)
