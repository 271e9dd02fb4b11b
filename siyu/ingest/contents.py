"""What is inside a file, told by its first bytes and never by its name: archives are opened.

Nothing is unpacked to disk. How text, tables and documents are read stands in the readers.
"""

import fnmatch
import gzip
import io
import lzma
import stat
import struct
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from siyu.ingest.refusals import DOWNLOAD_AGAIN, PACK_AGAIN, ExportRefusedError
from siyu.ingest.signatures import refuse_unreadable

HEAD_BYTES = 65_536
MEGABYTE = 1024 * 1024
MAX_MEMBERS = 500
# text packs about 20 to 1; more than 200 to 1 is made to fill a disk
MAX_RATIO = 200
RATIO_MATTERS_FROM = 200 * MEGABYTE
MAX_UNPACKED = 20_000 * MEGABYTE
# a workbook in an archive is kept in memory; the platforms split their exports long before
MAX_INNER_WORKBOOK = 256 * MEGABYTE

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

WORKBOOK = "xl/workbook.xml"
NOT_EXPORTS = ("__MACOSX/*", "*Thumbs.db")
UTF8_NAME = 0x800
ENCRYPTED = 0x1


# what zipfile and gzip raise for a damaged archive, by which byte of it is damaged
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Content:
    """One readable thing: a file, or one member of an archive.

    Attributes:
        member: Its name in the archive, '' for a file that is none.
        open: Opens it for reading from the start; may be called again.
        head: Its first bytes.
    """

    member: str
    open: Callable[[], BinaryIO]
    head: bytes

    @property
    def is_workbook(self) -> bool:
        """Whether it is an xlsx workbook."""
        return self.head.startswith(ZIP)

    @property
    def is_old_workbook(self) -> bool:
        """Whether it is a workbook of Excel before 2007."""
        return self.head.startswith(OLD_EXCEL)


def contents_of(path: Path, skip_members: Sequence[str] = ()) -> Iterator[Content]:
    """Everything to read in a file, in the order of the archive.

    Args:
        path: The file.
        skip_members: Names (with ``*``) in an archive that are passed over.

    Raises:
        ExportRefusedError: The file is empty, damaged, dangerous or of a kind nobody can read.
    """
    head = _head(path.open("rb"))
    if not head:
        raise ExportRefusedError("the file is empty", DOWNLOAD_AGAIN)
    _refuse_no_export(head)
    if head.startswith(EMPTY_ZIP):
        raise ExportRefusedError("the archive is empty", DOWNLOAD_AGAIN)
    if head.startswith(ZIP):
        yield from _zip_contents(path, skip_members)
    elif head.startswith(GZIP):
        yield _gzip_content(path)
    else:
        yield Content("", lambda: path.open("rb"), head)


def _zip_contents(path: Path, skip_members: Sequence[str]) -> Iterator[Content]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except DAMAGE as broken:
        raise ExportRefusedError("the zip is cut or damaged", DOWNLOAD_AGAIN) from broken
    if any(member.filename == WORKBOOK for member in members):
        refuse_swollen(members)
        yield Content("", lambda: path.open("rb"), ZIP)
        return
    _refuse_dangerous(members)
    read = [member for member in members if not _is_skipped(member, skip_members)]
    if not read:
        raise ExportRefusedError("the archive holds no export", DOWNLOAD_AGAIN)
    for member in read:
        yield _member_content(path, member)


def _member_content(path: Path, member: zipfile.ZipInfo) -> Content:
    def open_member() -> BinaryIO:
        return io.BufferedReader(_Member(path, member))

    name = member_name(member)
    head = _head(open_member())
    _refuse_no_export(head)
    if head.startswith(ZIP) and member.file_size > MAX_INNER_WORKBOOK:
        raise ExportRefusedError(f"{name} is too large a workbook for an archive", PACK_AGAIN)
    if head.startswith(GZIP) or (head.startswith(ZIP) and not _is_workbook(open_member)):
        raise ExportRefusedError(f"{name} is an archive in an archive", PACK_AGAIN)
    return Content(name, open_member, head)


