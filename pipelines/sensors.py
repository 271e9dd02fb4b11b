"""What makes jobs run between schedules: new exports in ``raw/``."""

from datetime import datetime
from hashlib import sha256

import dagster as dg

from assets.project import SOURCES
from assets.stores import HomeStore
from pipelines.jobs import nightly
from pipelines.tags import run_tags
from siyu.business_day import SHANGHAI
from siyu.ingest.exports import ExportFile, find_exports

QUIET_SECONDS = 60  # a download that still grows is left alone
NANOSECONDS = 1_000_000_000


@dg.sensor(job=nightly, minimum_interval_seconds=60)
def on_new_export(
    context: dg.SensorEvaluationContext, home: HomeStore
) -> dg.RunRequest | dg.SkipReason:
    """Run the night as of today when exports came and have stopped growing."""
    exports = find_exports(home.paths, SOURCES)
    if not exports:
        return dg.SkipReason(f"No exports in {home.paths.raw}.")
    now = datetime.now(SHANGHAI)
    newest = max(export.state.modified if export.state else 0 for export in exports)
    if now.timestamp() - newest / NANOSECONDS < QUIET_SECONDS:
        return dg.SkipReason("The newest export is younger than a minute; it may still grow.")
    seen = _fingerprint(exports)
    if seen == context.cursor:
        return dg.SkipReason("No new exports since the last run.")
    context.update_cursor(seen)
    return dg.RunRequest(
        run_key=seen,
        partition_key=now.date().isoformat(),
        tags=run_tags(now.date(), kind="sensor"),
    )


def _fingerprint(exports: list[ExportFile]) -> str:
    listing = [
        (export.name, export.state and (export.state.size, export.state.modified))
        for export in exports
    ]
    return sha256(repr(listing).encode()).hexdigest()


ALL = [on_new_export]
