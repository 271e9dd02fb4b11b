"""The ledger of a home: the only state. Entries are added as new files, never changed."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import dagster as dg
import orjson
import polars as pl
from polars.exceptions import PolarsError

from assets.stores import HomeStore
from siyu.audience.suppression import start_suppression_lists
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.identity.ledger import LEDGER_SCHEMA, OVERRIDES_SCHEMA
from siyu.ledger_form import (
    LEDGER_FORMAT,
    WHAT_TO_DO,
    Entry,
    LedgerDamagedError,
    check_entry,
    check_head,
    check_key,
    entry_name,
    key_print,
    list_entries,
    read_format,
    read_head,
    read_key_print,
)

RULES_SCHEMA = pl.Schema(dict.fromkeys(["rules", "who", "at", "why"], pl.String()))
SECRET_BYTES = 32


class Ledger(dg.ConfigurableResource):
    """The ledger of one home.

    Attributes:
        home: The home it belongs to.
    """

    home: HomeStore

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Ledger"]:  # noqa: ARG002
        """Hold the home for the run; a damaged ledger stops it before anything is read."""
        with self.home.held():
            self.upgrade()
            self.check()
            yield self

    def begin(self, suppression_lists: Iterable[str]) -> None:
        """Make the ledger of a new home: its secret and empty suppression lists.

        In a home that has its ledger a missing list stays missing: unknown is not empty.
        """
        if not self._secret_file.exists():
            start_suppression_lists(self.home.paths.ledger / "suppression", suppression_lists)
            replace_file(self._secret_file, secrets.token_hex(SECRET_BYTES).encode())
            self._complete()

    def check(self) -> None:
        """Read the whole ledger once and hold it against what was written.

        Raises:
            LedgerDamagedError: A file is missing or not as it was written.
            LedgerFormatError: A newer Siyu wrote it.
        """
        entries = self._read()
        if self._secret_file.exists():
            check_key(self._stated(), self.secret())
        elif entries or self._stated():
            raise LedgerDamagedError(
                f"ledger/hmac.key is missing, and with it every identifier's hash. {WHAT_TO_DO}"
            )
        elif self.home.paths.published_database.exists():
            raise LedgerDamagedError(
                "ledger/ is gone, and with it every customer id, suppression list and erasure. "
                f"{WHAT_TO_DO} To begin anew without them, take warehouse/ away, too."
            )
        self.overrides()

    def upgrade(self) -> None:
        """Bring a ledger of an older format to the present one; killed, it goes on next time.

        Raises:
            LedgerFormatError: A newer Siyu wrote it.
        """
        if self.format() != LEDGER_FORMAT:
            for entry, content in self._read():
                name = entry_name(entry.sequence, sha256(content).hexdigest())
                (self._folder / entry.name).rename(self._folder / name)
            for entry in self.names()[-1:]:
                self._write_head(entry)
        if self._secret_file.exists() and not self._stated():
            self._complete()

    def format(self) -> int:
        """Number of the ledger's format; the present one for a new home."""
        found = self._format_file
        return read_format(
            found.read_bytes() if found.exists() else None,
            is_new=not self._secret_file.exists() and not self._folder.exists(),
        )

    def names(self) -> list[Entry]:
        """The names of all entries, oldest first."""
        return list_entries(path.name for path in self._folder.glob("*.parquet"))

    def secret(self) -> bytes:
        """The home's key for identifier hashes, readable by its owner only.

        Raises:
            LedgerDamagedError: It is no key.
        """
        try:
            key = bytes.fromhex(self._secret_file.read_text().strip())
        except ValueError:
            key = b""
        if len(key) != SECRET_BYTES:
            raise LedgerDamagedError(f"ledger/hmac.key is no key. {WHAT_TO_DO}")
        return key

    def entries(self) -> pl.DataFrame:
        """All entries, oldest first.

        Raises:
            LedgerDamagedError: An entry is missing or not as it was written.
            LedgerFormatError: A newer Siyu wrote it.
        """
        return pl.concat(
            [
                pl.DataFrame(schema=LEDGER_SCHEMA),
                *(_decode(entry, content) for entry, content in self._read()),
            ]
        )

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
            written = BytesIO()
            entry.write_parquet(written)
            content = written.getvalue()
            name = entry_name(sequence, sha256(content).hexdigest())
            replace_file(self._folder / name, content)
            self._write_head(Entry(sequence, None, name))

    def overrides(self) -> pl.DataFrame:
        """The never_link and always_link rows people wrote; none in a home without a ledger.

        Raises:
            LedgerDamagedError: The file is missing or no table of overrides.
        """
        if not self._overrides_file.exists() and not self._stated():
            return pl.DataFrame(schema=OVERRIDES_SCHEMA)
        try:
            return pl.read_csv(self._overrides_file, schema=OVERRIDES_SCHEMA)
        except (PolarsError, OSError):  # its message would show cells
            pass
        raise LedgerDamagedError(
            "ledger/overrides.csv cannot be read; its first line must be "
            f"{','.join(OVERRIDES_SCHEMA)}. Correct it, or: {WHAT_TO_DO}"
        )

    def add_override(self, row: Mapping[str, str]) -> None:
        """Add one row a person decided; the rows before it stay as they are."""
        rows = pl.concat([self.overrides(), pl.DataFrame([row], schema=OVERRIDES_SCHEMA)])
        replace_file(self._overrides_file, rows.write_csv().encode())

    def _read(self) -> list[tuple[Entry, bytes]]:
        self.format()
        entries = self.names()
        check_head(entries, self._head(), is_written=bool(self._stated()))
        contents = [(entry, (self._folder / entry.name).read_bytes()) for entry in entries]
        for entry, content in contents:
            check_entry(entry, content)
        return contents

    def _head(self) -> dict[str, int | str] | None:
        if not self._head_file.exists():
            return None
        return read_head(self._head_file.read_bytes())

    def _write_head(self, entry: Entry) -> None:
        head = {"sequence": entry.sequence, "name": entry.name}
        replace_file(self._head_file, orjson.dumps(head))

    def _complete(self) -> None:
        """Write what must be there from now on: the overrides, and whose key the ledger has."""
        if not self._overrides_file.exists():
            nobody = pl.DataFrame(schema=OVERRIDES_SCHEMA).write_csv()
            replace_file(self._overrides_file, nobody.encode())
        form = {"format": LEDGER_FORMAT, "key": key_print(self.secret())}
        replace_file(self._format_file, orjson.dumps(form))

    def _stated(self) -> str:
        """The print of the key the ledger was made with; '' until it is written down."""
        if not self._format_file.exists():
            return ""
        return read_key_print(self._format_file.read_bytes())

    def _rules(self) -> pl.DataFrame:
        if not self._rules_file.exists():
            return pl.DataFrame(schema=RULES_SCHEMA)
        return pl.read_csv(self._rules_file, schema=RULES_SCHEMA)

    @property
    def _rules_file(self) -> Path:
        return self.home.paths.ledger / "identity_rules.csv"

    @property
    def _head_file(self) -> Path:
        return self.home.paths.ledger / "head.json"

    @property
    def _format_file(self) -> Path:
        return self.home.paths.ledger / "format.json"

    @property
    def _overrides_file(self) -> Path:
        return self.home.paths.ledger / "overrides.csv"

    @property
    def _secret_file(self) -> Path:
        return self.home.paths.ledger / "hmac.key"

    @property
    def _folder(self) -> Path:
        return self.home.paths.ledger / "identity"


def _decode(entry: Entry, content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(content).select(LEDGER_SCHEMA.names()).cast(LEDGER_SCHEMA)
    except PolarsError:
        raise LedgerDamagedError(
            f"ledger/identity/{entry.name} is no ledger entry. {WHAT_TO_DO}"
        ) from None
