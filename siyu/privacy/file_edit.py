"""Any file without a person, in its own format and encoding: text, tables, documents, archives.

Read in blocks; only blocks that hold a word of theirs are taken apart, all others stay byte for
byte. A file that no reader understands is treated as lines of text.
"""

import codecs
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from siyu.files import replace_file
from siyu.ingest.contents import DAMAGE, GZIP, HEAD_BYTES, WORKBOOK, ZIP, Content
from siyu.ingest.csv_form import find_form
from siyu.ingest.encodings import as_utf8_stream, detect_encoding
from siyu.ingest.json_values import is_log
from siyu.ingest.readers import sniff_form
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.text_blocks import TextBlock, line_blocks, text_blocks
from siyu.privacy.json_edit import edit_json
from siyu.privacy.markup_edit import END, edit_callbacks, edit_page
from siyu.privacy.reading import Count, Rule
from siyu.privacy.table_edit import TableForm, edit_rows
from siyu.privacy.workbook_edit import edit_workbook, pack

READ_BYTES = 1024 * 1024
KEEP_BYTES = "surrogateescape"  # a damaged byte stays the byte it is
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

GONE = "{}"  # a log without lines would be read as something else

Opened = Callable[[], BinaryIO]
Editor = Callable[[str, int], str]


@dataclass(frozen=True)
class _Text:
    """A text stream in blocks, and how its blocks become characters and bytes again."""

    opened: Opened
    encoding: str
    mark: bytes

    @classmethod
    def of(cls, opened: Opened) -> "_Text":
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
        return "utf-8" if self.encoding == "utf-16" else self.encoding

    def decode(self, data: bytes) -> str:
        return data.decode(self.coded, KEEP_BYTES)

    def encode(self, text: str) -> bytes:
        return text.encode(self.coded, KEEP_BYTES)

    def whole(self) -> str:
        with as_utf8_stream(self.opened(), self.encoding) as stream:
            return self.decode(stream.read())

    def blocks(self, *, of_records: bool) -> Iterator[TextBlock]:
        with as_utf8_stream(self.opened(), self.encoding) as stream:
            yield from text_blocks(stream) if of_records else line_blocks(stream)

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


def edit_file(path: Path, rule: Rule) -> Count:
    """What would be taken out of a file; it stays as it is."""
    count = Count()
    for _ in edited_pieces(_opener(path), rule, count):
        pass
    return count


def write_edited(path: Path, rule: Rule, target: Path) -> Count:
    """Write a file without the person to another place.

    Args:
        path: The file.
        rule: Whose data goes.
        target: Where the rest goes; its folder exists.
    """
    count = Count()
    with target.open("wb") as out:
        for piece in edited_pieces(_opener(path), rule, count):
            out.write(piece)
    target.chmod(path.stat().st_mode & 0o777)
    return count


def edit_in_place(path: Path, rule: Rule) -> Count:
    """Take the person out of a file; one of which nothing is left is deleted."""
    if not edit_file(path, rule):
        return Count()
    edited = path.with_name(f".{path.name}.partial")
    count = write_edited(path, rule, edited)
    if count.is_empty:
        edited.unlink()
        path.unlink()
    else:
        replace_file(path, edited, mode=path.stat().st_mode & 0o777)
    return count


def edited_pieces(opened: Opened, rule: Rule, count: Count) -> Iterator[bytes]:
    """A file or member of an archive without the person, in pieces.

    Args:
        opened: Opens it.
        rule: Whose data goes.
        count: What is taken out is added here.
    """
    with opened() as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(ZIP) and (archive := _unzipped(opened)) is not None:
        yield _edited_zip(*archive, opened, rule, count)
    elif head.startswith(GZIP) and (inner := _gunzipped(opened)) is not None:
        yield _edited_gzip(inner, opened, rule, count)
    else:
        yield from _edited_text(Content("", opened, head), rule, count)


def _unzipped(opened: Opened) -> tuple[list[zipfile.ZipInfo], dict[str, bytes]] | None:
    """Members of an archive, None when it is damaged: then its bytes are searched as text."""
    try:
        with opened() as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
            infos = archive.infolist()
            return infos, {info.filename: archive.read(info) for info in infos}
    except DAMAGE:
        return None


def _gunzipped(opened: Opened) -> bytes | None:
    try:
        with opened() as stream:
            return gzip.decompress(stream.read())
    except DAMAGE:
        return None


