"""DuckDB spills to disk rather than take what memory there is."""

import duckdb

from assets.duckdb_files import bound_memory


def bound_of(connection: duckdb.DuckDBPyConnection) -> int:
    (bound,) = connection.execute(
        "select parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchone()
    return bound


def test_memory_is_bounded_on_a_large_machine():
    connection = duckdb.connect(config={"memory_limit": "64 GB"})
    bound_memory(connection)
    assert 2.5 * 10**9 < bound_of(connection) <= 3 * 10**9


def test_a_bound_that_is_less_stands():
    connection = duckdb.connect(config={"memory_limit": "1 GB"})
    before = bound_of(connection)
    bound_memory(connection)
    assert abs(bound_of(connection) - before) < 10**6
