"""Logs of XML callbacks (WeChat, WeCom) into documents: one ``<xml>…</xml>`` after another."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from siyu.ingest.documents import DocumentBatch, unparsable
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.text_blocks import MEGABYTE, line_blocks, too_long

END = b"</xml>"
START = b"<xml"
# where nothing else begins like a declaration, no entity is declared
DECLARATION, PLAIN_TEXT = b"<!", b"<![CDATA["
BROKEN = "the callback is no XML, it is cut or damaged"
# the platforms end a callback after a few kilobytes
LONGEST_CALLBACK = 8 * MEGABYTE
SAFE_MODE = "the callback is encrypted (safe mode); log the decrypted body"


def read_callbacks(opened: Callable[[], BinaryIO]) -> Iterator[DocumentBatch]:
    """Documents of a callback log; what stands between them (times of a logger) is passed over.

    Raises:
        ExportRefusedError: The text is damaged.
    """
    with opened() as stream:
        encoding = detect_encoding(stream)
    coded = "utf-8" if encoding == "utf-16" else encoding
    with as_utf8_stream(opened(), encoding) as stream:
        kept, line = b"", 1
        for block in line_blocks(stream):
            *bodies, kept = (kept + block.as_utf8(coded)).split(END)
            if len(kept) > LONGEST_CALLBACK:
                raise too_long(line, LONGEST_CALLBACK)
            lines: list[int] = []
            values: list[Any] = []
            batch = DocumentBatch(lines, values, is_log=True)
            for body in bodies:
                if (value := _take(body + END, line, batch)) is not None:
                    lines.append(value[0])
                    values.append(value[1])
                line += body.count(b"\n")
            yield batch
        if START in kept:
            yield DocumentBatch(rejected=[unparsable(line, BROKEN)], is_log=True)


def _take(text: bytes, line: int, batch: DocumentBatch) -> tuple[int, Any] | None:
    """Line and value of one callback; None when it is rejected."""
    start = text.rfind(START)
    line += text[: max(start, 0)].count(b"\n")
    try:
        if start < 0 or b"<" in text[:start]:
            raise ValueError(BROKEN)
        value = _value(_parse(text[start:]))
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        batch.rejected.append(unparsable(line, BROKEN))
        return None
    if isinstance(value, dict) and "Encrypt" in value:
        batch.rejected.append(unparsable(line, SAFE_MODE))
        return None
    return line, value


def _parse(callback: bytes) -> Element:
    """The tree of a callback; the careful parser is four times as slow, most need it not."""
    if callback.count(DECLARATION) == callback.count(PLAIN_TEXT):
        return ElementTree.fromstring(callback)
    return fromstring(callback)  # type: ignore[no-any-return]


def _value(element: Element) -> Any:
    children = list(element)
    if not children:
        return element.text or ""
    value: dict[str, Any] = {}
    for child in children:
        member = _value(child)
        if child.tag not in value:
            value[child.tag] = member
        elif isinstance(value[child.tag], list):
            value[child.tag].append(member)
        else:
            value[child.tag] = [value[child.tag], member]
    return value
