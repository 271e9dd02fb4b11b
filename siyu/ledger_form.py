"""The form of a home's ledger on disk: its version, the names of its entries, what is damage.

Entries are numbered from 1 without gaps, and each name holds the start of the hash of its
content. Reading and writing is the caller's part (`assets.ledger`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from siyu.errors import SiyuError

LEDGER_FORMAT = 2  # 1: entries named by number only, no head
HASH_SHOWN = 16
ENTRY_NAME = re.compile(r"(?P<sequence>\d{8})(?:-(?P<digest>[0-9a-f]{16}))?\.parquet")

WHAT_TO_DO = (
    "Change nothing in ledger/; restore it from the last backup: "
    "`siyu restore FILE --home DIR` (docs/runbook.md)."
)


class LedgerDamagedError(SiyuError):
    """A file of the ledger is missing or not as it was written; nothing was run."""


class LedgerFormatError(SiyuError):
    """The ledger was written by a newer Siyu; this one would misread it."""


@dataclass(frozen=True)
class Entry:
    """The name of one entry.

    Attributes:
        sequence: Its number, from 1.
        digest: Start of the SHA-256 of its content; None in format 1.
        name: The file's name.
    """

    sequence: int
    digest: str | None
    name: str


def entry_name(sequence: int, digest: str) -> str:
    """Name of an entry's file.

    Examples:
        >>> entry_name(7, "ab" * 32)
        '00000007-abababababababab.parquet'
    """
    return f"{sequence:08d}-{digest[:HASH_SHOWN]}.parquet"


def list_entries(names: Iterable[str]) -> list[Entry]:
    """Read the names in a ledger's folder, in the order of their numbers.

    Raises:
        LedgerDamagedError: A Parquet file is called otherwise, a number is there twice or missing.
    """
    entries = []
    for name in sorted(names):
        read = ENTRY_NAME.fullmatch(name)
        if read is None:
            raise LedgerDamagedError(f"ledger/identity/{name} is no entry. {WHAT_TO_DO}")
        entries.append(Entry(int(read["sequence"]), read["digest"], name))
    for number, entry in enumerate(entries, start=1):
        if entry.sequence != number:
            raise LedgerDamagedError(
                f"ledger/identity holds {entry.name} where entry {number} is expected: an entry "
                f"is missing or there twice. {WHAT_TO_DO}"
            )
    return entries


def check_entry(entry: Entry, content: bytes) -> None:
    """Refuse an entry whose content is not what was written.

    Raises:
        LedgerDamagedError: It is not.
    """
    if entry.digest not in (None, sha256(content).hexdigest()[:HASH_SHOWN]):
        raise LedgerDamagedError(
            f"ledger/identity/{entry.name} is damaged: its content is not what its name says. "
            f"{WHAT_TO_DO}"
        )


def check_head(
    entries: list[Entry], head: Mapping[str, int | str] | None, *, is_written: bool
) -> None:
    """Refuse a ledger that has lost its newest entries.

    Args:
        entries: The entries there are.
        head: Number and name of the newest entry when it was written; None without the file.
        is_written: Whether the head is written after each entry, as since format 2.

    Raises:
        LedgerDamagedError: The entry the head names is not there, or the head is not.
    """
    if head and head["name"] not in {entry.name for entry in entries}:
        raise LedgerDamagedError(
            f"ledger/identity ends with entry {len(entries)}, but entry {head['sequence']} "
            f"({head['name']}) was written. {WHAT_TO_DO}"
        )
    # a run killed after the very first entry had not come to the head
    if head is None and is_written and len(entries) > 1:
        raise LedgerDamagedError(f"ledger/head.json is missing. {WHAT_TO_DO}")


def read_head(content: bytes) -> dict[str, int | str]:
    """Number and name of the newest entry, from ``head.json``.

    Raises:
        LedgerDamagedError: The file cannot be read.
    """
    try:
        head = orjson.loads(content)
        return {"sequence": head["sequence"], "name": head["name"]}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise LedgerDamagedError(f"ledger/head.json cannot be read. {WHAT_TO_DO}") from None


def key_print(secret: bytes) -> str:
    """What tells a key from another one without giving it away.

    Examples:
        >>> key_print(b"a") == key_print(b"b")
        False
    """
    return sha256(b"siyu ledger key " + secret).hexdigest()[:HASH_SHOWN]


def check_key(stated: str, secret: bytes) -> None:
    """Refuse a key the ledger was not made with: every customer would get another id.

    Args:
        stated: Print of the key the ledger was made with, '' when nobody wrote it down.
        secret: The key there is.

    Raises:
        LedgerDamagedError: It is another home's.
    """
    if stated and stated != key_print(secret):
        raise LedgerDamagedError(f"ledger/hmac.key is the key of another ledger. {WHAT_TO_DO}")


def read_key_print(content: bytes) -> str:
    """Print of the key in ``format.json``; '' when it holds none or is damaged."""
    try:
        return str(orjson.loads(content).get("key", ""))
    except (orjson.JSONDecodeError, AttributeError):
        return ""


def read_format(content: bytes | None, *, is_new: bool) -> int:
    """Format of a ledger.

    Args:
        content: Of ``format.json``; None when there is none.
        is_new: Whether the ledger holds nothing yet.

    Raises:
        LedgerFormatError: A newer Siyu wrote it.
        LedgerDamagedError: The file cannot be read.
    """
    if content is None:
        return LEDGER_FORMAT if is_new else 1
    try:
        number = orjson.loads(content)["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        number = None
    if not isinstance(number, int) or number < 1:
        raise LedgerDamagedError(f"ledger/format.json cannot be read. {WHAT_TO_DO}")
    if number > LEDGER_FORMAT:
        raise LedgerFormatError(
            f"The ledger has format {number}, this Siyu knows formats up to {LEDGER_FORMAT}: a "
            "newer Siyu wrote it. Install that version again; nothing was changed."
        )
    return number
