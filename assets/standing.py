"""What a published file holds, as it says itself, and how the build differs from that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

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
    """Parts that differ from what stands; None when the table is laid out in another way."""
    layout, parts = standing.get(table.name, ("", {}))
    if layout != table.layout:
        return None
    return {
        part
        for part in parts.keys() | table.parts.keys()
        if parts.get(part) != table.parts.get(part)
    }


def as_published(
    name: str,
    layout: str,
    parts: dict[str, tuple[int, str]],
    *,
    built: Table | None,
    part: str,
) -> Table:
    """A table as it is published, but for one part as it is built.

    Args:
        name: Its name.
        layout: Its layout as published.
        parts: Its parts as published.
        built: The table as built; None when nothing of it is to change. One of another layout
            waits for a night, which writes it whole.
        part: The part.
    """
    if built is None or built.layout != layout:
        return Table(name, WHOLE, "", layout, parts)
    others = {key: facts for key, facts in parts.items() if key != part}
    fresh = {key: facts for key, facts in built.parts.items() if key == part}
    return Table(name, built.part, built.comments, layout, others | fresh)


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
