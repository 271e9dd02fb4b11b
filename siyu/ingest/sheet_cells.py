"""The XML of one sheet as rows of text, streamed: a sheet of any size takes little memory.

openpyxl takes eleven microseconds a cell and the fast readers keep whole sheets in memory and
turn every number into a float; here the digits of a number stay as the file has them.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

import polars as pl

from siyu.ingest.header_faults import MOST_COLUMNS
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError
from siyu.ingest.rows import Row

READ_BYTES = 256 * 1024
ROWS_RESOLVED = 20_000
CELLS_RESOLVED = 2_000_000
# a spreadsheet ends a cell after 32,767 characters
LONGEST_CELL = 1_000_000
# a tag or a text within one; whatever is longer was made to fill memory
LONGEST_MARK_BYTES = 16 * 1024 * 1024
# characters; shared texts are kept in memory while the sheets are read
MOST_SHARED_TEXT = 400_000_000
DIGITS = "0123456789"
# a whole number that a float holds exactly; Excel itself keeps 15 digits
EXACT = 10**15
FIRST_DAY = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zones
FIRST_DAY_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
ONE_DAY = 1.0

Cell = str | int


class SheetXmlError(ValueError):
    """The XML of a sheet is not what a workbook holds."""


class SheetReader:
    """Rows of one sheet; a cell of shared text is its number until the rows are resolved."""

    def __init__(self, texts: pl.Series, dates: frozenset[int], *, from_1904: bool) -> None:
        """Read sheets of one workbook.

        Args:
            texts: The texts that cells share.
            dates: Numbers of the styles that show a number as a date.
            from_1904: Whether days are counted from 1904, as old Macs did.
        """
        self._texts = texts
        self._dates = dates
        self._first_day = FIRST_DAY_1904 if from_1904 else FIRST_DAY
        self._columns: dict[str, int] = {}

    def rows(self, stream: BinaryIO) -> Iterator[Row]:
        """Rows of a sheet, '' where a cell is empty.

        Raises:
            SheetXmlError: The XML is damaged.
        """
        self._ready: list[tuple[int, list[Cell]]] = []
        self._waiting = 0
        self._line = 0
        self._cells: list[Cell] = []
        self._parts: list[str] = []
        self._captures = False
        self._phonetic = False
        self._type = ""
        self._style = ""
        for _ in feed(stream, self._start, self._end, self._text):
            if len(self._ready) >= ROWS_RESOLVED or self._waiting >= CELLS_RESOLVED:
                yield from self._resolved()
        yield from self._resolved()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._captures = not self._phonetic
        elif name == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells = []
        elif name == "rPh":
            self._phonetic = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is not None:
            missing = self._column(place.rstrip(DIGITS)) - len(self._cells)
            if missing > 0:
                self._cells.extend([""] * missing)
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._parts = []
        self._length = 0

    def _text(self, text: str) -> None:
        if self._captures:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise swollen()

    def _end(self, name: str) -> None:
        if name == "c":
            if len(self._cells) >= MOST_COLUMNS:
                raise SheetXmlError("too many columns")
            self._cells.append(self._cell("".join(self._parts)))
        elif name in {"v", "t"}:
            self._captures = False
        elif name == "row":
            self._ready.append((self._line, self._cells))
            self._waiting += len(self._cells)
        elif name == "rPh":
            self._phonetic = False

    def _cell(self, text: str) -> Cell:
        if not text:
            return ""
        if self._type == "s":
            return int(text)
        if self._type == "n":
            is_date = int(self._style) in self._dates
            return moment_text(float(text), self._first_day) if is_date else number_text(text)
        if self._type == "b":
            return "true" if text == "1" else "false"
        return text

    def _column(self, letters: str) -> int:
        at = self._columns.get(letters)
        if at is None:
            at = 0
            for letter in letters:
                at = at * 26 + ord(letter) - ord("A") + 1
            if not 0 < at <= MOST_COLUMNS:
                raise SheetXmlError(letters)
            self._columns[letters] = at = at - 1
        return at

    def _resolved(self) -> Iterator[Row]:
        ready, self._ready, self._waiting = self._ready, [], 0
        numbers = [cell for _, cells in ready for cell in cells if type(cell) is int]
        if numbers and not 0 <= min(numbers) <= max(numbers) < self._texts.len():
            raise SheetXmlError("a shared text is missing")
        texts = iter(self._texts.gather(numbers).to_list())
        for line, cells in ready:
            yield Row(line, [next(texts) if type(cell) is int else cell for cell in cells])  # type: ignore[misc]


def read_shared_texts(stream: BinaryIO) -> pl.Series:
    """The texts that the cells of a workbook share, by their number."""
    chunks: list[pl.Series] = [pl.Series(dtype=pl.String)]
    ready: list[str] = []
    parts: list[str] = []
    open_tags: set[str] = set()
    left = MOST_SHARED_TEXT

    def start(name: str, _: dict[str, str]) -> None:
        open_tags.add(name)
        if name == "si":
            parts.clear()

    def end(name: str) -> None:
        open_tags.discard(name)
        if name == "si":
            ready.append("".join(parts))

    def text(piece: str) -> None:
        nonlocal left
        if "t" in open_tags and "rPh" not in open_tags:
            parts.append(piece)
            left -= len(piece)
            if left < 0:
                raise swollen()

    for _ in feed(stream, start, end, text):
        if len(ready) >= ROWS_RESOLVED:
            chunks.append(pl.Series(ready, dtype=pl.String))
            ready.clear()
    return pl.concat([*chunks, pl.Series(ready, dtype=pl.String)])


def number_text(text: str) -> str:
    """A number as an export would show it, all digits kept.

    Examples:
        >>> number_text("189.05000000000001"), number_text("2"), number_text("2231958349000001001")
        ('189.05', '2', '2231958349000001001')
        >>> number_text("2.231958349E+18"), number_text("5.0E-2"), number_text("199.0")
        ('2.231958349e+18', '0.05', '199')
    """
    if text.lstrip("-").isdigit():
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def moment_text(days: float, first_day: dt.datetime) -> str:
    """A day number as a time, or as a time of day where the day is none.

    Examples:
        >>> moment_text(46191.8333333333, FIRST_DAY), moment_text(0.5, FIRST_DAY)
        ('2026-06-18 20:00:00', '12:00:00')
    """
    if 0 <= days < ONE_DAY:
        return str((first_day + dt.timedelta(days=days)).time().replace(microsecond=0))
    # a day is cut into fractions: half a millisecond makes up for what a float lacks
    moment = first_day + dt.timedelta(days=days, milliseconds=0.5)
    return moment.isoformat(" ", "milliseconds").removesuffix(".000")


def swollen() -> ExportRefusedError:
    """The refusal of a workbook that is made to fill memory."""
    return ExportRefusedError("the workbook swells beyond any export", DOWNLOAD_AGAIN)


class _LocalNames(dict[str, str]):
    """Names without their prefix, taken off once for each name."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def feed(
    stream: BinaryIO,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Parse an XML stream piece by piece; names come without their namespace.

    Raises:
        SheetXmlError: It is no XML, or it declares entities.
        ExportRefusedError: One tag of it is larger than any workbook's.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local = _LocalNames()

    def refuse(*_: Any) -> None:
        raise SheetXmlError("declares its own types")

    parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
    parser.EndElementHandler = lambda name: end(local[name])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        given = 0
        while piece := stream.read(READ_BYTES):
            parser.Parse(piece, False)
            given += len(piece)
            # what the parser keeps because it has not seen its end
            if given - max(parser.CurrentByteIndex, 0) > LONGEST_MARK_BYTES:
                raise swollen()
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as broken:
        raise SheetXmlError(str(broken)) from broken
    yield
