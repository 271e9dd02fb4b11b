"""Opening DuckDB files within bounds of memory, and names and texts in what is asked of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "3 GB"
KEPT_SHARE = 0.75


@contextmanager
def connected(path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file, or to none that is kept."""
    connection = duckdb.connect(
        str(path or ":memory:"),
        read_only=read_only,
        config={"autoinstall_known_extensions": False},
    )
    try:
        bound_memory(connection)
        yield connection
    finally:
        connection.close()


def bound_memory(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep DuckDB's memory within bounds: what needs more is spilled to disk.

    Its own bound, four fifths of the machine or container, holds where that is less.
    """
    bounds = connection.execute(
        "select least(parse_formatted_bytes(current_setting('memory_limit')), "
        "parse_formatted_bytes(?))",
        [MEMORY],
    ).fetchone()
    if bounds:
        connection.execute(f"set memory_limit = '{bounds[0]} B'")
        # what it keeps for itself it need not ask the system for again: a third of its system time
        kept = int(bounds[0] * KEPT_SHARE)
        connection.execute(f"set block_allocator_memory = '{kept} B'")


def quote_name(identifier: str) -> str:
    """An SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """An SQL text."""
    return "'" + text.replace("'", "''") + "'"
