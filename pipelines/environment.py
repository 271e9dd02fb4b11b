"""The environment of a run: which home, and tools that keep quiet towards the outside."""

import os
from pathlib import Path

from siyu.files import replace_file

POSTGRES = "SIYU_DAGSTER_POSTGRES_URL"
OURS = "# Written by siyu; take this line away to keep settings of your own.\n"
DAGSTER_SETTINGS = """\
telemetry: {enabled: false}
concurrency:
  runs: {max_concurrent_runs: 1}  # the warehouse has one writer; further runs wait in the queue
freshness: {enabled: true}
run_monitoring: {enabled: true}  # a run whose process died is failed, and alerted
# what runs print is in reports/; capturing it costs four processes a run
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
SQLITE = """\
storage:
  custom:
    module: pipelines.event_log
    class: KeptSqliteStorage
    config: {base_dir: {env: DAGSTER_HOME}}
"""
POSTGRESQL = f"""\
storage:
  postgres: {{postgres_url: {{env: {POSTGRES}}}}}
"""


def enter_home(home: Path) -> None:
    """Point Siyu, Dagster and dbt at one home and switch telemetry off.

    Dagster keeps its record of runs in SQLite files of the home, or in the PostgreSQL that
    ``SIYU_DAGSTER_POSTGRES_URL`` names.

    Args:
        home: The home folder; made when it does not exist.
    """
    dagster_home = home.resolve() / ".dagster"
    dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_settings(dagster_home / "dagster.yaml")
    os.environ |= {
        "SIYU_HOME": str(home.resolve()),
        "DAGSTER_HOME": str(dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # the database reader's own log: what it says comes back as the error, too
        "RUST_LOG": os.environ.get("RUST_LOG", "off"),
    }


def _write_settings(path: Path) -> None:
    wanted = OURS + DAGSTER_SETTINGS + (POSTGRESQL if os.environ.get(POSTGRES) else SQLITE)
    present = path.read_text() if path.exists() else OURS
    if present.startswith(OURS) and present != wanted:
        replace_file(path, wanted.encode())
