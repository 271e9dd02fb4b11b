"""Value assets: RFM and tiers as of a day. The definitions are in siyu.value."""

import dagster as dg

from assets.measuring import bars, measured, with_metadata
from assets.partitions import AS_OF_DATES, as_of_date
from assets.project import CONFIG
from assets.retention import RETENTION_KEY
from assets.stores import ParquetStore
from siyu.value.overview import count_values, thresholds_of_day
from siyu.value.rfm import score_rfm
from siyu.value.thresholds import load_thresholds
from siyu.value.tiers import assign_tiers

THRESHOLDS = CONFIG / "tiers.yml"


@dg.asset(
    key=["exchange", "customer_rfm"],
    deps=["int_customer_orders", "int_customer_profiles", RETENTION_KEY],
    partitions_def=AS_OF_DATES,
    group_name="value",
    kinds={"polars", "parquet"},
    owners=["team:crm"],
)
@measured
def customer_rfm(context: dg.AssetExecutionContext, exchange: ParquetStore) -> dg.MaterializeResult:
    """One row per customer: recency, frequency, monetary value, scores and segment as of a day."""
    scored = score_rfm(
        exchange.read("int_customer_orders"),
        exchange.read("int_customer_profiles"),
        as_of_date=as_of_date(context),
        thresholds=load_thresholds(THRESHOLDS),
    )
    written = exchange.write_part("customer_rfm", context.partition_key, scored)
    return with_metadata(
        written,
        **thresholds_of_day(scored),
        segments=bars("RFM segments (customers)", count_values(scored, "rfm_segment")),
    )


@dg.asset(
    key=["exchange", "customer_tiers"],
    deps=[
        "int_customer_orders",
        "int_customer_activity",
        "int_customer_advocacy",
        "int_customer_profiles",
        RETENTION_KEY,
    ],
    partitions_def=AS_OF_DATES,
    group_name="value",
    kinds={"polars", "parquet"},
    owners=["team:crm"],
)
@measured
def customer_tiers(
    context: dg.AssetExecutionContext, exchange: ParquetStore
) -> dg.MaterializeResult:
    """One row per customer: value, activity and loyalty tier as of a day."""
    tiers = assign_tiers(
        exchange.read("int_customer_orders"),
        exchange.read("int_customer_activity"),
        exchange.read("int_customer_advocacy"),
        exchange.read("int_customer_profiles"),
        as_of_date=as_of_date(context),
        thresholds=load_thresholds(THRESHOLDS),
    )
    written = exchange.write_part("customer_tiers", context.partition_key, tiers)
    return with_metadata(
        written,
        **thresholds_of_day(tiers),
        **{
            tier: bars(f"{tier} (customers)", count_values(tiers, tier))
            for tier in ("value_tier", "activity_tier", "loyalty_tier")
        },
    )