def _edited_zip(
    infos: list[zipfile.ZipInfo],
    members: dict[str, bytes],
    opened: Opened,
    rule: Rule,
    count: Count,
) -> bytes:
    with opened() as stream:
        data = stream.read()
    if WORKBOOK in members:
        return edit_workbook(data, rule, count)
    parts: dict[str, bytes] = {}
    for name, member in members.items():
        one = Count()
        pieces = list(edited_pieces(partial(io.BytesIO, member), rule, one))
        if not one.is_empty:
            parts[name] = b"".join(pieces)
        count.records, count.parts = count.records + one.records, count.parts + one.parts
    if not count:
        return data
    count.is_empty = not parts
    return pack(infos, parts)


def _edited_gzip(inner: bytes, opened: Opened, rule: Rule, count: Count) -> bytes:
    edited = b"".join(edited_pieces(partial(io.BytesIO, inner), rule, count))
    if not count:
        with opened() as stream:
            return stream.read()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as out:
        out.write(edited)
    return packed.getvalue()


def _edited_text(content: Content, rule: Rule, count: Count) -> Iterator[bytes]:
    text = _Text.of(content.open)
    if not any(
        rule.tombstones.may_stand_in(text.decode(block.data))
        for block in text.blocks(of_records=False)
    ):
        with content.open() as stream:
            while piece := stream.read(READ_BYTES):
                yield piece
        return
    form = sniff_form(content)
    if form == "html":
        page = text.whole()
        yield from text.out(iter([text.encode(edit_page(page, rule, count))]))
    elif form == "xml":
        yield from text.out(_edited_callbacks(text, rule, count))
    elif form == "json" and not _is_log(text):
        yield from _edited_document(text, rule, count)
    elif form == "json":
        yield from text.out(_edited_log(text, rule, count))
    else:
        yield from text.out(_edited_table(text, rule, count))


def _is_log(text: _Text) -> bool:
    # as the readers judge it: a last line without its end is a block of its own
    begin = b"".join(block.data for block in islice(text.blocks(of_records=False), 2))
    return is_log(text.decode(begin).removeprefix("\ufeff").encode("utf-8", KEEP_BYTES))


def _edited_document(text: _Text, rule: Rule, count: Count) -> Iterator[bytes]:
    whole = text.whole()
    if not rule.tombstones.may_stand_in(whole):
        yield from text.out(iter([text.encode(whole)]))
        return
    try:
        edited = edit_json(whole, rule, count)
    except (ValueError, RecursionError):
        form = TableForm()
        edited = edit_rows(whole, 1, form, rule, count)
    if edited is None:
        count.is_empty = True
        return
    yield from text.out(iter([text.encode(edited)]))


def _edited_log(text: _Text, rule: Rule, count: Count) -> Iterator[bytes]:
    left = False
    for block in text.blocks(of_records=False):
        data = block.data
        block_text = text.decode(data)
        if rule.tombstones.may_stand_in(block_text):
            lines = [_edited_line(line, rule, count) for line in block_text.split("\n")]
            data = text.encode("\n".join(lines))
        left = left or any(line.strip() not in (b"", b"{}") for line in data.split(b"\n"))
        yield data
    count.is_empty = bool(count) and not left


def _edited_line(line: str, rule: Rule, count: Count) -> str:
    if not line.strip() or not rule.tombstones.may_stand_in(line):
        return line
    if rule.tombstones.is_record(line):
        count.records += 1
        return GONE
    try:
        return edit_json(line, rule, count) or GONE
    except (ValueError, RecursionError):
        if not rule.tombstones.in_text(line):
            return line
        count.records += 1
        return GONE


def _edited_callbacks(text: _Text, rule: Rule, count: Count) -> Iterator[bytes]:
    kept, left = "", False
    for block in text.blocks(of_records=False):
        edited, kept = edit_callbacks(kept + text.decode(block.data), rule, count)
        left = left or END in edited
        yield text.encode(edited)
    yield text.encode(edit_rows(kept, 1, TableForm(), rule, count))
    count.is_empty = bool(count) and not left


def _edited_table(text: _Text, rule: Rule, count: Count) -> Iterator[bytes]:
    form, of_records = _table_form(text, rule)
    for block in text.blocks(of_records=of_records):
        data = block.data
        block_text = text.decode(data)
        if rule.tombstones.may_stand_in(block_text):
            data = text.encode(edit_rows(block_text, block.first_line, form, rule, count))
        yield data


def _table_form(text: _Text, rule: Rule) -> tuple[TableForm, bool]:
    """How a table is cut into rows and cells; lines of text when nobody can say."""
    try:
        first = next(text.blocks(of_records=True), None)
        for _ in text.blocks(of_records=True):
            pass  # a quote that never closes is found out here
        if first is not None and rule.source is not None:
            form, rest = find_form(first, text.encoding, rule.source)
            return TableForm.of(form, rest.first_line), True
    except ExportRefusedError:
        pass
    return TableForm(), False


def _opener(path: Path) -> Opened:
    return lambda: path.open("rb")
