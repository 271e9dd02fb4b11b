"""Rows of a CSV text without a person: their cells are emptied, so every line keeps its number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from siyu.ingest.csv_form import CsvForm
from siyu.ingest.csv_lines import VALUE_MARK
from siyu.privacy.reading import Count, Rule, is_receiver

LONGEST = 1000  # lines of one record; more means that a quote never closes


@dataclass(frozen=True)
class TableForm:
    """How the rows of a text are cut into cells.

    Attributes:
        delimiter: Between cells; '' = a line is one cell.
        width: Cells of a row.
        has_value_marks: Whether a backtick stands before every value and nothing is quoted.
        columns: Position → canonical column.
        first_line: First line below the headings.
    """

    delimiter: str = ""
    width: int = 1
    has_value_marks: bool = False
    columns: tuple[str | None, ...] = ()
    first_line: int = 1

    @classmethod
    def of(cls, form: CsvForm, first_line: int) -> "TableForm":
        """The form a reader found."""
        names = {at: name for name, at in form.header.placed.items()}
        return cls(
            delimiter=form.delimiter,
            width=form.header.width,
            has_value_marks=form.has_value_marks,
            columns=tuple(names.get(at) for at in range(form.header.width)),
            first_line=first_line,
        )

    @property
    def empty_row(self) -> str:
        """A row that says nothing."""
        if self.has_value_marks:
            return VALUE_MARK + (self.delimiter + VALUE_MARK) * (self.width - 1)
        return self.delimiter * (self.width - 1)


def edit_rows(text: str, first_line: int, form: TableForm, rule: Rule, count: Count) -> str:
    """A block of whole records without those of the person.

    Args:
        text: The block.
        first_line: Its first line in the file.
        form: How it is cut.
        rule: Whose data goes.
        count: What is taken out is added here.
    """
    return "".join(
        _edited(record, form, rule, count) if number >= form.first_line else record
        for number, record in _records(text, first_line, form)
    )


def judge_cells(
    cells: Sequence[str], columns: Sequence[str | None], rule: Rule
) -> tuple[bool, set[int]]:
    """Whether a row is the person's, and which cells of somebody else's row mention them."""
    named = list(zip_longest(columns[: len(cells)], cells))
    row = {name: cell or "" for name, cell in named if name}
    found = {at for at, (name, cell) in enumerate(named) if rule.in_cell(name, cell or "", row)}
    if not any(columns):
        return bool(found), set()
    own = [named[at] for at in found if named[at][0] and rule.is_own(named[at][0])]
    if not all(rule.is_of_another(name, cell, row) for name, cell in own):
        return True, set()
    if any(is_receiver(named[at][0]) for at in found):
        found |= {at for at, (name, _) in enumerate(named) if is_receiver(name)}
    return False, found


def _edited(record: str, form: TableForm, rule: Rule, count: Count) -> str:
    stones = rule.tombstones
    if not stones.may_stand_in(record):
        return record
    spans = _spans(record, form)
    cells = [_value(record[start:end]) for start, end in spans]
    is_theirs, mentions = judge_cells(cells, form.columns, rule)
    if not any(form.columns):
        is_theirs = stones.in_text(record)
    if is_theirs:
        count.records += 1
        return _emptied(record, form)
    count.parts += len(mentions)
    for at in sorted(mentions, reverse=True):
        start, end = spans[at]
        record = record[:start] + "\n" * record.count("\n", start, end) + record[end:]
    return record


def _emptied(record: str, form: TableForm) -> str:
    lines = record.split("\n")[:-1] or [record]
    ending = "\n" if record.endswith("\n") else ""
    ending = f"\r{ending}" if lines[0].endswith("\r") else ending
    return (form.empty_row + ending) * len(lines)


def _spans(record: str, form: TableForm) -> list[tuple[int, int]]:
    """Where each cell of a record stands."""
    body = record.rstrip("\r\n")
    if not form.delimiter:
        return [(0, len(body))]
    if form.has_value_marks:
        return _split(body, form.delimiter + VALUE_MARK, body.startswith(VALUE_MARK))
    spans, start, quoted = [], 0, False
    for at, character in enumerate(body):
        if character == '"':
            quoted = not quoted
        elif character == form.delimiter and not quoted:
            spans.append((start, at))
            start = at + 1
    return [*spans, (start, len(body))]


def _split(body: str, separator: str, is_marked: bool) -> list[tuple[int, int]]:
    spans, start = [], len(VALUE_MARK) if is_marked else 0
    while (at := body.find(separator, start)) >= 0:
        spans.append((start, at))
        start = at + len(separator)
    return [*spans, (start, len(body))]


def _value(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') and len(cell) > 1 else cell


def _records(text: str, first_line: int, form: TableForm) -> Iterator[tuple[int, str]]:
    """Each record with the line it starts in; a quoted cell may run over lines."""
    lines = text.split("\n")
    ends = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    quoted = bool(form.delimiter) and not form.has_value_marks
    start, open_lines, quotes = first_line, [], 0
    for number, line in enumerate(ends, first_line):
        open_lines.append(line)
        quotes += line.count('"') if quoted else 0
        if quotes % 2 and len(open_lines) < LONGEST:
            continue
        yield start, "".join(open_lines)
        start, open_lines, quotes = number + 1, [], 0
    if open_lines:
        yield start, "".join(open_lines)
