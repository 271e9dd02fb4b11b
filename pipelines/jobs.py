"""The jobs: the whole night, and the audiences alone."""

import dagster as dg

RETRY_NOTHING = {"dagster/max_retries": "0"}  # a night is idempotent; the next one catches up

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Raw exports in; published warehouse and audience lists out.",
    tags=RETRY_NOTHING,
)

export_audiences = dg.define_asset_job(
    "export_audiences",
    selection=dg.AssetSelection.groups("audiences").downstream(),
    description="Evaluate and write the audiences again, from the tables of the last night.",
    tags=RETRY_NOTHING,
)

ALL = [nightly, export_audiences]
