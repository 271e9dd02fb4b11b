"""What is written into a published file: tables copied whole or in parts, compared by hashes.

A part of a table is a month or a day where its model says so (``meta: parts``), else all of it.
When a file is published and which one it replaces is said in `assets.published`, what a file says
it holds in `assets.standing`.
"""

from collections.abc import Mapping, Set
from hashlib import sha256
from typing import Any

import duckdb

from assets.duckdb_files import quote_name, quote_text
from assets.standing import WHOLE, Recorded, Table, changed_parts
from siyu.errors import SiyuError

PART_FORMATS = {"month": "%Y-%m", "day": "%Y-%m-%d"}
Node = Mapping[str, Any]


class PublishError(SiyuError):
    """The new warehouse is not whole; the old one stays."""


def describe_tables(
    connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node]
) -> dict[str, Table]:
    """Read layout and hashes of the tables of the attached build.

    Args:
        connection: With the build attached.
        nodes: For each table of schema ``marts`` its dbt node: description, columns, meta.
    """
    return {name: _describe(connection, name, node) for name, node in nodes.items()}


def _describe(connection: duckdb.DuckDBPyConnection, name: str, node: Node) -> Table:
    part = _part_expression(node)
    comments = "; ".join(
        f"comment on {place} is {quote_text(words)}"
        for place, words in _descriptions(quote_name(name), node).items()
    )
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = 'build' "
        "and schema_name = 'marts' and table_name = ? order by column_index",
        [name],
    ).fetchall()
    layout = sha256(repr((columns, comments, part)).encode()).hexdigest()
    parts = _hash_parts(connection, "build.marts", name, part)
    return Table(name, part, comments, layout, parts)


def _part_expression(node: Node) -> str:
    parts = node.get("config", {}).get("meta", {}).get("parts")
    if parts is None:
        return WHOLE
    pattern = PART_FORMATS[parts["by"]]
    return f"coalesce(strftime({quote_name(parts['column'])}, '{pattern}'), '')"


def _descriptions(name: str, node: Node) -> dict[str, str]:
    """What a comment is put on, and its text."""
    columns = {
        f"column marts.{name}.{quote_name(column)}": declared["description"]
        for column, declared in node["columns"].items()
    }
    return {f"table marts.{name}": node["description"], **columns}


def _hash_parts(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    part: str,
    *,
    among: set[str] | None = None,
) -> dict[str, tuple[int, str]]:
    if among == set():
        return {}
    chosen = "" if among is None else f"where {part} in (select unnest(?))"
    rows = connection.execute(
        f"select {part}, count(*), sum(hash(t))::varchar "
        f"from {schema}.{quote_name(name)} as t {chosen} group by 1",
        [] if among is None else [sorted(among)],
    ).fetchall()
    return {key: (count, fingerprint) for key, count, fingerprint in rows}


def copy_tables(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    standing: Recorded,
    *,
    is_whole: bool,
) -> int:
    """Make the tables of the connected file equal to the build's, touching only what differs.

    Args:
        connection: To the new file, the build attached.
        tables: The tables as built.
        standing: What the file holds already.
        is_whole: Whether ``tables`` are all that was built, not one part of it.

    Returns:
        Rows that were taken out of tables that stay: they may still take room in the file.

    Raises:
        PublishError: What was copied differs from the build.
    """
    changes = {name: changed_parts(table, standing) for name, table in tables.items()}
    whole = {name for name, changed in changes.items() if changed is None}
    for name in sorted((standing.keys() - tables.keys()) | (whole & standing.keys())):
        connection.execute(f"drop table marts.{quote_name(name)}")
    connection.execute("checkpoint")  # the blocks of what was dropped are used again
    replaced = 0
    for name, changed in changes.items():
        table = tables[name]
        if changed is None:
            _copy_whole(connection, table)
        elif changed:
            _, stood = standing[name]
            replaced += _replace(connection, table, changed, stood.keys(), is_whole=is_whole)
            if _is_copied(connection, table, changed):
                continue
            # rows that are alike in all columns are not told apart by their hashes
            replaced += _delete_parts(connection, table, changed)
            _insert_parts(connection, table, changed)
        if not _is_copied(connection, table, changed):
            raise PublishError(
                f"marts.{name} was not copied whole; the published file stays as it is. "
                "Run the night again; if this comes back, look at the disk."
            )
    return replaced


def _replace(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    changed: set[str],
    stood: Set[str],
    *,
    is_whole: bool,
) -> int:
    """Add parts that are new, take away those that are gone, and compare the rows of others."""
    added, others = changed - stood, changed & stood
    if is_whole and _are_most(table, others):
        return _replace_rows(connection, table, None)
    gone = _replace_rows(connection, table, others) if others else 0
    if added:
        _insert_parts(connection, table, added)
    return gone


def _are_most(table: Table, parts: Set[str]) -> bool:
    """Whether telling parts apart costs more than reading the others with them."""
    rows = sum(table.parts[part][0] for part in parts & table.parts.keys())
    return rows > table.row_count / 2


def _is_copied(
    connection: duckdb.DuckDBPyConnection, table: Table, changed: set[str] | None
) -> bool:
    """Read what was written again; a bad copy shows."""
    parts = table.parts.keys() if changed is None else changed & table.parts.keys()
    among = None if changed is None or _are_most(table, changed) else changed
    copied = _hash_parts(connection, "marts", table.name, table.part, among=among)
    touched = {part: facts for part, facts in copied.items() if changed is None or part in changed}
    return touched == {part: table.parts[part] for part in parts}


def _copy_whole(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    name = quote_name(table.name)
    connection.execute(f"create table marts.{name} as select * from build.marts.{name}")
    connection.execute(table.comments)


def _replace_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, parts: set[str] | None
) -> int:
    """Replace the rows that differ, in some parts or in all: a merge changes few of every month."""
    name = quote_name(table.name)
    among = "" if parts is None else f"where {_among(table)}"
    connection.execute(
        f"create or replace temp table difference as select built.*, standing.place from "
        f"(select *, hash(built) as fingerprint from build.marts.{name} as built {among}) as built "
        f"full join (select rowid as place, hash(old) as fingerprint from marts.{name} as old "
        f"{among}) as standing on built.fingerprint = standing.fingerprint "
        "where standing.place is null or built.fingerprint is null",
        {} if parts is None else {"parts": sorted(parts)},
    )
    gone = _delete(
        connection, f"delete from marts.{name} where rowid in (select place from difference)"
    )
    connection.execute(
        f"insert into marts.{name} select * exclude (fingerprint, place) from difference "
        "where place is null"
    )
    connection.execute("drop table difference")
    return gone


def _delete_parts(connection: duckdb.DuckDBPyConnection, table: Table, parts: set[str]) -> int:
    name = quote_name(table.name)
    statement = f"delete from marts.{name} where {_among(table)}"
    return _delete(connection, statement, {"parts": sorted(parts)})


def _insert_parts(connection: duckdb.DuckDBPyConnection, table: Table, parts: set[str]) -> None:
    name = quote_name(table.name)
    connection.execute(
        f"insert into marts.{name} select * from build.marts.{name} where {_among(table)}",
        {"parts": sorted(parts)},
    )


def _among(table: Table) -> str:
    """Whether a row is of one of the parts that are asked for."""
    return f"{table.part} in (select unnest($parts))"


def _delete(
    connection: duckdb.DuckDBPyConnection, statement: str, values: Mapping[str, Any] | None = None
) -> int:
    """Number of rows that are gone."""
    return int(connection.execute(statement, values).fetchall()[0][0])
