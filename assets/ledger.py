"""The ledger of a home: the only state. Entries are added as new files, never changed."""

import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import dagster as dg
import polars as pl

from assets.stores import HomeStore
from siyu.audience.suppression import start_suppression_lists
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.identity.ledger import LEDGER_SCHEMA, OVERRIDES_SCHEMA

RULES_SCHEMA = pl.Schema(dict.fromkeys(["rules", "who", "at", "why"], pl.String()))


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

    def position(self) -> str:
        """Which entries there are, in one word."""
        files = sorted(self._folder.glob("*.parquet"))
        listing = [(file.name, file.stat().st_size) for file in files]
        return sha256(repr(listing).encode()).hexdigest()[:16]

    def has_rules(self, fingerprint: str) -> bool:
        """Whether the entries were made with these rules, or a person accepted them since."""
        if not self._rules_file.exists():
            return True
        return bool(self._rules()["rules"].last() == fingerprint)

    def add_rules(self, fingerprint: str, *, who: str, at: str, why: str) -> None:
        """Add the rules the next entries are made with; the same as before add nothing."""
        if self._rules_file.exists() and self.has_rules(fingerprint):
            return
        row = pl.DataFrame([(fingerprint, who, at, why)], schema=RULES_SCHEMA, orient="row")
        replace_file(self._rules_file, pl.concat([self._rules(), row]).write_csv().encode())

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

    def _rules(self) -> pl.DataFrame:
        if not self._rules_file.exists():
            return pl.DataFrame(schema=RULES_SCHEMA)
        return pl.read_csv(self._rules_file, schema=RULES_SCHEMA)

    @property
    def _rules_file(self) -> Path:
        return self.home.paths.ledger / "identity_rules.csv"

    @property
    def _overrides_file(self) -> Path:
        return self.home.paths.ledger / "overrides.csv"

    @property
    def _secret_file(self) -> Path:
        return self.home.paths.ledger / "hmac.key"

    @property
    def _folder(self) -> Path:
        return self.home.paths.ledger / "identity"
