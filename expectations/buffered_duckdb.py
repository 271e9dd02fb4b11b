"""DuckDB as Great Expectations can use it: results are read before the connection goes back.

Great Expectations 1.24 fetches after it has returned the connection, and the rollback on return
empties DuckDB's cursor: nearly every expectation ends in "list index out of range". The dialect
``duckdb+buffered`` fetches results at once, and of long ones the first rows: expectations read
figures, but to learn the columns of a batch Great Expectations runs its query without a limit.
"""

from typing import Any

import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGExecutionContext
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

DRIVER = "buffered"
MOST_ROWS_READ = 1_000


class BufferedContext(PGExecutionContext):
    """Execution that keeps the result, the first rows of a long one."""

    def post_exec(self) -> None:
        """Fetch what a query returned while its connection is still held."""
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor is not None and self.cursor.description and not self.isinsert:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor,
                self.cursor.description,
                initial_buffer=self.cursor.fetchmany(MOST_ROWS_READ),
            )


class BufferedDuckDB(duckdb_engine.Dialect):
    """The dialect ``duckdb+buffered``."""

    driver = DRIVER
    supports_statement_cache = True
    execution_ctx_cls: Any = BufferedContext


def register() -> None:
    """Make ``duckdb+buffered://`` known to SQLAlchemy."""
    registry.register(f"duckdb.{DRIVER}", __name__, "BufferedDuckDB")
