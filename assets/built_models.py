"""Which dbt models stand in `build.duckdb` just as their inputs would make them today.

A night builds and tests what differs, and leaves the rest alone.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from assets.project import DBT_PROJECT
from siyu.files import replace_file
from siyu.home import Home

SETTINGS = ("dbt_project.yml", "profiles.yml")

Stamp = tuple[int, int, int]


class ModelPrints:
    """Fingerprints of models and tests: of their text, and of all they are made from.

    Attributes:
        manifest: dbt's manifest of the project.
        home: The home whose files the sources are.
    """

    def __init__(self, manifest: Mapping[str, Any], home: Home) -> None:
        """Look at the files of a home as they are now."""
        self.manifest = manifest
        self.home = home
        self._known: dict[tuple[str, bool], str] = {}

    def of(self, unique_id: str) -> str:
        """What a node has to have been built from to stand: a view only from its own text."""
        node = self.manifest["nodes"][unique_id]
        return self._print(unique_id, with_files=node["config"]["materialized"] != "view")

    def text_of(self, unique_id: str) -> str:
        """The code that makes a node: its own and that of all it is made from."""
        return self._print(unique_id, with_files=False)

    def _print(self, unique_id: str, *, with_files: bool) -> str:
        key = (unique_id, with_files)
        if key not in self._known:
            self._known[key] = self._look_at(unique_id, with_files=with_files)
        return self._known[key]

    def _look_at(self, unique_id: str, *, with_files: bool) -> str:
        if unique_id in self.manifest["sources"]:
            source = self.manifest["sources"][unique_id]
            files = self._files(source["source_name"], source["name"]) if with_files else []
            return _print_of(unique_id, source["meta"].get("external_location"), files)
        node = self.manifest["nodes"][unique_id]
        parents = sorted(node["depends_on"]["nodes"])
        return _print_of(
            self._project,
            node["raw_code"],
            node["config"],
            node["columns"],
            node.get("test_metadata"),
            [self._print(parent, with_files=with_files) for parent in parents],
        )

    def _files(self, source: str, table: str) -> list[tuple[str, int, int, int]]:
        place = self.home.root / source / table
        files = place.glob("*.parquet") if place.is_dir() else [place.with_suffix(".parquet")]
        return sorted((file.name, *_stamp(file)) for file in files)

    @cached_property
    def _project(self) -> str:
        """What every model is made with: macros, settings and the engine."""
        macros = {
            name: macro["macro_sql"]
            for name, macro in sorted(self.manifest["macros"].items())
            if macro["package_name"] == self.manifest["metadata"]["project_name"]
        }
        folder = Path(DBT_PROJECT.project_dir)
        settings = [(folder / name).read_text() for name in SETTINGS]
        engine = [self.manifest["metadata"]["dbt_version"], duckdb.__version__]
        return _print_of(macros, settings, engine)


def in_order(manifest: Mapping[str, Any]) -> list[str]:
    """Sources, models and tests, each after all that it is made from."""
    parents = {
        unique_id: node["depends_on"]["nodes"] for unique_id, node in manifest["nodes"].items()
    }
    return list(TopologicalSorter(parents).static_order())


class State(BaseModel):
    """What the record in ``built.json`` says.

    Attributes:
        database: Stamp of the database the models stand in.
        handoffs: Model → stamp of the file it hands to Python.
        built: Model or test → fingerprint of what it was built from.
        texts: Model made file by file → fingerprint of the code that made its rows.
    """

    model_config = ConfigDict(frozen=True)

    database: Stamp = (0, 0, 0)
    handoffs: dict[str, Stamp] = {}
    built: dict[str, str] = {}
    texts: dict[str, str] = {}


NOTHING = State()


class BuiltModels:
    """What was built in a home, kept in ``warehouse/built.json`` beside the database.

    Attributes:
        home: The home.
        state: The record as it counts: `NOTHING` when nothing counts.
    """

    def __init__(self, home: Home) -> None:
        """Read what was built; nothing counts when the database was changed by anybody else."""
        self.home = home
        self.state = self._read()
        self._built = self.state.built

    def pending(self, unique_ids: Sequence[str], prints: ModelPrints) -> list[str]:
        """Those of some nodes that do not stand as their inputs would make them now.

        What comes after one of them is one too: Dagster wants to hear of them in this order.
        """
        handoffs = self._handoffs(prints, unique_ids)
        wanted, pending = set(unique_ids), dict[str, None]()
        for unique_id in in_order(prints.manifest):
            node = prints.manifest["nodes"].get(unique_id)
            if node is None:
                continue
            is_other = unique_id in wanted and (
                self._built.get(unique_id) != prints.of(unique_id)
                or self.state.handoffs.get(unique_id) != handoffs.get(unique_id)
            )
            if is_other or any(parent in pending for parent in node["depends_on"]["nodes"]):
                pending[unique_id] = None
        return [unique_id for unique_id in pending if unique_id in wanted]

    def missing(self, unique_ids: Sequence[str], prints: ModelPrints) -> list[str]:
        """Models that some nodes read, that are not among them and were not built before."""
        found, seen, waiting = set[str](), set(unique_ids), list(unique_ids)
        while waiting:
            for parent in prints.manifest["nodes"][waiting.pop()]["depends_on"]["nodes"]:
                node = prints.manifest["nodes"].get(parent)
                if node is None or parent in seen:
                    continue
                seen.add(parent)
                if node["config"]["materialized"] == "ephemeral":
                    waiting.append(parent)
                elif parent not in self._built:
                    found.add(node["name"])
        return sorted(found)

    def are_rewritten(self, unique_ids: Sequence[str], prints: ModelPrints) -> bool:
        """Whether other code than today's made rows that a model would keep."""
        return any(
            unique_id in self._built and self.state.texts.get(unique_id) != text
            for unique_id, text in _texts(prints, unique_ids).items()
        )

    @contextmanager
    def building(self, unique_ids: Sequence[str], prints: ModelPrints) -> Iterator[None]:
        """Build nodes; after a failure or a kill nothing counts as built.

        When nothing counts, the database is made anew: what a kill, a full disk or a damaged
        sector left in it is gone.
        """
        if not self._built:
            discard_build(self.home)
        if self.file.is_dir():
            shutil.rmtree(self.file)
        self.file.unlink(missing_ok=True)
        self._drop_strangers(prints)
        yield
        built = self._built | {unique_id: prints.of(unique_id) for unique_id in unique_ids}
        state = State(
            database=_stamp(self.home.build_database),
            handoffs=self._handoffs(prints, built),
            built=built,
            texts=_texts(prints, built),
        )
        replace_file(self.file, state.model_dump_json().encode())

    def _drop_strangers(self, prints: ModelPrints) -> None:
        """Take away what a model of earlier code handed to Python: who reads all would read it."""
        made = {
            node["name"]
            for node in prints.manifest["nodes"].values()
            if _is_made_as(node, "handoff")
        }
        for file in self.home.exchange.glob("int_*.parquet"):
            if file.stem not in made:
                file.unlink()

    def _handoffs(self, prints: ModelPrints, unique_ids: Iterable[str]) -> dict[str, Stamp]:
        """Stamps of the files that models hand to Python."""
        nodes = {
            unique_id: prints.manifest["nodes"][unique_id]
            for unique_id in unique_ids
            if unique_id in prints.manifest["nodes"]
        }
        return {
            unique_id: _stamp(self.home.exchange / f"{node['name']}.parquet")
            for unique_id, node in nodes.items()
            if _is_made_as(node, "handoff")
        }

    def _read(self) -> "State":
        try:
            state = State.model_validate_json(self.file.read_bytes())
        except (OSError, ValidationError):
            return NOTHING
        database, log = self._database_files()
        # a write-ahead log holds what a killed run did
        is_as_left = state.database == _stamp(database) and not log.exists()
        return state if is_as_left else NOTHING

    def _database_files(self) -> tuple[Path, Path]:
        """The database and its write-ahead log."""
        database = self.home.build_database
        return database, database.with_name(f"{database.name}.wal")

    @property
    def file(self) -> Path:
        """Where the record is kept."""
        return self.home.warehouse / "built.json"


