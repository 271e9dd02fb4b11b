"""JSON and JSON-lines bytes into documents; whole numbers of any length stay exact."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import orjson

from siyu.ingest.documents import Document
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError
from siyu.ingest.text_blocks import TextBlock, line_blocks

# one document is parsed whole
MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
# orjson turns whole numbers beyond 64 bits into floats
BEYOND_64_BITS = re.compile(rb'(?<!["\d.eE+-])-?\d{19,}(?![\d.]|"\s*:)')
LINES_PROBED = 3


def read_json(opened: Callable[[], BinaryIO]) -> Iterator[Document]:
    """Documents of a file: one, several one after another, or one a line.

    Raises:
        ExportRefusedError: The text is damaged or the JSON is cut.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    coded = "utf-8" if encoding == "utf-16" else encoding
    with as_utf8_stream(opened(), encoding) as stream:
        blocks = line_blocks(stream)
        first = next(blocks, TextBlock(b"", 1, 0, is_last=True))
        if _is_lines(first.as_utf8(coded)):
            yield from _lines(first, coded)
            for block in blocks:
                yield from _lines(block, coded)
            return
        data = bytearray(first.as_utf8(coded))
        for block in blocks:
            data += block.as_utf8(coded)
            if len(data) > MAX_DOCUMENT_BYTES:
                raise ExportRefusedError(
                    f"one JSON document of more than {MAX_DOCUMENT_BYTES // 1024**2} MB",
                    "save each page of the answer as its own file",
                )
    yield from _documents(bytes(data))


def parse_json(data: bytes) -> Any:
    """One JSON value.

    Raises:
        ValueError: It is no JSON.
    """
    if BEYOND_64_BITS.search(data):
        return json.loads(data, parse_constant=_refuse_constant)
    return orjson.loads(data)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _is_lines(data: bytes) -> bool:
    lines = [line for line in data.split(b"\n", LINES_PROBED)[:LINES_PROBED] if line.strip()]
    return len(lines) > 1 and any(_is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except ValueError:
        return False


def _lines(block: TextBlock, encoding: str) -> Iterator[Document]:
    for number, line in enumerate(block.as_utf8(encoding).split(b"\n"), block.first_line):
        if not line or line.isspace():
            continue
        try:
            yield Document(number, parse_json(line), is_one_of_many=True)
        except ValueError:
            yield Document(number, None, "the line is no JSON, it is cut or damaged")


def _documents(data: bytes) -> Iterator[Document]:
    try:
        yield Document(1, parse_json(data))
        return
    except ValueError:
        pass
    text = data.decode()
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    at = _skip_blanks(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as wrong:
            raise _cut(text, wrong) from wrong
        yield Document(line, value)
        at = _skip_blanks(text, at)


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _cut(text: str, wrong: ValueError) -> ExportRefusedError:
    at = wrong.pos if isinstance(wrong, json.JSONDecodeError) else 0
    return ExportRefusedError(
        "the JSON is cut or damaged", DOWNLOAD_AGAIN, line=text.count("\n", 0, at) + 1
    )
