"""What dbt-duckdb calls when it opens a database (`dbt_project/profiles.yml` names this module)."""

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from assets.build_database import attach_build, has_key
from assets.duckdb_files import bound_memory


class Plugin(BasePlugin):
    """Bounds DuckDB's memory and attaches `build.duckdb` with its key; without a key dbt does."""

    build: Path

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Look up the file; what does not fit into memory is written to disk encrypted, too."""
        self.build = Path(creds.attach[0].path)
        if has_key():
            config["temp_file_encryption"] = True

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Bound its memory, and attach the database that is encrypted."""
        bound_memory(conn)
        if has_key():
            attach_build(conn, self.build, read_only=False)
