"""What is written into a published file: tables copied whole or in parts, compared by hashes.

A part of a table is a month or a day where its model says so (``meta: parts``), else all of it.
When a file is published and which one it replaces is said in `assets.published`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from siyu.errors import SiyuError

PART_FORMATS = {"month": "%Y-%m", "day": "%Y-%m-%d"}
WHOLE = "''"  # the only part of a table that has no parts
NO_PARTS = ((None, (0, None)),)  # a table without rows is named too: its layout counts

RECORDS = """
create schema marts;
create schema publication;
create table publication.version (
    version integer, as_of_date date, published_at timestamp, copied_rows bigint
);
create table publication.parts (
    table_name varchar, layout varchar, part varchar, row_count bigint, fingerprint varchar
);
create view publication.tables as
select table_name, sum(row_count)::bigint as row_count from publication.parts group by table_name;
"""

Node = Mapping[str, Any]


class PublishError(SiyuError):
    """The new warehouse is not whole; the old one stays."""


@dataclass(frozen=True)
class Table:
    """One table as it stands in a database.

    Attributes:
        name: Its name in schema ``marts``.
        part: SQL expression of the part a row belongs to.
        comments: Statements that describe the table and its columns.
        layout: Hash of columns, types, comments and the way it is cut into parts.
        parts: Part → number of rows and hash of them.
    """

    name: str
    part: str
    comments: str
    layout: str
    parts: dict[str, tuple[int, str]]

    @property
    def row_count(self) -> int:
        """Rows of all parts."""
        return sum(rows for rows, _ in self.parts.values())


Recorded = Mapping[str, tuple[str, dict[str, tuple[int, str]]]]


@dataclass(frozen=True)
class Standing:
    """What a published file says it holds.

    Attributes:
        tables: Table → layout, and part → number of rows and hash of them.
        copied_rows: Rows replaced since the file was last written whole; the rows they replaced
            may still take room in it.
    """

    tables: Recorded
    copied_rows: int


NOTHING = Standing({}, 0)


@contextmanager
def connected(path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file, or to none that is kept."""
    connection = duckdb.connect(
        str(path or ":memory:"),
        read_only=read_only,
        config={"autoinstall_known_extensions": False},
    )
    try:
        yield connection
    finally:
        connection.close()


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


def read_standing(connection: duckdb.DuckDBPyConnection) -> Standing:
    """What a published file says it holds."""
    tables: dict[str, tuple[str, dict[str, tuple[int, str]]]] = {}
    for name, layout, part, rows, fingerprint in connection.execute(
        "select * from publication.parts"
    ).fetchall():
        _, parts = tables.setdefault(name, (layout, {}))
        if part is not None:
            parts[part] = (rows, fingerprint)
    (copied_rows,) = connection.execute(
        "select coalesce(max(copied_rows), 0) from publication.version"
    ).fetchone() or (0,)
    return Standing(tables, copied_rows)


def is_same(tables: Mapping[str, Table], standing: Recorded) -> bool:
    """Whether the build holds just what stands."""
    return tables.keys() == standing.keys() and not any(
        changed_parts(table, standing) != set() for table in tables.values()
    )


def changed_parts(table: Table, standing: Recorded) -> set[str] | None:
    """Parts that differ from what stands; None when the table must be written whole."""
    layout, parts = standing.get(table.name, ("", {}))
    if layout != table.layout:
        return None
    differing = {
        part
        for part in parts.keys() | table.parts.keys()
        if parts.get(part) != table.parts.get(part)
    }
    return None if differing and table.part == WHOLE else differing


def rows_to_copy(tables: Mapping[str, Table], standing: Recorded) -> int:
    """Rows that must be written to make what stands equal to the build."""
    count = 0
    for table in tables.values():
        changed = changed_parts(table, standing)
        parts = table.parts.keys() if changed is None else changed & table.parts.keys()
        count += sum(table.parts[part][0] for part in parts)
    return count


def copy_tables(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], standing: Recorded
) -> None:
    """Make the tables of the connected file equal to the build's, touching only what differs.

    Args:
        connection: To the new file, the build attached.
        tables: The tables as built.
        standing: What the file holds already.

    Raises:
        PublishError: What was copied differs from the build.
    """
    changes = {name: changed_parts(table, standing) for name, table in tables.items()}
    whole = {name for name, changed in changes.items() if changed is None}
    for name in sorted((standing.keys() - tables.keys()) | (whole & standing.keys())):
        connection.execute(f"drop table marts.{quote_name(name)}")
    connection.execute("checkpoint")  # the blocks of what was dropped are used again
    for name, changed in changes.items():
        if changed is None:
            _copy_whole(connection, tables[name])
        elif changed:
            _copy_parts(connection, tables[name], changed)
        _compare(connection, tables[name], changed)


def _compare(connection: duckdb.DuckDBPyConnection, table: Table, changed: set[str] | None) -> None:
    """Read what was written again; a bad copy shows."""
    parts = table.parts.keys() if changed is None else changed & table.parts.keys()
    copied = _hash_parts(connection, "marts", table.name, table.part, among=changed)
    if copied != {part: table.parts[part] for part in parts}:
        raise PublishError(
            f"marts.{table.name} was not copied whole; the published file stays as it is. "
            "Run the night again; if this comes back, look at the disk."
        )


def _copy_whole(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    name = quote_name(table.name)
    connection.execute(f"create table marts.{name} as select * from build.marts.{name}")
    connection.execute(table.comments)


def _copy_parts(connection: duckdb.DuckDBPyConnection, table: Table, changed: set[str]) -> None:
    name, chosen = quote_name(table.name), [sorted(changed)]
    connection.execute(f"delete from marts.{name} where {table.part} in (select unnest(?))", chosen)
    connection.execute(
        f"insert into marts.{name} "
        f"select * from build.marts.{name} where {table.part} in (select unnest(?))",
        chosen,
    )


def record(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    version: tuple[int, date, datetime],
    *,
    copied_rows: int,
) -> None:
    """Write the version's stamp, and what every part holds, into the file.

    Args:
        connection: To the new file.
        tables: The tables in it.
        version: Number, as-of date, moment of publication.
        copied_rows: Rows replaced since the file was last written whole.
    """
    connection.execute("delete from publication.version; delete from publication.parts")
    connection.execute(
        "insert into publication.version values (?, ?, ?, ?)", [*version, copied_rows]
    )
    connection.executemany(
        "insert into publication.parts values (?, ?, ?, ?, ?)",
        [
            [table.name, table.layout, part, *numbers]
            for table in tables.values()
            for part, numbers in table.parts.items() or NO_PARTS
        ],
    )


def quote_name(identifier: str) -> str:
    """An SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """An SQL text."""
    return "'" + text.replace("'", "''") + "'"