def copy_built(home: Home, other: Home) -> None:
    """Copy the database of a home to another one, with the record of what was built in it."""
    state = BuiltModels(home).state
    shutil.copy2(home.build_database, other.build_database)
    if state.built:
        copied = state.model_copy(update={"database": _stamp(other.build_database)})
        replace_file(BuiltModels(other).file, copied.model_dump_json().encode())


def discard_build(home: Home) -> None:
    """Delete the build database and what DuckDB put beside it; the next night makes it anew."""
    for leftover in home.warehouse.glob(f"{home.build_database.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def _texts(prints: ModelPrints, unique_ids: Iterable[str]) -> dict[str, str]:
    nodes = prints.manifest["nodes"]
    return {
        unique_id: prints.text_of(unique_id)
        for unique_id in unique_ids
        if unique_id in nodes and _is_made_as(nodes[unique_id], "by_file")
    }


def _is_made_as(node: Mapping[str, Any], materialization: str) -> bool:
    return bool(node["config"]["materialized"] == materialization)


def _stamp(file: Path) -> Stamp:
    """Which file it is, its size and when it was last written."""
    if not file.exists():
        return (0, 0, 0)
    facts = file.stat()
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns)


def _print_of(*parts: object) -> str:
    return sha256(orjson.dumps(parts)).hexdigest()
