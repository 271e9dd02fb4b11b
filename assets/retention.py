"""Retention: the night lets go what is older than `config/retention.yml` allows."""

import dagster as dg

from assets.measuring import measured
from assets.partitions import as_of_date
from assets.past_home import forget_homes_within
from assets.project import CONFIG
from assets.retained import find_past, remove_past
from assets.stores import HomeStore, ParquetStore
from siyu.privacy.retention import load_retention

RETENTION = CONFIG / "retention.yml"
RETENTION_KEY = dg.AssetKey("retention")


@dg.asset(
    key=RETENTION_KEY,
    # before the answers of the night, so that the marts made of them lose the same days
    deps=[dg.AssetKey(["exchange", "export_files"])],
    group_name="retention",
    kinds={"file"},
    owners=["team:data"],
)
@measured
def retention(
    context: dg.AssetExecutionContext,
    home: HomeStore,
    exchange: ParquetStore,  # noqa: ARG001  it holds the home while the run uses it
) -> dg.MaterializeResult:
    """Dated answers, audience folders, rejected rows, logs and runs past their days go.

    So do the homes within the home that killed runs left.
    """
    past = find_past(
        home.paths,
        context.instance,
        load_retention(RETENTION),
        as_of_date=as_of_date(context),
    )
    remove_past(home.paths, context.instance, past)
    forget_homes_within(home.paths)
    gone = [one for things in past.values() for one in things]
    return dg.MaterializeResult(
        metadata={
            **{rule: len(things) for rule, things in past.items()},
            "dagster/row_count": len(gone),
            "bytes": sum(one.size for one in gone),
        }
    )