class _Member(io.RawIOBase):
    """One member of a zip; damage becomes a refusal."""

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        super().__init__()
        self._archive = zipfile.ZipFile(path)
        try:
            self._stream = self._archive.open(member)
        except DAMAGE as broken:
            raise _damaged(member_name(member)) from broken
        self._name = member_name(member)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            piece = self._stream.read(len(buffer))
        except DAMAGE as broken:
            raise _damaged(self._name) from broken
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        self._archive.close()
        super().close()


class _Gunzipped(io.RawIOBase):
    """A gzip; damage and bombs become refusals."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._stream = gzip.open(path)  # noqa: SIM115 - closed in close()
        self._packed = path.stat().st_size
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            piece = self._stream.read(len(buffer))
        except DAMAGE as broken:
            raise _damaged("the gzip") from broken
        self._unpacked += len(piece)
        refuse_bomb(self._packed, self._unpacked)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _gzip_content(path: Path) -> Content:
    def open_gzip() -> BinaryIO:
        return io.BufferedReader(_Gunzipped(path))

    head = _head(open_gzip())
    _refuse_no_export(head)
    if head.startswith((ZIP, GZIP)) or head[257:262] == b"ustar":
        raise ExportRefusedError("the gzip holds an archive", PACK_AGAIN)
    return Content("", open_gzip, head)


def member_name(member: zipfile.ZipInfo) -> str:
    """Name of a member; Chinese tools write GBK names without saying so.

    Source:
        APPNOTE.TXT 4.4.4 (bit 11), appendix D: without the bit the name is read as cp437.
    """
    if member.flag_bits & UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _is_skipped(member: zipfile.ZipInfo, skip_members: Sequence[str]) -> bool:
    name = member_name(member)
    patterns = (*NOT_EXPORTS, *skip_members)
    is_hidden = PurePosixPath(name).name.startswith(".")
    is_passed_over = any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
    return member.is_dir() or is_hidden or is_passed_over


def _refuse_dangerous(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise ExportRefusedError(f"the archive holds more than {MAX_MEMBERS} files", PACK_AGAIN)
    for member in members:
        name = member_name(member)
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name:
            raise ExportRefusedError("a name in the archive leaves its folder", PACK_AGAIN)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ExportRefusedError("the archive holds a link", PACK_AGAIN)
        if member.flag_bits & ENCRYPTED:
            raise ExportRefusedError("the archive has a password", PACK_AGAIN)
    refuse_swollen(members)


def refuse_swollen(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that is made to fill memory or disk, by the sizes it states.

    Nothing is read beyond a stated size: an archive that states too little is damaged.

    Raises:
        ExportRefusedError: It swells beyond any export.
    """
    packed = sum(member.compress_size for member in members)
    refuse_bomb(packed, sum(member.file_size for member in members))


def refuse_bomb(packed: int, unpacked: int) -> None:
    """Refuse what unpacks to more than any export would, given its packed size in bytes.

    Raises:
        ExportRefusedError: It swells beyond any export.
    """
    swells = unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO
    if swells or unpacked > MAX_UNPACKED:
        raise ExportRefusedError("the archive swells beyond any export", PACK_AGAIN)


def _refuse_no_export(head: bytes) -> None:
    refuse_unreadable(head)
    if len(head) < HEAD_BYTES and not head.removeprefix(BOM_UTF8).strip():
        raise ExportRefusedError("the file is empty but for blanks", DOWNLOAD_AGAIN)


def _is_workbook(opened: Callable[[], BinaryIO]) -> bool:
    with opened() as stream:
        try:
            return WORKBOOK in zipfile.ZipFile(io.BytesIO(stream.read())).namelist()
        except DAMAGE:
            return False


def _head(stream: BinaryIO) -> bytes:
    with stream:
        return stream.read(HEAD_BYTES)


def _damaged(name: str) -> ExportRefusedError:
    return ExportRefusedError(f"{name} is cut or damaged", DOWNLOAD_AGAIN)
