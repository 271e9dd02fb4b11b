"""Documents (JSON answers of an API, XML callbacks) brought under canonical names.

How bytes become documents is the business of json_values and callbacks.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

import orjson
import polars as pl

from siyu.ingest.api_errors import CODES, find_api_error
from siyu.ingest.columns import Column
from siyu.ingest.cut_texts import CUT_TEXT, is_cut, without_halves
from siyu.ingest.paths import ROOT, Keys, Leftovers, Members, follow, split_path
from siyu.ingest.records import EXTRA, LINE, RecordBlock
from siyu.ingest.refusals import CORRECT_CELL, DOWNLOAD_AGAIN, ExportRefusedError, RejectedRow
from siyu.ingest.sources import Source
from siyu.plain_text import hide_values

KEYS_LISTED = 20


@dataclass
class DocumentBatch:
    """Some documents of a file, in their order.

    Attributes:
        lines: Line where each starts.
        values: The parsed documents.
        rejected: Documents that could not be parsed.
        is_log: Whether the file goes on when one of them is rejected.
        may_be_cut: Whether texts in them may be cut within a character.
    """

    lines: Sequence[int] = ()
    values: Sequence[Any] = ()
    rejected: list[RejectedRow] = field(default_factory=list)
    is_log: bool = False
    may_be_cut: bool = False


def unparsable(line: int, problem: str) -> RejectedRow:
    """The rejection of a document that could not be parsed."""
    return RejectedRow(line, "", "", problem, DOWNLOAD_AGAIN)


class DocumentReader:
    """Takes rows out of the documents of one source."""

    def __init__(self, source: Source) -> None:
        """Read documents of this source."""
        self._source = source
        self._rows = [split_path(path) for path in source.rows]
        self._empty = [(split_path(path), text) for path, text in source.empty_when.items()]
        ways = [_ways(column) for column in source.columns]
        self._columns = list(zip(source.columns, ways, strict=True))
        used = {keys for way in ways for from_root, keys in way if not from_root}
        self._leftovers = Leftovers(used | {split_path(path) for path in source.ignore})

    def records(self, batch: DocumentBatch) -> RecordBlock:
        """Records of some documents.

        Raises:
            ExportRefusedError: A document is the answer to a failed call, or holds no rows.
        """
        rows = self._listed(batch) if self._rows else self._standing_alone(batch)
        if batch.may_be_cut:
            rows = self._without_cut(rows, batch.rejected)
        return self._block(rows, batch.rejected)

    def _standing_alone(self, batch: DocumentBatch) -> "_Rows":
        """Each document, or each member of a list of them, is a row."""
        if any(type(value) is list for value in batch.values):
            batch = _flattened(batch)
        shapes = _shapes(batch.values)
        if not any(code in shape for shape in set(shapes) for code in CODES):
            return _without_empty(_Rows(batch.values, batch.values, batch.lines, shapes))
        failures = [find_api_error(value) for value in batch.values]
        for line, failure in zip(batch.lines, failures, strict=True):
            if failure:
                batch.rejected.append(_failed(line, _failed_call(failure, line)))
        kept = [failure is None for failure in failures]
        values = list(compress(batch.values, kept))
        lines = list(compress(batch.lines, kept))
        return _Rows(values, values, lines, list(compress(shapes, kept)))

    def _listed(self, batch: DocumentBatch) -> "_Rows":
        """The rows are listed inside the documents."""
        rows: list[Any] = []
        roots: list[Any] = []
        lines: list[int] = []
        for line, value in zip(batch.lines, batch.values, strict=True):
            # several pages may have been saved as one list
            for page in value if isinstance(value, list) else [value]:
                try:
                    found = self._rows_of_page(page, line)
                except ExportRefusedError as refused:
                    if not batch.is_log:
                        raise
                    batch.rejected.append(_failed(line, refused))
                    continue
                rows += found
                roots += [page] * len(found)
                lines += [line] * len(found)
        # in one document rows are counted, in a log its lines are
        places = lines if batch.is_log else range(1, 1 + len(rows))
        return _without_empty(_Rows(rows, roots, places, _shapes(rows)))

    def _rows_of_page(self, page: Any, line: int) -> list[Any]:
        for keys in self._rows:
            found = follow(page, keys)
            if found is not None:
                return found if isinstance(found, list) else [found]
        if page == {} or any(_text(follow(page, keys)) == text for keys, text in self._empty):
            return []
        failure = find_api_error(page)
        if failure:
            raise _failed_call(failure, line)
        found_keys = sorted(map(str, page))[:KEYS_LISTED] if isinstance(page, dict) else ["none"]
        shown_keys = without_halves(", ".join(found_keys))
        raise ExportRefusedError(
            f"no rows under {' or '.join(self._source.rows)}; keys found: {shown_keys}",
            f"check that this is {self._source.title.en} ({self._source.title.zh})",
            line=line,
        )

    def _without_cut(self, rows: "_Rows", rejected: list[RejectedRow]) -> "_Rows":
        """Rows whose texts are whole; the others are rejected, by the first column that is cut."""
        kept: list[bool] = []
        for row, root, line in zip(rows.rows, rows.roots, rows.lines, strict=True):
            columns = [
                column.name
                for column, ways in self._columns
                if any(is_cut(follow(root if up else row, keys)) for up, keys in ways)
            ]
            kept.append(not columns and not is_cut(row))
            if not kept[-1]:
                column = columns[0] if columns else ""
                rejected.append(RejectedRow(line, column, "", CUT_TEXT, CORRECT_CELL))
        return _taken(rows, kept)

    def _block(self, rows: "_Rows", rejected: list[RejectedRow]) -> RecordBlock:
        in_rows, in_roots = Members(rows.rows), Members(rows.roots)
        cells: dict[str, pl.Series] = {}
        for column, ways in self._columns:
            found = [(in_roots if from_root else in_rows).at(keys) for from_root, keys in ways]
            series = _series(_first(found), column)
            if series is not None:
                cells[column.name] = series
        nothing = {shape for shape in set(rows.shapes) if not self._leftovers.unused(shape)}
        extra = [
            None if shape in nothing else self._extra(row)
            for shape, row in zip(rows.shapes, rows.rows, strict=True)
        ]
        records = pl.DataFrame(
            {
                **cells,
                LINE: pl.Series(rows.lines, dtype=pl.Int64),
                EXTRA: pl.Series(extra, dtype=pl.String),
            }
        )
        return RecordBlock(records, rejected)

    def _extra(self, row: Any) -> str | None:
        members = self._leftovers.of(row)
        return write_json(members) if members else None


@dataclass(frozen=True)
class _Rows:
    """Rows with the document each stands in, its line and the keys it has."""

    rows: Sequence[Any]
    roots: Sequence[Any]
    lines: Sequence[int]
    shapes: list[Keys]


def _without_empty(found: _Rows) -> _Rows:
    """Rows that say something; an empty one keeps its place, as a blank line of a table does."""
    if () not in found.shapes:
        return found
    return _taken(found, [row not in ({}, "") for row in found.rows])


def _taken(found: _Rows, kept: list[bool]) -> _Rows:
    rows, roots, lines = (
        list(compress(part, kept)) for part in (found.rows, found.roots, found.lines)
    )
    return _Rows(rows, roots, lines, list(compress(found.shapes, kept)))


def _shapes(rows: Sequence[Any]) -> list[Keys]:
    return [tuple(row) if type(row) is dict else () for row in rows]


def _flattened(batch: DocumentBatch) -> DocumentBatch:
    """Documents that are lists of rows taken apart."""
    pairs = [
        (line, row)
        for line, value in zip(batch.lines, batch.values, strict=True)
        for row in (value if isinstance(value, list) else [value])
    ]
    lines, values = [line for line, _ in pairs], [row for _, row in pairs]
    return replace(batch, lines=lines, values=values)


def _ways(column: Column) -> list[tuple[bool, Keys]]:
    return [(path.startswith(ROOT), split_path(path)) for path in column.headings]


def _first(found: list[Sequence[Any]]) -> Sequence[Any]:
    """Of several paths the first that says something, row by row."""
    values = found[0]
    for other in found[1:]:
        values = [b if a is None or a == "" else a for a, b in zip(values, other, strict=True)]
    return values


def _series(values: Sequence[Any], column: Column) -> pl.Series | None:
    """Values as text: numbers exact, lists and objects as JSON; None when all are missing."""
    if column.pick is not None:
        values = [_pick(value, column.pick) for value in values]
    types = set(map(type, values)) - {type(None)}
    if not types:
        return None
    if types == {str} and column.kind != "json":
        return pl.Series(values, dtype=pl.String)
    if types == {int}:
        try:
            return pl.Series(values, dtype=pl.Int64).cast(pl.String)
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            pass
    if types <= {dict, list}:
        return pl.Series(_all_json(values), dtype=pl.Binary).cast(pl.String)
    return pl.Series([_text(value) for value in values], dtype=pl.String)


def _pick(value: Any, key: str) -> Any:
    """Of a list of objects the value of one key of each, those without it left out."""
    if not isinstance(value, list):
        return value
    picked = [item.get(key) if isinstance(item, dict) else item for item in value]
    return [item for item in picked if item is not None]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return write_json(value)
    return str(value)


def write_json(value: Any) -> str:
    """Compact JSON; whole numbers of any length stay exact."""
    return _dumps(value).decode()


def _all_json(values: Sequence[Any]) -> list[bytes | None]:
    dumps = orjson.dumps
    try:
        return [None if value is None else dumps(value) for value in values]
    except TypeError:
        return [None if value is None else _dumps(value) for value in values]


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # orjson ends at 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _failed_call(failure: tuple[str, str], line: int) -> ExportRefusedError:
    told = without_halves(f"{failure[0]} {hide_values(failure[1])}")
    return ExportRefusedError(
        f"the file is the answer to a failed call: error {told}".rstrip(),
        "call again when the cause is gone and save that answer",
        line=line,
    )


def _failed(line: int, refused: ExportRefusedError) -> RejectedRow:
    return RejectedRow(line, "", "", refused.problem, refused.what_to_do)
