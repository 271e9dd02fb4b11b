"""What makes jobs run between schedules: new exports in ``raw/``."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import dagster as dg

from assets.stores import HomeStore
from pipelines.jobs import nightly
from pipelines.tags import run_tags
from siyu.business_day import SHANGHAI

QUIET_SECONDS = 60  # a download that still grows is left alone


@dg.sensor(job=nightly, minimum_interval_seconds=60)
def on_new_export(
    context: dg.SensorEvaluationContext, home: HomeStore
) -> dg.RunRequest | dg.SkipReason:
    """Run the night as of today when exports came and have stopped growing."""
    exports = [path for path in home.paths.raw.rglob("*") if path.is_file()]
    if not exports:
        return dg.SkipReason(f"No exports in {home.paths.raw}.")
    now = datetime.now(SHANGHAI)
    if now.timestamp() - max(path.stat().st_mtime for path in exports) < QUIET_SECONDS:
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


def _fingerprint(exports: list[Path]) -> str:
    listing = sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in exports)
    return sha256(repr(listing).encode()).hexdigest()


ALL = [on_new_export]
