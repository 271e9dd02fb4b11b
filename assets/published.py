"""The warehouse analysts read: built beside the old one, checked, then put in its place at once."""

import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import orjson

from assets.build_database import attach_build
from assets.duckdb_files import connected
from assets.publication import Node, copy_tables, describe_tables
from assets.standing import (
    NOTHING,
    RECORDS,
    Standing,
    Table,
    as_published,
    is_same,
    read_standing,
    record,
)
from assets.stores import HomeStore
from assets.versions import drop_old_versions, keep_version, next_number
from siyu.files import PRIVATE_FILE, replace_file

READABLE_FILE = 0o444


class PublishedWarehouse(dg.ConfigurableResource):
    """``warehouse/siyu.duckdb``: never opened for writing, only replaced.

    Attributes:
        home: The home it belongs to.
    """

    home: HomeStore

    def replace(self, nodes: Mapping[str, Node], *, as_of_date: date, keep: int) -> dict[str, int]:
        """Publish tables of ``build.duckdb`` as a new version; none when nothing differs.

        Killed at any moment, the published file is the old one or the new one, and the next
        call ends in the same state.

        Args:
            nodes: For each table of schema ``marts`` its dbt node: description, columns, meta.
            as_of_date: Day the run answers for.
            keep: Number of versions to keep, the new one counted.

        Returns:
            Rows by table.

        Raises:
            PublishError: The copy differs from the build.
        """
        paths = self.home.paths
        _discard(self._fresh)  # of a run that was killed
        with connected(None) as connection:
            attach_build(connection, paths.build_database)
            tables = describe_tables(connection, nodes)
        standing = self._standing()
        keep_version(paths)  # a run killed after replacing the file may not have come to it
        if not is_same(tables, standing.tables):
            version = (next_number(paths), as_of_date, self.home.now())
            self._write(tables, standing, version, is_whole=True)
            keep_version(paths)
        drop_old_versions(paths, keep=keep)
        return {name: table.row_count for name, table in sorted(tables.items())}

    def replace_day(
        self, nodes: Mapping[str, Node], *, day: date, as_of_date: date, keep: int
    ) -> None:
        """Publish the answers of one past day; every other row stays as it is published.

        Where nothing is published, the next night publishes the day with everything else.

        Args:
            nodes: dbt nodes of the tables by as-of date.
            day: The day.
            as_of_date: Last day the warehouse answers for.
            keep: Number of versions to keep.
        """
        paths = self.home.paths
        standing = self._standing()
        if not nodes.keys() <= standing.tables.keys():
            return
        with connected(None) as connection:
            attach_build(connection, paths.build_database)
            built = describe_tables(connection, nodes)
        tables = {
            name: as_published(name, *standing.tables[name], built=built.get(name), part=str(day))
            for name in standing.tables
        }
        keep_version(paths)
        if not is_same(tables, standing.tables):
            version = (next_number(paths), as_of_date, self.home.now())
            self._write(tables, standing, version, is_whole=False)
            keep_version(paths)
        drop_old_versions(paths, keep=keep)

    def _write(
        self,
        tables: dict[str, Table],
        standing: Standing,
        version: tuple[int, date, datetime],
        *,
        is_whole: bool,
    ) -> None:
        """Write a version; one in which old rows take much room is written anew when it can be."""
        paths = self.home.paths
        fresh = self._fresh
        _discard(fresh)
        row_count = sum(table.row_count for table in tables.values())
        if is_whole and standing.copied_rows > row_count:
            standing = NOTHING
        if standing.tables:
            shutil.copyfile(paths.published_database, fresh)
            fresh.chmod(PRIVATE_FILE)
        with connected(fresh) as connection:
            if not standing.tables:
                connection.execute(RECORDS)
            attach_build(connection, paths.build_database)
            copied = copy_tables(connection, tables, standing.tables, is_whole=is_whole)
            record(connection, tables, version, copied_rows=standing.copied_rows + copied)
            connection.execute("detach build")
            connection.execute("checkpoint")
        replace_file(paths.published_database, fresh, mode=READABLE_FILE)
        replace_file(self._stamp_file, orjson.dumps(_stamp(paths.published_database)))
        _discard(fresh)

    def _standing(self) -> Standing:
        """What the published file holds; nothing when it is not there just as it was published.

        A file that somebody wrote to, or that was damaged, is never the base of the next one.
        """
        path = self.home.paths.published_database
        try:
            if orjson.loads(self._stamp_file.read_bytes()) != _stamp(path):
                return NOTHING
            with connected(path, read_only=True) as connection:
                return read_standing(connection)
        except (duckdb.Error, OSError, orjson.JSONDecodeError):
            return NOTHING

    @property
    def _fresh(self) -> Path:
        """Where the next file is written."""
        return self.home.paths.warehouse / ".siyu.duckdb.partial"

    @property
    def _stamp_file(self) -> Path:
        return self.home.paths.warehouse / "published.json"


def _stamp(path: Path) -> list[int]:
    """Which file it is, its size and when it was last written."""
    facts = path.stat()
    return [facts.st_ino, facts.st_size, facts.st_mtime_ns]


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)  # spilled rows
