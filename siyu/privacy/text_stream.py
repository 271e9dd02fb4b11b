"""A file as text in pieces: how its bytes become characters and bytes again, whatever they are."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.json_values import MAX_DOCUMENT_BYTES
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.text_blocks import TextBlock, line_blocks, text_blocks

PIECE_BYTES = 1024 * 1024
KEEP_BYTES = "surrogateescape"  # a damaged byte stays the byte it is
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# what parts two words and is part of no other character, neither in UTF-8 nor in GB18030
BETWEEN_WORDS = (b"\n", b",", b'"', b"\t")

Opened = Callable[[], BinaryIO]


@dataclass(frozen=True)
class TextStream:
    """A text that is read in blocks and written again.

    Attributes:
        opened: Opens its bytes from the start.
        encoding: Of the bytes.
        mark: Byte order mark of UTF-16, else empty.
    """

    opened: Opened
    encoding: str
    mark: bytes

    @classmethod
    def of(cls, opened: Opened) -> "TextStream":
        """Look at the first bytes; what is no text is read as if it were UTF-8."""
        with opened() as stream:
            try:
                encoding = detect_encoding(stream)
            except ExportRefusedError:
                encoding = "utf-8"
        with opened() as stream:
            mark = stream.read(2)
        return cls(opened, encoding, mark if mark in UTF16_MARKS else b"")

    @property
    def coded(self) -> str:
        """Encoding of the blocks: UTF-16 comes as UTF-8."""
        return "utf-8" if self.encoding == "utf-16" else self.encoding

    def decode(self, data: bytes) -> str:
        """Characters of a block; damaged bytes come back by `encode`."""
        return data.decode(self.coded, KEEP_BYTES)

    def encode(self, text: str) -> bytes:
        """Bytes of what `decode` gave."""
        return text.encode(self.coded, KEEP_BYTES)

    def whole(self) -> str:
        """All of it."""
        with as_utf8_stream(self.opened(), self.encoding) as stream:
            return self.decode(stream.read())

    def blocks(self, *, of_records: bool) -> Iterator[TextBlock]:
        """Blocks of whole records of a table, or of whole lines.

        Raises:
            ExportRefusedError: A quote never closes, or a line is longer than any reader takes.
        """
        with as_utf8_stream(self.opened(), self.encoding) as stream:
            if of_records:
                yield from text_blocks(stream)
            else:
                yield from line_blocks(stream, longest=MAX_DOCUMENT_BYTES)

    def pieces(self) -> Iterator[bytes]:
        """Pieces of bounded size that end between words where there is a place for it."""
        with self.opened() as stream:
            kept = b""
            while piece := stream.read(PIECE_BYTES):
                data = kept + piece
                end = max(data.rfind(between) for between in BETWEEN_WORDS) + 1 or len(data)
                kept = data[end:]
                yield data[:end]
            if kept:
                yield kept

    def out(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Pieces in the encoding of the file."""
        if not self.mark:
            yield from pieces
            return
        yield self.mark
        for piece in pieces:
            yield piece.decode("utf-8", "surrogatepass").encode(
                UTF16_MARKS[self.mark], "surrogatepass"
            )
