"""What is known of each file in ``raw/`` from earlier runs, so that a known one costs a look."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from siyu.files import replace_file
from siyu.home import Home
from siyu.ingest.exports import ExportFile

REGISTER = "_hashes.json"
READ_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class SeenFile:
    """A file as it was when it was hashed.

    Attributes:
        size: Bytes.
        changed: Time of its last change, nanoseconds.
        sha256: Of its content.
    """

    size: int
    changed: int
    sha256: str


class SeenFiles:
    """The files of ``raw/`` by ``<source>/<file>``, also those that are gone."""

    def __init__(self, home: Home) -> None:
        """Read what earlier runs left; nothing or a broken file means: hash again."""
        self._path = home.landing / REGISTER
        self._files: dict[str, SeenFile] = {}
        try:
            kept = orjson.loads(self._path.read_bytes())
            self._files = {name: SeenFile(*entry) for name, entry in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            pass

    def sha256(self, export: ExportFile) -> str:
        """Hash of a file, from memory while its size and time are the same.

        Raises:
            OSError: The file cannot be read.
        """
        state = export.path.stat()
        known = self._files.get(export.name)
        if known and (known.size, known.changed) == (state.st_size, state.st_mtime_ns):
            return known.sha256
        sha256 = hash_file(export.path)
        self._files[export.name] = SeenFile(state.st_size, state.st_mtime_ns, sha256)
        return sha256

    def forget(self, export: ExportFile) -> None:
        """A file that changed while it was read is hashed again next time."""
        self._files.pop(export.name, None)

    def items(self) -> list[tuple[str, str, str]]:
        """Source, file and hash of every file ever seen."""
        parted = ((name.partition("/"), seen.sha256) for name, seen in self._files.items())
        return sorted((source, file, sha256) for (source, _, file), sha256 in parted)

    def save(self) -> None:
        """Keep it for the next run."""
        kept = {
            name: (seen.size, seen.changed, seen.sha256)
            for name, seen in sorted(self._files.items())
        }
        content = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
        if not self._path.exists() or self._path.read_bytes() != content:
            replace_file(self._path, content)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
