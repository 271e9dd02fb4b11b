"""The ledger of a home: the only state. Entries are added as new files, never changed."""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from assets.stores import HomeStore
from siyu.audience.suppression import start_suppression_lists
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.identity.ledger import LEDGER_SCHEMA, OVERRIDES_SCHEMA


class Ledger(dg.ConfigurableResource):
    """The ledger of one home.

    Attributes:
        home: The home it belongs to.
    """

    home: HomeStore

    def begin(self, suppression_lists: Iterable[str]) -> None:
        """Make the ledger of a new home: its secret and empty suppression lists.

        In a home that has its ledger a missing list stays missing: unknown is not empty.
        """
        if not self._secret_file.exists():
            start_suppression_lists(self.home.paths.ledger / "suppression", suppression_lists)
            replace_file(self._secret_file, secrets.token_hex(32).encode())

    def secret(self) -> bytes:
        """The home's key for identifier hashes, readable by its owner only."""
        return bytes.fromhex(self._secret_file.read_text().strip())

    def entries(self) -> pl.DataFrame:
        """All entries, oldest first."""
        files = sorted(self._folder.glob("*.parquet"))
        return pl.concat([pl.DataFrame(schema=LEDGER_SCHEMA), *map(pl.read_parquet, files)])

    def append(self, entry: pl.DataFrame) -> None:
        """Add one entry as a file of its own; an entry without rows adds nothing."""
        for sequence in entry["sequence"].unique().to_list():
            self._folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            partial = self._folder / ".entry.partial"
            entry.write_parquet(partial)
            replace_file(self._folder / f"{sequence:08d}.parquet", partial)

    def overrides(self) -> pl.DataFrame:
        """The never_link and always_link rows people wrote; none when there is no file."""
        if not self._overrides_file.exists():
            return pl.DataFrame(schema=OVERRIDES_SCHEMA)
        return pl.read_csv(self._overrides_file, schema=OVERRIDES_SCHEMA)

    def add_override(self, row: Mapping[str, str]) -> None:
        """Add one row a person decided; the rows before it stay as they are."""
        rows = pl.concat([self.overrides(), pl.DataFrame([row], schema=OVERRIDES_SCHEMA)])
        replace_file(self._overrides_file, rows.write_csv().encode())

    @property
    def _overrides_file(self) -> Path:
        return self.home.paths.ledger / "overrides.csv"

    @property
    def _secret_file(self) -> Path:
        return self.home.paths.ledger / "hmac.key"

    @property
    def _folder(self) -> Path:
        return self.home.paths.ledger / "identity"
