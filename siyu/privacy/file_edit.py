"""Any file without a person, in its own format and encoding: text, tables, documents, archives.

Read in blocks; only blocks that hold a word of theirs are taken apart, all others stay byte for
byte. A file that no reader understands is treated as lines of text.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from siyu.files import replace_file
from siyu.ingest.contents import GZIP, HEAD_BYTES, ZIP, Content
from siyu.ingest.csv_form import find_form
from siyu.ingest.json_values import is_log
from siyu.ingest.readers import sniff_form
from siyu.ingest.refusals import ExportRefusedError
from siyu.privacy.archive_edit import UnsearchableError, edit_gzip, edit_zip, is_unsearchable
from siyu.privacy.json_edit import edit_json
from siyu.privacy.markup_edit import END, edit_callbacks, edit_page
from siyu.privacy.reading import Count, Rule
from siyu.privacy.table_edit import TableForm, edit_rows
from siyu.privacy.text_stream import KEEP_BYTES, PIECE_BYTES, Opened, TextStream
from siyu.privacy.tokens import star_words

NUL = b"\0"
GONE = "{}"  # a log without lines would be read as something else


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

    An archive that cannot be opened is searched as the bytes it is, and counted as not searched. An
    old workbook or another pack that no reader here takes apart stays as it is, counted so too.

    Args:
        opened: Opens it.
        rule: Whose data goes.
        count: What is taken out is added here.
    """
    with opened() as stream:
        head = stream.read(HEAD_BYTES)
    if not head.startswith((ZIP, GZIP)):
        if is_unsearchable(head):
            count.is_searched = False
            yield from _whole(opened)
            return
        yield from _edited_text(Content("", opened, head), rule, count)
        return
    edit = edit_zip if head.startswith(ZIP) else edit_gzip
    inside = Count(depth=count.depth)
    try:
        packed = list(edit(opened, rule, inside, edited_pieces))
    except UnsearchableError:
        count.is_searched = False
        yield from _starred(opened, rule, count)
        return
    count.add(inside)
    count.is_empty = inside.is_empty
    yield from packed


def _edited_text(content: Content, rule: Rule, count: Count) -> Iterator[bytes]:
    text = TextStream.of(content.open)
    # UTF-16 without a mark, or no text at all: its words cannot be told apart
    count.is_searched = count.is_searched and (bool(text.mark) or NUL not in content.head)
    try:
        is_worth_editing = _may_stand_in(text, rule)
    except ExportRefusedError:
        count.is_searched = count.is_searched and not text.mark
        yield from _starred(content.open, rule, count)
        return
    if not is_worth_editing:
        yield from _whole(content.open)
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


def _whole(opened: Opened) -> Iterator[bytes]:
    with opened() as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece


def _may_stand_in(text: TextStream, rule: Rule) -> bool:
    """Whether a text is worth a closer look; all of it is read.

    Raises:
        ExportRefusedError: It is no text, or one line of it is longer than any reader takes.
    """
    found = False
    for block in text.blocks(of_records=False):
        found = found or rule.may_concern(text.decode(block.data))
    return found


def _starred(opened: Opened, rule: Rule, count: Count) -> Iterator[bytes]:
    """What no reader takes apart, the person's words in it made stars: nothing of it landed."""
    text = TextStream(opened, "utf-8", b"")
    for piece in text.pieces():
        is_filler = not piece.strip(piece[:1])  # holes of a sparse file, by the gigabyte
        shown = "" if is_filler else text.decode(piece)
        if is_filler or not rule.may_concern(shown):
            yield piece
            continue
        starred, gone = star_words(shown, rule.tombstones.in_text)
        count.parts += gone
        yield text.encode(starred)


def _is_log(text: TextStream) -> bool:
    # as the readers judge it: a last line without its end is a block of its own
    begin = b"".join(block.data for block in islice(text.blocks(of_records=False), 2))
    return is_log(text.decode(begin).removeprefix("\ufeff").encode("utf-8", KEEP_BYTES))


def _edited_document(text: TextStream, rule: Rule, count: Count) -> Iterator[bytes]:
    whole = text.whole()
    if not rule.may_concern(whole):
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


def _edited_log(text: TextStream, rule: Rule, count: Count) -> Iterator[bytes]:
    left = False
    for block in text.blocks(of_records=False):
        data = block.data
        block_text = text.decode(data)
        if rule.may_concern(block_text):
            lines = [_edited_line(line, rule, count) for line in block_text.split("\n")]
            data = text.encode("\n".join(lines))
        left = left or any(line.strip() not in (b"", b"{}") for line in data.split(b"\n"))
        yield data
    count.is_empty = bool(count) and not left


def _edited_line(line: str, rule: Rule, count: Count) -> str:
    if not line.strip() or not rule.may_concern(line):
        return line
    try:
        return edit_json(line, rule, count) or GONE
    except (ValueError, RecursionError):
        if not rule.tombstones.in_text(line):
            return line
        count.records += 1
        return GONE


def _edited_callbacks(text: TextStream, rule: Rule, count: Count) -> Iterator[bytes]:
    kept, left = "", False
    for block in text.blocks(of_records=False):
        edited, kept = edit_callbacks(kept + text.decode(block.data), rule, count)
        left = left or END in edited
        yield text.encode(edited)
    yield text.encode(edit_rows(kept, 1, TableForm(), rule, count))
    count.is_empty = bool(count) and not left


def _edited_table(text: TextStream, rule: Rule, count: Count) -> Iterator[bytes]:
    form, of_records = _table_form(text, rule)
    for block in text.blocks(of_records=of_records):
        data = block.data
        block_text = text.decode(data)
        if rule.may_concern(block_text):
            data = text.encode(edit_rows(block_text, block.first_line, form, rule, count))
        yield data


def _table_form(text: TextStream, rule: Rule) -> tuple[TableForm, bool]:
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
