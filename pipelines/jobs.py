"""The jobs: the whole night, the audiences alone, and what fetches exports before the night."""

import dagster as dg

from assets import pulls

RETRY_NOTHING = {"dagster/max_retries": "0"}  # a night is idempotent; the next one catches up

# the other side may be away for a while; a whole pull waits 30, 60 and 120 seconds, give or take
TRY_AGAIN = dg.RetryPolicy(
    max_retries=3, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)

_PULLED = dg.AssetSelection.assets(*(asset.key for asset in pulls.ASSETS))
_CHECKS = dg.AssetSelection.checks(*pulls.CHECKS)

nightly = dg.define_asset_job(
    "nightly",
    # a pull that fails must not stop the night; it is only told of
    selection=(dg.AssetSelection.all() - _PULLED) | _CHECKS
    if pulls.ASSETS
    else dg.AssetSelection.all(),
    description="Raw exports in; published warehouse and audience lists out.",
    tags=RETRY_NOTHING,
)

export_audiences = dg.define_asset_job(
    "export_audiences",
    selection=dg.AssetSelection.groups("audiences").downstream(),
    description="Evaluate and write the audiences again, from the tables of the last night.",
    tags=RETRY_NOTHING,
)

answer_past_days = dg.define_asset_job(
    "answer_past_days",
    selection=dg.AssetSelection.groups("value", "audiences"),
    description="RFM, tiers and audiences of past days again, each from what its night knew.",
    tags=RETRY_NOTHING,
)

pull_exports = dg.define_asset_job(
    "pull_exports",
    selection=_PULLED.without_checks(),
    description="Fetch exports from outside into raw/; those that fail do not stop the others.",
    op_retry_policy=TRY_AGAIN,
    tags=RETRY_NOTHING,
)

# a job without assets cannot be loaded
ALL = [nightly, export_audiences, answer_past_days, *([pull_exports] if pulls.ASSETS else [])]
