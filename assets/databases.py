"""Database files without the erased: made anew, for both DuckDB and SQLite keep deleted bytes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from assets.duckdb_files import connected, quote_name, quote_text
from siyu.files import replace_file
from siyu.privacy.tombstones import Tombstones

SQLITE = b"SQLite format 3\0"
DUCKDB = b"DUCK"
DUCKDB_AT = 8
# tells how ids lived on; holds no person's data
KEPT_WHOLE = frozenset({"identity_log"})


def is_duckdb(head: bytes) -> bool:
    """Whether a file that begins so is a DuckDB database."""
    return head[DUCKDB_AT : DUCKDB_AT + len(DUCKDB)] == DUCKDB


def is_sqlite(head: bytes) -> bool:
    """Whether a file that begins so is a SQLite database."""
    return head.startswith(SQLITE)


def remove_from_warehouse(
    path: Path, customer_ids: tuple[str, ...], identifier_hashes: tuple[str, ...]
) -> None:
    """Copy a published warehouse without a customer's rows and put it in place of the old one."""
    fresh = path.with_name(f".{path.name}.erasing")
    fresh.unlink(missing_ok=True)
    with connected(fresh) as connection:
        connection.execute(f"attach {quote_text(str(path))} as old (read_only)")
        tables = connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() "
            "where database_name = 'old' order by all"
        ).fetchall()
        for schema, table, comment in tables:
            _copy(connection, schema, table, comment, customer_ids, identifier_hashes)
        _recount(connection, tables)
        connection.execute("detach old")
        connection.execute("checkpoint")
    replace_file(path, fresh, mode=path.stat().st_mode & 0o777)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    comment: str | None,
    customer_ids: tuple[str, ...],
    identifier_hashes: tuple[str, ...],
) -> None:
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() "
        "where database_name = 'old' and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    conditions, values = ["true"], []
    for column, _ in columns if table not in KEPT_WHOLE else ():
        if column == "customer_id" or column.endswith("identifier_hash"):
            conditions.append(f"not coalesce(list_contains(?, {quote_name(column)}), false)")
            values.append(list(customer_ids if column == "customer_id" else identifier_hashes))
    place = f"{quote_name(schema)}.{quote_name(table)}"
    connection.execute(f"create schema if not exists {quote_name(schema)}")
    connection.execute(
        f"create table {place} as select * from old.{place} where {' and '.join(conditions)}",
        values,
    )
    if comment:
        connection.execute(f"comment on table {place} is {quote_text(comment)}")
    for column, told in columns:
        if told:
            connection.execute(
                f"comment on column {place}.{quote_name(column)} is {quote_text(told)}"
            )


def _recount(connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, str, str]]) -> None:
    """What the file says it holds is true again; no build equals it, the next is copied whole."""
    if ("publication", "parts") not in {(schema, table) for schema, table, _ in tables}:
        return
    (view,) = connection.execute(
        "select sql from duckdb_views() where database_name = 'old' and view_name = 'tables'"
    ).fetchone() or ("",)
    connection.execute(view)
    connection.execute("delete from publication.parts")
    for schema, table, _ in tables:
        if schema == "marts":
            connection.execute(
                f"insert into publication.parts select ?, 'erased', '', count(*), 'erased' "
                f"from {quote_name(schema)}.{quote_name(table)}",
                [table],
            )


def remove_from_sqlite(path: Path, stones: Tombstones) -> None:
    """Delete rows that name the erased, such as run logs, and give their pages back."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        ).fetchall()
        deleted = 0
        for (table,) in tables:
            rows = connection.execute(f"select rowid, * from {quote_name(table)}").fetchall()
            theirs = [
                (row[0],)
                for row in rows
                if stones.in_text("\n".join(str(cell) for cell in row if isinstance(cell, str)))
            ]
            connection.executemany(f"delete from {quote_name(table)} where rowid = ?", theirs)
            deleted += len(theirs)
        connection.commit()
        if deleted:
            connection.execute("vacuum")
