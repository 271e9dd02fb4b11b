"""What is known of each file in ``raw/`` from earlier runs, so that a known one costs a look."""

import hashlib
from dataclasses import astuple, dataclass
from pathlib import Path

import orjson

from siyu.files import FileState, file_state, replace_file
from siyu.home import Home
from siyu.ingest.exports import ExportFile

REGISTER = "_hashes.json"
READ_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class SeenFile:
    """A file as it was when it was hashed.

    Attributes:
        state: What would differ if it had changed since.
        sha256: Of its content.
    """

    state: FileState
    sha256: str


class SeenFiles:
    """The files of ``raw/`` by ``<source>/<file>``, also those that are gone."""

    def __init__(self, home: Home) -> None:
        """Read what earlier runs left; nothing or a broken file means: hash again."""
        self._path = home.landing / REGISTER
        self._files: dict[str, SeenFile] = {}
        self._changed = False
        try:
            kept = orjson.loads(self._path.read_bytes())
            self._files = {
                name: SeenFile(FileState(*state), sha256) for name, (sha256, *state) in kept.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            pass

    def see(self, export: ExportFile) -> SeenFile:
        """A file with its hash, from memory while nothing of its state has changed.

        A program may set the time of a change back, but not the time the system keeps itself.

        Raises:
            OSError: The file cannot be read.
        """
        state = export.state or file_state(export.path)
        known = self._files.get(export.name)
        if known and known.state == state:
            return known
        # taken before the content: what changes while it is hashed is hashed again next time
        seen = SeenFile(file_state(export.path), hash_file(export.path))
        self._files[export.name] = seen
        self._changed = True
        return seen

    def knows(self, export: ExportFile) -> bool:
        """Whether an earlier run met the file as it is."""
        known = self._files.get(export.name)
        return known is not None and known.state == file_state(export.path)

    def forget(self, export: ExportFile) -> None:
        """A file that changed while it was read is hashed again next time."""
        self._changed = self._files.pop(export.name, None) is not None or self._changed

    def items(self) -> list[tuple[str, str, str]]:
        """Source, file and hash of every file ever seen."""
        parted = ((name.partition("/"), seen.sha256) for name, seen in self._files.items())
        return sorted((source, file, sha256) for (source, _, file), sha256 in parted)

    def save(self) -> None:
        """Keep it for the next run."""
        if self._changed:
            kept = {
                name: (seen.sha256, *astuple(seen.state))
                for name, seen in sorted(self._files.items())
            }
            replace_file(self._path, orjson.dumps(kept, option=orjson.OPT_INDENT_2))


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
