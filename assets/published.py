"""The warehouse analysts read: built beside the old one, checked, then put in its place at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.stores import HomeStore
from siyu.errors import SiyuError
from siyu.files import replace_file

READABLE_FILE = 0o444


class PublishError(SiyuError):
    """The new warehouse is not whole; the old one stays."""


class PublishedWarehouse(dg.ConfigurableResource):
    """``warehouse/siyu.duckdb``: never opened for writing, only replaced.

    Attributes:
        home: The home it belongs to.
    """

    home: HomeStore

    def replace(self, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        """Publish tables of ``build.duckdb``; nothing is replaced when nothing differs.

        Args:
            tables: For each table of schema ``marts`` its dbt node: description and columns.

        Returns:
            Rows by table.

        Raises:
            PublishError: The copy differs from the build.
        """
        target = self.home.paths.published_database
        fresh = target.with_name(".siyu.duckdb.partial")
        _discard(fresh)
        with _connected(fresh) as connection:
            _copy_tables(connection, self.home.paths.build_database, tables)
            prints = _fingerprints(connection)
        if prints != _published_fingerprints(target):
            replace_file(target, fresh, mode=READABLE_FILE)
        _discard(fresh)
        return {table: rows for table, rows, _ in prints}


@contextmanager
def _connected(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(
        str(path), read_only=read_only, config={"autoinstall_known_extensions": False}
    )
    try:
        yield connection
    finally:
        connection.close()


def _copy_tables(
    connection: duckdb.DuckDBPyConnection, build: Path, tables: Mapping[str, Mapping[str, Any]]
) -> None:
    connection.execute(f"attach {_text(str(build))} as build (read_only)")
    connection.execute("create schema marts; create schema publication")
    connection.execute(
        "create table publication.tables "
        "(table_name varchar, row_count bigint, fingerprint varchar)"
    )
    for table, node in tables.items():
        name = _name(table)
        comments = [
            f"comment on {place} is {_text(words)}"
            for place, words in _descriptions(name, node).items()
        ]
        connection.execute(f"create table marts.{name} as select * from build.marts.{name}")
        connection.execute("; ".join(comments))
        _record_fingerprint(connection, table, comments)
    connection.execute("detach build")
    connection.execute("checkpoint")


def _descriptions(name: str, node: Mapping[str, Any]) -> dict[str, str]:
    """What a comment is put on, and its text."""
    columns = {
        f"column marts.{name}.{_name(column)}": declared["description"]
        for column, declared in node["columns"].items()
    }
    return {f"table marts.{name}": node["description"], **columns}


def _record_fingerprint(
    connection: duckdb.DuckDBPyConnection, table: str, comments: list[str]
) -> None:
    """Keep count and hash of a table and its comments; both sides are read, a bad copy shows."""
    name = _name(table)
    copied, built = (
        connection.execute(
            f"select count(*), coalesce(sum(hash(t)), 0)::varchar from {schema}.{name} as t"
        ).fetchone()
        for schema in ("marts", "build.marts")
    )
    if copied != built:
        raise PublishError(
            f"marts.{table} was not copied whole; the published file stays as it is."
        )
    row_count, content = copied or (0, "")
    fingerprint = sha256("\n".join([content, *comments]).encode()).hexdigest()
    connection.execute(
        "insert into publication.tables values (?, ?, ?)", [table, row_count, fingerprint]
    )


def _fingerprints(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return connection.execute("select * from publication.tables order by all").fetchall()


def _published_fingerprints(path: Path) -> list[tuple[Any, ...]]:
    """Fingerprints of the file that stands; none when there is none or it cannot be read."""
    try:
        with _connected(path, read_only=True) as connection:
            return _fingerprints(connection)
    except duckdb.Error:
        return []


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
