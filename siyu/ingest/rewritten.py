"""Export files an erasure rewrote: the totals below their rows still count the erased ones."""

from pathlib import Path

import orjson

from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.home import Home


def rewritten_files(home: Home) -> frozenset[str]:
    """SHA-256 of every export file without somebody who was in it."""
    try:
        return frozenset(orjson.loads(_path(home).read_bytes()))
    except FileNotFoundError:
        return frozenset()


def note_rewritten(home: Home, sha256: str) -> None:
    """Remember an export file whose totals need not fit any more."""
    known = rewritten_files(home)
    if sha256 not in known:
        _path(home).parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        replace_file(_path(home), orjson.dumps(sorted({*known, sha256})))


def _path(home: Home) -> Path:
    return home.ledger / "erasures" / "rewritten.json"
