"""The floor under a full build: DuckDB alone reads what landed and writes what the marts hold.

    python bench/nightly_floor.py HOME

Every column of every landed row is read, nothing is cleaned, joined or decided; then every
published table is written into a new database file.
"""

import sys
import tempfile
from pathlib import Path

import duckdb


def main() -> None:
    """Read and write."""
    home = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(dir=home) as folder:
        connection = duckdb.connect(str(Path(folder) / "floor.duckdb"))
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        for source in sorted((home / "landing").iterdir()):
            if any(source.glob("*.parquet")):
                connection.execute(
                    "select bit_xor(hash(landed)) "
                    f"from read_parquet('{source}/*.parquet', union_by_name = true) as landed"
                ).fetchall()
        published = home / "warehouse" / "siyu.duckdb"
        connection.execute(f"attach '{published}' as published (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'published' and schema_name = 'marts'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table {table} as from published.marts.{table}")
        connection.execute("checkpoint")
        connection.close()


if __name__ == "__main__":
    main()
