"""Which encoding a text file has: byte order mark, else strict UTF-8, else GB18030.

GB18030 holds GBK and GB2312 whole; the smaller ones lack characters that occur in names.
"""

import codecs
import io
from typing import BinaryIO

from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
READ_BYTES = 1024 * 1024
# text that is UTF-8 but for a few broken bytes is a damaged file, not a GB18030 file
DAMAGED_SHARE = 0.1
JUDGED_BYTES = 64 * 1024
# shares of null bytes: text has none, in UTF-16 half of each sign of ASCII is one
FEW_NULLS, HALF_NULLS = 0.2, 0.5


def detect_encoding(stream: BinaryIO) -> str:
    """``utf-8``, ``utf-16`` or ``gb18030``, by the first bytes beyond ASCII.

    Raises:
        ExportRefusedError: They are neither; names the offset of the first wrong byte. Or the
            text is UTF-16 and does not say so.
    """
    offset = 0
    while piece := stream.read(READ_BYTES):
        if offset == 0:
            for mark, encoding in MARKS.items():
                if piece.startswith(mark):
                    return encoding
            if FEW_NULLS < piece.count(0) / len(piece) <= HALF_NULLS:
                raise ExportRefusedError(
                    "the text is UTF-16 without its mark", "save it as UTF-8, or with the mark"
                )
        if not piece.isascii():
            return _by_bytes(piece, offset)
        offset += len(piece)
    return "utf-8"


def undecodable(encoding: str, offset: int) -> ExportRefusedError:
    """The refusal of a file with a byte that its encoding does not have."""
    return ExportRefusedError(
        f"byte {offset} is no {encoding.upper()} text, the file is damaged", DOWNLOAD_AGAIN
    )


def as_utf8_stream(stream: BinaryIO, encoding: str) -> BinaryIO:
    """UTF-16 recoded as UTF-8; UTF-8 and GB18030 unchanged, for both keep ASCII bytes apart."""
    if encoding != "utf-16":
        return stream
    return io.BufferedReader(_Recoded(stream))


class _Recoded(io.RawIOBase):
    """UTF-16 read as UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._ready = b""
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._ready:
            piece = self._stream.read(READ_BYTES)
            try:
                text = self._decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as wrong:
                raise undecodable("utf-16", self._read + wrong.start) from wrong
            self._read += len(piece)
            self._ready = text.encode("utf-8", "surrogatepass")
            if not piece:
                break
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _by_bytes(piece: bytes, offset: int) -> str:
    wrong = _first_wrong_byte(piece, "utf-8")
    if wrong is None:
        return "utf-8"
    around = piece[max(0, wrong - JUDGED_BYTES) : wrong + JUDGED_BYTES].decode("utf-8", "replace")
    beyond_ascii = len(around) - len(around.encode("ascii", "ignore"))
    if around.count("\ufffd") <= beyond_ascii * DAMAGED_SHARE:
        raise undecodable("utf-8", offset + wrong)
    if (wrong_too := _first_wrong_byte(piece, "gb18030")) is not None:
        raise undecodable("gb18030", offset + wrong_too)
    return "gb18030"


def _first_wrong_byte(piece: bytes, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(piece)
    except UnicodeDecodeError as wrong:
        return wrong.start
    return None
