"""Archives without a person: opened in bounded memory, packed again as they were.

What is in a member is edited by whoever calls; what cannot be opened is said to be so.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from siyu.ingest.contents import (
    DAMAGE,
    MAX_MEMBERS,
    OLD_EXCEL,
    WORKBOOK,
    refuse_bomb,
    refuse_swollen,
)
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.signatures import UNREADABLE
from siyu.privacy.reading import Count, Rule
from siyu.privacy.text_stream import PIECE_BYTES, Opened
from siyu.privacy.workbook_edit import edit_workbook, pack

DEEPEST = 4  # archives around an archive; one that holds itself has no end
GZIP_FORM = 31  # zlib's number for a gzip with the largest window

Editor = Callable[[Opened, Rule, Count], Iterator[bytes]]


class UnsearchableError(Exception):
    """An archive nobody can look into: damaged, locked, or made to fill a machine."""


def is_unsearchable(head: bytes) -> bool:
    """Whether a file that begins so is one that no reader here takes apart."""
    return head.startswith((OLD_EXCEL, *UNREADABLE))


def edit_zip(opened: Opened, rule: Rule, count: Count, edit: Editor) -> Iterator[bytes]:
    """A zip or workbook without the person.

    Args:
        opened: Opens it.
        rule: Whose data goes.
        count: What is taken out is added here.
        edit: Edits one member.

    Raises:
        UnsearchableError: It cannot be opened.
    """
    if count.depth > DEEPEST:
        raise UnsearchableError
    infos, members = _unzipped(opened)
    with opened() as stream:
        data = stream.read()
    if WORKBOOK in members:
        yield edit_workbook(data, rule, count)
        return
    parts: dict[str, bytes] = {}
    for name, member in members.items():
        one = Count(depth=count.depth + 1)
        pieces = list(edit(partial(io.BytesIO, member), rule, one))
        if not one.is_empty:
            parts[name] = b"".join(pieces)
        count.add(one)
    if not count:
        yield data
        return
    count.is_empty = not parts
    yield pack(infos, parts)


def edit_gzip(opened: Opened, rule: Rule, count: Count, edit: Editor) -> Iterator[bytes]:
    """A gzip without the person; arguments and errors as of `edit_zip`."""
    if count.depth > DEEPEST:
        raise UnsearchableError
    count.depth += 1
    for _ in edit(lambda: _gunzipped(opened), rule, count):
        pass
    if not count:
        with opened() as stream:
            while piece := stream.read(PIECE_BYTES):
                yield piece
        return
    packed = zlib.compressobj(wbits=GZIP_FORM)
    for piece in edit(lambda: _gunzipped(opened), rule, Count(depth=count.depth)):
        yield packed.compress(piece)
    yield packed.flush()


def _unzipped(opened: Opened) -> tuple[list[zipfile.ZipInfo], dict[str, bytes]]:
    try:
        with opened() as stream, zipfile.ZipFile(_seekable(stream)) as archive:
            infos = archive.infolist()
            refuse_swollen(infos)
            if len(infos) > MAX_MEMBERS:
                raise UnsearchableError
            return infos, {info.filename: archive.read(info) for info in infos}
    except (*DAMAGE, ExportRefusedError) as broken:
        raise UnsearchableError from broken


def _seekable(stream: BinaryIO) -> BinaryIO:
    return stream if stream.seekable() else io.BytesIO(stream.read())


def _gunzipped(opened: Opened) -> BinaryIO:
    return io.BufferedReader(_Gunzipped(opened), PIECE_BYTES)


class _Gunzipped(io.RawIOBase):
    """The content of a gzip; damage and bombs are errors of their own."""

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self._packed = opened()
        self._stream = gzip.GzipFile(fileobj=self._packed)
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            piece = self._stream.read(len(buffer))
            self._unpacked += len(piece)
            refuse_bomb(self._packed.tell(), self._unpacked)
        except (*DAMAGE, ExportRefusedError) as broken:
            raise UnsearchableError from broken
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        self._packed.close()
        super().close()
