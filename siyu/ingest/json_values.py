"""JSON and JSON-lines bytes into documents; whole numbers of any length stay exact."""

import gc
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO

import numpy as np
import orjson
import polars as pl

from siyu.ingest.cut_texts import CUT_TEXT, is_cut, may_be_cut
from siyu.ingest.documents import DocumentBatch, DocumentReader, unparsable
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.pieces import Piece, already_read
from siyu.ingest.records import RecordBlock
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError, RejectedRow
from siyu.ingest.sources import Source
from siyu.ingest.text_blocks import MEGABYTE, TextBlock, line_blocks, too_long

# one document is parsed whole
MAX_DOCUMENT_BYTES = 96 * MEGABYTE
# parsed documents take twenty times their text: a few stay in the processor's cache
PARSED_AT_ONCE = MEGABYTE // 2
LINES_PROBED = 3
# orjson turns whole numbers beyond 64 bits into floats
LONG_NUMBER = re.compile(rb"[:\[,\s]-?\d{19,}[,\]}\s]")
BROKEN_LINE = "the line is no JSON, it is cut or damaged"
DIGITS = (ord("0"), ord("9"))
MINUS = ord("-")


def json_pieces(opened: Callable[[], BinaryIO], source: Source) -> Iterator[Piece]:
    """A JSON file in pieces: one document, several one after another, or one a line.

    Raises:
        ExportRefusedError: The text is damaged or the JSON is cut.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    coded = "utf-8" if encoding == "utf-16" else encoding
    with as_utf8_stream(opened(), encoding) as stream:
        blocks = line_blocks(stream, longest=MAX_DOCUMENT_BYTES)
        # a last line without its end is a block of its own
        begin = list(islice(blocks, 2))
        if is_log(b"".join(block.as_utf8(coded) for block in begin)):
            for block in chain(begin, blocks):
                yield Piece(partial(read_lines, block, coded, source), where="process")
            return
        data = _whole_document(chain(begin, blocks), coded)
    records = DocumentReader(source).records(_parse_documents(data))
    yield from already_read(iter([records]))


def read_lines(block: TextBlock, encoding: str, source: Source) -> RecordBlock:
    """Records of a block of lines."""
    # what is built here is no cycle: looking for cycles takes a quarter of the time
    gc.disable()
    try:
        reader = DocumentReader(source)
        read = [reader.records(parse_lines(part, encoding)) for part in _parts(block)]
    finally:
        gc.enable()
    rejected = [row for part in read for row in part.rejected]
    return RecordBlock(pl.concat([part.records for part in read], how="diagonal"), rejected)


def _parts(block: TextBlock) -> Iterator[TextBlock]:
    for part in line_blocks(io.BytesIO(block.data), size=PARSED_AT_ONCE, longest=len(block.data)):
        first_line = block.first_line + part.first_line - 1
        yield replace(part, first_line=first_line, offset=block.offset + part.offset)


def read_documents(opened: Callable[[], BinaryIO]) -> DocumentBatch:
    """All documents of a small UTF-8 file at once.

    Raises:
        ExportRefusedError: The JSON is cut.
    """
    with opened() as stream:
        data = stream.read()
    if is_log(data):
        return parse_lines(TextBlock(data, 1, 0, is_last=True), "utf-8")
    return _parse_documents(data)


def _whole_document(blocks: Iterable[TextBlock], encoding: str) -> bytes:
    data = bytearray()
    for block in blocks:
        data += block.as_utf8(encoding)
        if len(data) > MAX_DOCUMENT_BYTES:
            raise too_long(1, MAX_DOCUMENT_BYTES)
    return bytes(data)


def is_log(data: bytes) -> bool:
    """Whether a text holds one JSON object a line, rather than one document over many lines."""
    lines = [line for line in data.split(b"\n", LINES_PROBED)[:LINES_PROBED] if line.strip()]
    whole = [_is_object(line) for line in lines]
    # a document may hold its only row on a line of its own; a log may begin with a broken line
    return len(lines) > 1 and any(whole) and (all(whole) or not _is_json(data))


def parse_lines(block: TextBlock, encoding: str) -> DocumentBatch:
    """Documents of a block of lines; broken lines are rejected, the others go on."""
    data = block.as_utf8(encoding)
    lines = (data.replace(b"\r", b"") if b"\r" in data else data).split(b"\n")
    if not lines[-1]:
        lines.pop()
    numbers = list(range(block.first_line, block.first_line + len(lines)))
    filled = lines
    # only a line that starts with no brace may be blank: few logs have any
    if {line[:1] for line in lines} != {b"{"}:
        numbers = [at for at, line in zip(numbers, lines, strict=True) if line.strip()]
        filled = [line for line in lines if line.strip()]
    values = None if _has_long_numbers(data) else _parse_together(filled)
    if values is not None:
        return DocumentBatch(numbers, values, is_log=True)
    return _parse_one_by_one(numbers, filled)


def _parse_together(lines: list[bytes]) -> list[Any] | None:
    """All lines as one list, several times as fast; None when a line may be broken."""
    if {line[:1] for line in lines} != {b"{"} or {line[-1:] for line in lines} != {b"}"}:
        return None
    try:
        values = orjson.loads(b"[" + b",".join(lines) + b"]")
    except orjson.JSONDecodeError:
        return None
    # two broken lines may make one whole object together
    return values if len(values) == len(lines) else None


def _parse_one_by_one(numbers: list[int], lines: list[bytes]) -> DocumentBatch:
    parsed: dict[int, Any] = {}
    rejected: list[RejectedRow] = []
    for number, line in zip(numbers, lines, strict=True):
        try:
            parsed[number] = parse_json(line)
        except ValueError:
            rejected.append(unparsable(number, BROKEN_LINE))
    return DocumentBatch(list(parsed), list(parsed.values()), rejected, is_log=True)


def parse_json(data: bytes) -> Any:
    """One JSON value.

    Raises:
        ValueError: It is no JSON.
    """
    if LONG_NUMBER.search(data):
        try:
            value = json.loads(data, parse_constant=_refuse_constant)
        except RecursionError as deep:
            raise ValueError("nested too deeply") from deep
        # orjson refuses such text, too
        if may_be_cut(data) and is_cut(value):
            raise ValueError(CUT_TEXT)
        return value
    return orjson.loads(data)


def _has_long_numbers(data: bytes) -> bool:
    """Whether 20 digits stand in a row, or 19 after a minus; a pattern takes ten times as long."""
    text = np.frombuffer(data, dtype=np.uint8)
    run = (text >= DIGITS[0]) & (text <= DIGITS[1])
    for shift in (1, 2, 4, 8, 3):  # runs of 2, 4, 8, 16 and 19
        run = run[:-shift] & run[shift:]
    before = text[: max(0, run.size - 1)]
    return bool((run[1:] & (run[:-1] | (before == MINUS))).any())


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except ValueError:
        return False


def _is_json(data: bytes) -> bool:
    try:
        parse_json(data)
    except ValueError:
        return False
    return True


def _parse_documents(data: bytes) -> DocumentBatch:
    """One document, or several one after another."""
    try:
        return DocumentBatch([1], [parse_json(data)])
    except ValueError:
        text = data.decode()
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    found: dict[int, Any] = {}
    at = _skip_blanks(text, 0)
    while at < len(text):
        start = at
        try:
            found[start], at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as wrong:
            raise _cut(text, wrong) from wrong
        at = _skip_blanks(text, at)
    lines = [text.count("\n", 0, start) + 1 for start in found]
    return DocumentBatch(lines, list(found.values()), may_be_cut=may_be_cut(data))


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _cut(text: str, wrong: Exception) -> ExportRefusedError:
    at = wrong.pos if isinstance(wrong, json.JSONDecodeError) else 0
    return ExportRefusedError(
        "the JSON is cut or damaged", DOWNLOAD_AGAIN, line=text.count("\n", 0, at) + 1
    )
