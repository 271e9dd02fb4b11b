"""The environment of a run: which home, and tools that keep quiet towards the outside."""

import os
from pathlib import Path

DAGSTER_SETTINGS = """\
telemetry: {enabled: false}
concurrency:
  runs: {max_concurrent_runs: 1}
storage:
  custom:
    module: pipelines.event_log
    class: KeptSqliteStorage
    config: {base_dir: {env: DAGSTER_HOME}}
# what runs print is in reports/; capturing it costs four processes a run
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def enter_home(home: Path) -> None:
    """Point Siyu, Dagster and dbt at one home and switch telemetry off.

    Args:
        home: The home folder; made when it does not exist.
    """
    dagster_home = home.resolve() / ".dagster"
    dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = dagster_home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(DAGSTER_SETTINGS)
    os.environ |= {
        "SIYU_HOME": str(home.resolve()),
        "DAGSTER_HOME": str(dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # the database reader's own log: what it says comes back as the error, too
        "RUST_LOG": os.environ.get("RUST_LOG", "off"),
    }
