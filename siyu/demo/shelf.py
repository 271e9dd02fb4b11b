"""Where the demo's files go: written whole, replaced only when their bytes differ, all listed.

What is in them belongs to ``exports`` and ``truth``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl
import pyarrow
import pyarrow.parquet

from siyu.demo.text_lines import content_of

_CHUNK = 1 << 22
LANDED, REFUSED, DUPLICATE = "landed", "refused", "duplicate"
ROW_GROUP = 200_000
# the package has no types
_arrow: Any = pyarrow


@dataclass
class Shelf:
    """The home's ``raw/`` and ``truth/`` while a demo is written.

    Attributes:
        root: The home's root.
        journal: List of every file ever written here by a demo, kept until one is finished.
        expected: One entry per export file: source, file, status, rows, exported_at text.
        written: Paths below the root of every file of this demo, in order of writing.
        changed: How many files got new bytes.
        size: Bytes of all files.
    """

    root: Path
    journal: Path
    expected: list[tuple[str, str, str, int]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    changed: int = 0
    size: int = 0

    def export(self, source: str, file: str, *, encoding: str = "utf-8") -> "FileInWork":
        """A new file at ``raw/<source>/<file>`` to write lines to."""
        return FileInWork(self, self.root / "raw" / source / file, encoding)

    def put(
        self, source: str, file: str, content: bytes, *, rows: int, status: str = LANDED
    ) -> None:
        """Write a whole export at once and note what a reader should make of it."""
        with self.export(source, file) as work:
            work.write_bytes(content)
        self.expect(source, file, rows=rows, status=status)

    def content(self, source: str, file: str) -> bytes:
        """Bytes of an export that was written."""
        return (self.root / "raw" / source / file).read_bytes()

    def expect(self, source: str, file: str, *, rows: int, status: str = LANDED) -> None:
        """Note what a reader should make of an export."""
        self.expected.append((source, file, status, rows))

    def truth(self, name: str) -> "TruthTable":
        """A new table ``truth/<name>.parquet`` to append to."""
        return TruthTable(self, self.root / "truth" / f"{name}.parquet")

    def place(self, partial: Path, path: Path) -> None:
        """Let a finished file take its place, unless the same bytes stand there already."""
        name = path.relative_to(self.root).as_posix()
        self.written.append(name)
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(name + "\n")
        self.size += partial.stat().st_size
        if _same_bytes(partial, path):
            partial.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(path)
        self.changed += 1

    def open_journal(self) -> set[str]:
        """Files earlier demos wrote here, those that were cut short included."""
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        if not self.journal.exists():
            return set()
        return set(self.journal.read_text(encoding="utf-8").splitlines())

    def close_journal(self) -> None:
        """Shorten the journal to the files of this demo."""
        self.journal.write_text("".join(f"{name}\n" for name in sorted(self.written)), "utf-8")

    def partial(self) -> Path:
        """Where a file stands until it is whole: beside the truth, never among the exports."""
        folder = self.root / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f".partial-{len(self.written)}"


class FileInWork:
    """An export being written, taken into its place when the block ends without an error."""

    def __init__(self, shelf: Shelf, path: Path, encoding: str) -> None:
        """Open the file's partial."""
        self._shelf, self._path, self._encoding = shelf, path, encoding
        self._partial = shelf.partial()
        self._file = self._partial.open("wb")

    def __enter__(self) -> "FileInWork":
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the file into its place, or drop it after an error."""
        self._file.close()
        if kind is None:
            self._shelf.place(self._partial, self._path)
        else:
            self._partial.unlink()

    def write(self, text: str) -> None:
        """Write text in the file's encoding."""
        self._file.write(text.encode(self._encoding))

    def write_lines(self, lines: pl.Series) -> None:
        """Write texts one after another; they bring their own line ends."""
        content = content_of(lines)
        if self._encoding == "utf-8":
            self._file.write(content)
            return
        self._file.write(bytes(content).decode("utf-8").encode(self._encoding))

    def write_bytes(self, content: bytes) -> None:
        """Write bytes as they are."""
        self._file.write(content)


class TruthTable:
    """A Parquet table written group by group."""

    def __init__(self, shelf: Shelf, path: Path) -> None:
        """Nothing is opened before the first rows come."""
        self._shelf, self._path = shelf, path
        self._partial: Path | None = None
        self._writer: Any = None

    def append(self, rows: pl.DataFrame) -> None:
        """Add rows; all calls bring the same columns."""
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._partial = self._shelf.partial().with_name(f".partial-{self._path.name}")
            self._writer = _arrow.parquet.ParquetWriter(
                self._partial, table.schema, compression="zstd"
            )
        self._writer.write_table(
            _arrow.Table.from_batches(table.to_batches(), table.schema), ROW_GROUP
        )

    def close(self) -> None:
        """Take the table into its place."""
        if self._writer is not None and self._partial is not None:
            self._writer.close()
            self._shelf.place(self._partial, self._path)


def drop_stale(root: Path, earlier: Iterable[str], written: Iterable[str]) -> None:
    """Remove files an earlier demo wrote here and this one did not; others' files stay."""
    for name in sorted(set(earlier) - set(written)):
        (root / name).unlink(missing_ok=True)


def _same_bytes(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    return _digest(one) == _digest(other)


def _digest(path: Path) -> bytes:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()
