"""Documents (JSON answers of an API, XML callbacks) brought under canonical names.

How bytes become documents is the business of json_values and callbacks.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from siyu.ingest.columns import Column
from siyu.ingest.paths import ROOT, follow, leftovers, split_path
from siyu.ingest.records import EXTRA, LINE, RecordBlock
from siyu.ingest.refusals import DOWNLOAD_AGAIN, ExportRefusedError, RejectedRow
from siyu.ingest.sources import Source

RECORDS_PER_BLOCK = 50_000
# how the platforms name an error in a body that should have held data
ERROR_CODES = ("errcode", "err_no", "error_code", "code", "status_code")
ERROR_TEXTS = ("errmsg", "err_msg", "message", "msg", "error_msg", "sub_msg")
SUCCESS = frozenset({"0", "200", "10000", "success", "ok"})


@dataclass(frozen=True)
class Document:
    """One document of a file.

    Attributes:
        line: Line where it starts.
        value: The parsed document; None when it could not be parsed.
        problem: Why it could not be parsed, '' when it could.
        is_one_of_many: Whether the file goes on when this one is rejected (lines of a log).
    """

    line: int
    value: Any
    problem: str = ""
    is_one_of_many: bool = False


class DocumentReader:
    """Takes rows out of the documents of one source."""

    def __init__(self, source: Source) -> None:
        """Read documents of this source."""
        self.source = source
        self._rows = [split_path(path) for path in source.rows]
        self._empty = [(split_path(path), text) for path, text in source.empty_when.items()]
        self._columns = [(column, _ways(column)) for column in source.columns]
        self._used = {
            keys for _, ways in self._columns for from_root, keys in ways if not from_root
        } | {split_path(path) for path in source.ignore}
        self._ordinal = 0

    def blocks(self, documents: Iterable[Document]) -> Iterator[RecordBlock]:
        """Records of all documents, in blocks of bounded length.

        Raises:
            ExportRefusedError: A document is the answer to a failed call, or holds no rows.
        """
        gathered = _Gathered(self.source)
        for document in documents:
            if document.problem:
                gathered.rejected.append(_unparsable(document))
                continue
            try:
                self._take(document, gathered)
            except ExportRefusedError as refused:
                if not document.is_one_of_many:
                    raise
                gathered.rejected.append(_failed(document, refused))
            if len(gathered.lines) >= RECORDS_PER_BLOCK:
                yield gathered.block()
                gathered = _Gathered(self.source)
        yield gathered.block()

    def _take(self, document: Document, gathered: "_Gathered") -> None:
        for root, rows in self._rows_of(document):
            for row in rows:
                self._ordinal += 1
                line = self._ordinal if self._rows else document.line
                self._add(row, root, line, gathered)

    def _rows_of(self, document: Document) -> Iterator[tuple[Any, list[Any]]]:
        value = document.value
        if not self._rows:
            yield from ((row, [row]) for row in (value if isinstance(value, list) else [value]))
            return
        # several pages may have been saved as one list
        for page in value if isinstance(value, list) else [value]:
            yield page, self._rows_of_page(page, document.line)

    def _rows_of_page(self, page: Any, line: int) -> list[Any]:
        for keys in self._rows:
            found = follow(page, keys)
            if found is not None:
                return found if isinstance(found, list) else [found]
        if any(_text(follow(page, keys)) == text for keys, text in self._empty):
            return []
        failure = find_api_error(page)
        if failure:
            raise _failed_call(failure, line)
        raise self._no_rows(page, line)

    def _no_rows(self, page: Any, line: int) -> ExportRefusedError:
        found = ", ".join(sorted(map(str, page))[:20]) if isinstance(page, dict) else "a bare value"
        return ExportRefusedError(
            f"no rows under {' or '.join(self.source.rows)}; keys found: {found}",
            f"check that this is {self.source.title.en} ({self.source.title.zh})",
            line=line,
        )

    def _add(self, row: Any, root: Any, line: int, gathered: "_Gathered") -> None:
        failure = None if self._rows else find_api_error(row)
        if failure:
            code, text = failure
            reason = f"the line is the answer to a failed call: error {code} {text}".rstrip()
            gathered.rejected.append(RejectedRow(line, "", "", reason, DOWNLOAD_AGAIN))
            return
        gathered.lines.append(line)
        for (column, ways), cells in zip(self._columns, gathered.cells, strict=True):
            cells.append(_text(_pick(_first(row, root, ways), column.pick)))
        extra = leftovers(row, self._used)
        gathered.extra.append(write_json(extra) if extra else None)


class _Gathered:
    """Cells of records until there are enough for a block."""

    def __init__(self, source: Source) -> None:
        self._names = [column.name for column in source.columns]
        self.cells: list[list[str | None]] = [[] for _ in self._names]
        self.lines: list[int] = []
        self.extra: list[str | None] = []
        self.rejected: list[RejectedRow] = []

    def block(self) -> RecordBlock:
        texts = dict(zip(self._names, self.cells, strict=True))
        schema = {**dict.fromkeys(self._names, pl.String), LINE: pl.Int64, EXTRA: pl.String}
        records = pl.DataFrame({**texts, LINE: self.lines, EXTRA: self.extra}, schema=schema)
        return RecordBlock(records, self.rejected)


def find_api_error(body: Any) -> tuple[str, str] | None:
    """Code and text of the error a body reports, also one level down; None when it reports none.

    Examples:
        >>> find_api_error({"errcode": 45009, "errmsg": "api freq out of limit, hint: [17_x]"})
        ('45009', 'api freq out of limit')
        >>> find_api_error({"errcode": 0, "errmsg": "ok"}) is None
        True
    """
    if not isinstance(body, dict):
        return None
    for part in (body, *(value for value in body.values() if isinstance(value, dict))):
        for name in ERROR_CODES:
            code = _text(part.get(name))
            if code and code.lower() not in SUCCESS and any(text in part for text in ERROR_TEXTS):
                text = next(_text(part[name]) or "" for name in ERROR_TEXTS if name in part)
                # what follows are request ids and addresses
                return code, text.split(",")[0].split(" rid:")[0][:100]
    return None


def _failed_call(failure: tuple[str, str], line: int) -> ExportRefusedError:
    code, text = failure
    return ExportRefusedError(
        f"the file is the answer to a failed call: error {code} {text}".rstrip(),
        "call again when the cause is gone and save that answer",
        line=line,
    )


def _failed(document: Document, refused: ExportRefusedError) -> RejectedRow:
    return RejectedRow(document.line, "", "", refused.problem, refused.what_to_do)


def _unparsable(document: Document) -> RejectedRow:
    return RejectedRow(document.line, "", "", document.problem, DOWNLOAD_AGAIN)


def _ways(column: Column) -> list[tuple[bool, tuple[str, ...]]]:
    return [(path.startswith(ROOT), split_path(path)) for path in column.headings]


def _first(row: Any, root: Any, ways: list[tuple[bool, tuple[str, ...]]]) -> Any:
    for from_root, keys in ways:
        found = follow(root if from_root else row, keys)
        if found is not None and found != "":
            return found
    return None


def _pick(value: Any, key: str | None) -> Any:
    """Of a list of objects the value of one key of each, those without it left out."""
    if key is None or not isinstance(value, list):
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
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # orjson ends at 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
