"""What the last night's identity was made from, kept so that the next resolves only changes.

Derived and private: `exchange/identity_input/` can be thrown away, the next night then resolves
everything. A note is written last and removed first, so that a killed night leaves none.
"""

import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import orjson
import polars as pl

import siyu.identity
from assets.stores import HomeStore, ParquetStore
from siyu.files import PRIVATE_FOLDER, replace_file, sync_folder
from siyu.identity.attributes import ATTRIBUTES_SCHEMA
from siyu.identity.changes import Input
from siyu.identity.evidence import IDENTIFIERS_SCHEMA
from siyu.identity.ledger import LEDGER_SCHEMA
from siyu.identity.packing import TABLES, pack, unpack
from siyu.identity.resolution import Ledger, Resolution
from siyu.identity.rules import IdentityRules

# hand-offs of dbt, one for each group of channels: what a channel did not touch is not compared
IDENTIFIERS, ATTRIBUTES = "int_*_identifiers", "int_*_attributes"
OBSERVED = {IDENTIFIERS: IDENTIFIERS_SCHEMA, ATTRIBUTES: ATTRIBUTES_SCHEMA}


def fingerprint_rules(rules: IdentityRules) -> str:
    """How identity is decided, in one word: the settings and the code that follows them."""
    said = rules.model_dump_json(exclude={"change_limits"})
    code = sorted(Path(siyu.identity.__path__[0]).glob("*.py"))
    parts = [said.encode(), pl.__version__.encode(), *(file.read_bytes() for file in code)]
    return sha256(b"\0".join(sha256(part).digest() for part in parts)).hexdigest()[:16]


class IdentityMemory(dg.ConfigurableResource):
    """The last night's observations of one home.

    Attributes:
        home: The home.
        exchange: Its hand-offs.
    """

    home: HomeStore
    exchange: ParquetStore

    def recall(
        self, conditions: dict[str, Any], overrides: pl.DataFrame
    ) -> tuple[Input, Input] | None:
        """What the tables in use were made from, and what is to be resolved, without common files.

        Args:
            conditions: What must be as it was: rules, secret, position of the ledger.
            overrides: Tonight's overrides.

        Returns:
            The two inputs; none when the last night did not finish, something else was asked
            for, or a table is not as it left it.
        """
        if self._told() != {**conditions, "files": self._stamps()} or not self._overrides.exists():
            return None
        apart = {table: _apart(self._kept(table), self.exchange.files(table)) for table in OBSERVED}
        (old_rows, new_rows), (old_stated, new_stated) = (
            [_scan(files, schema) for files in apart[table]] for table, schema in OBSERVED.items()
        )
        return (
            Input(old_rows, old_stated, pl.read_parquet(self._overrides)),
            Input(new_rows, new_stated, overrides),
        )

    def observed(self, overrides: pl.DataFrame) -> Input:
        """Everything that is to be resolved, left on disk.

        Args:
            overrides: Tonight's overrides.
        """
        identifiers, attributes = (self.exchange.scan(table) for table in OBSERVED)
        return Input(identifiers, attributes, overrides)

    def tables_in_use(self) -> dict[str, pl.LazyFrame]:
        """The tables of the last night, left on disk."""
        return {table: self.exchange.scan(f"identity_{table}") for table in TABLES}

    def in_use(self, ledger: Ledger) -> Resolution:
        """The resolution of the last night, in memory.

        Args:
            ledger: What nights decided so far.
        """
        return Resolution(
            tables={
                table: unpack(table, pack(table, rows).collect().lazy())
                for table, rows in self.tables_in_use().items()
            },
            log=ledger.log,
            registry=ledger.registry,
            entry=pl.DataFrame(schema=LEDGER_SCHEMA),
        )

    def forget(self) -> None:
        """Take the note away before anything it speaks of is written."""
        self._note.unlink(missing_ok=True)
        if self._folder.exists():
            sync_folder(self._folder)

    def keep(self, conditions: dict[str, Any], overrides: pl.DataFrame) -> None:
        """Keep tonight's observations; they cost no room while nobody replaces the hand-offs."""
        self.forget()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=PRIVATE_FOLDER)
        for table in OBSERVED:
            for file in self.exchange.files(table):
                _keep_file(file, self._folder / file.name)
        overrides.write_parquet(self._overrides)
        note = {**conditions, "files": self._stamps()}
        replace_file(self._note, orjson.dumps(note))

    @property
    def _folder(self) -> Path:
        return self.exchange.path / "identity_input"

    @property
    def _note(self) -> Path:
        return self._folder / "made_from.json"

    @property
    def _overrides(self) -> Path:
        return self._folder / "overrides.parquet"

    def _told(self) -> Any:
        """What the note says; none when there is none or it is damaged."""
        try:
            return orjson.loads(self._note.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None

    def _kept(self, table: str) -> list[Path]:
        return sorted(self._folder.glob(f"{table}.parquet"))

    def _stamps(self) -> dict[str, list[int]]:
        """Size and time of every file the note speaks of."""
        files = [
            file
            for file in sorted(self.exchange.path.glob("identity_*.parquet"))
            # who is likely one person is written later, from the other tables
            if not file.name.startswith("identity_likely")
        ]
        files += [file for table in OBSERVED for file in self._kept(table)]
        files.append(self._overrides)
        return {
            str(file.relative_to(self.exchange.path)): _stamp(file)
            for file in files
            if file.exists()
        }


def _keep_file(file: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(file)
    except OSError:  # some file systems know no hard links
        shutil.copy2(file, kept)


def _stamp(file: Path) -> list[int]:
    found = file.stat()
    return [found.st_size, found.st_mtime_ns]


def _apart(before: Sequence[Path], now: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Files of either side without those that are one and the same on disk."""
    numbers = [{_number(file) for file in files} for files in (before, now)]
    common = numbers[0] & numbers[1]
    one, other = (
        [file for file in files if _number(file) not in common] for files in (before, now)
    )
    return one, other


def _number(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _scan(files: Iterable[Path], schema: pl.Schema) -> pl.LazyFrame:
    paths = list(files)
    return pl.scan_parquet(paths) if paths else pl.LazyFrame(schema=schema)
