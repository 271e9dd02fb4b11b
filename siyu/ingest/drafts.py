"""A first declaration of a file nobody has declared yet, as YAML for a person to edit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from siyu.ingest.casting import READERS
from siyu.ingest.cut_texts import is_cut
from siyu.ingest.first_looks import FirstLook, look_at
from siyu.ingest.headings import join_merged
from siyu.ingest.paths import ITSELF, follow, split_path
from siyu.ingest.refusals import ROUNDED_NUMBER, ExportRefusedError
from siyu.ingest.rows import Row
from siyu.ingest.sources import Source
from siyu.ingest.vocabulary import Vocabulary
from siyu.ingest.wrappings import BLANKS, strip_cells, unwrap_ids

# a heading row of an unknown table is the one with most words and no numbers
HEADER_SEARCHED = 12
FITS_FROM = 0.95
LONG_ID = r"^\d{12,}$"
PLAIN_NAME = r"^[a-z][a-z0-9_]*$"
CHECKED = ("ts_cn", "date", "int", "money_yuan_loose", "decimal")

HEAD = """\
# Drafted from {file}: check each name and type, then put real exports into raw/{name}/.
# Types: id text json list(,) phone phones email money_yuan money_yuan_loose money_fen decimal
#        int bool ts_cn (Asia/Shanghai) ts_iso (UTC or with offset) ts_s ts_ms ts_us date
# required: value = each row must state it; column = the file must have it; none = may be missing.
source: {name}
title: {{en: {name}, zh: {name}}}
grain: one row per …
where:
  en: "Where in the back office, or from which API, the file comes."
  zh: "文件来自后台的哪个菜单，或哪个接口。"
confirmed_by: own
format: {form}
{rows}# what names one row: a later export with the same key replaces it
key: [{key}]
columns:
"""


@dataclass(frozen=True)
class _Draft:
    heading: str
    name: str
    type: str
    cells: pl.Series


def draft_source(path: Path, sources: dict[str, Source], *, name: str) -> str:
    """A declaration for a file like this one: headings, canonical names, types and key, guessed.

    Args:
        path: The file.
        sources: Declared sources; what they call a heading is proposed first.
        name: Name of the new source.

    Returns:
        The text of ``config/sources/<name>.yml``.

    Raises:
        ExportRefusedError: Nobody can read the file, or it holds no rows.
    """
    look = look_at(path)
    rows, cells = _cells(look)
    if not cells:
        raise ExportRefusedError("the file holds no rows to learn from", "take one with rows")
    drafts = _name_columns(cells, Vocabulary(sources.values()))
    key = _key(drafts)
    head = (
        HEAD.format(
            file=path.name,
            name=name,
            form="jsonl"
            if look.form == "json" and look.documents.is_log and not rows
            else look.form,
            rows=f"rows: {_quoted(rows)}\n" if rows else "",
            key=", ".join(key),
        )
        .replace("format: html", "format: csv")
        .replace("format: xls\n", "format: xlsx\n")
    )
    return head + "".join(_line(draft, key) for draft in drafts)


def _cells(look: FirstLook) -> tuple[str, dict[str, pl.Series]]:
    """Path of the rows of a document, and the cells of each heading or path."""
    if look.tables:
        return "", max((_table_cells(rows) for rows in look.tables), key=len)
    rows_path, listed = _listed_rows(look.documents.values)
    rows = [row for row in listed if not is_cut(row)]
    leaves = dict.fromkeys(path for row in rows for path in _leaf_paths(row, ()))
    above = {path[:length] for path in leaves for length in range(1, len(path))}
    # an object that is empty in one row is taken apart in another
    paths = [path for path in leaves if path not in above]
    found = {
        ITSELF.join(path): pl.Series([_shown(follow(row, path)) for row in rows], dtype=pl.String)
        for path in paths
    }
    return rows_path, found


def _table_cells(rows: list[Row]) -> dict[str, pl.Series]:
    searched = rows[:HEADER_SEARCHED]
    if not searched:
        return {}
    at = max(range(len(searched)), key=lambda nth: (_words(searched[nth].cells), -nth))
    headings = [cell.strip(BLANKS) for cell in rows[at].cells]
    above = [cell.strip(BLANKS) for cell in rows[at - 1].cells] if at else []
    joined = join_merged(above, headings)
    if all(joined) and len(joined) > len([heading for heading in headings if heading]):
        # two merged heading rows: the upper one names what the lower one leaves blank
        headings = joined
    width = len(headings)
    # blank rows and the sentences below a table teach nothing
    data = [row.cells for row in rows[at + 1 :] if any(row.cells) and 2 * len(row.cells) >= width]
    below = [cells + [""] * (width - len(cells)) for cells in data]
    return {
        heading: pl.Series([cells[nth] for cells in below], dtype=pl.String)
        for nth, heading in enumerate(headings)
        if heading and headings.index(heading) == nth
    }


def _words(cells: Sequence[str]) -> int:
    """How many different cells look like headings."""
    return len(
        {cell.strip(BLANKS) for cell in cells if cell.strip(BLANKS) and not _has_value(cell)}
    )


def _has_value(cell: str) -> bool:
    return bool(re.search(r"^[=¥'`+-]|\d{4,}|^\d+([.,:/-]\d+)*$|\*\*", cell.strip(BLANKS)))


def _listed_rows(documents: Sequence[Any]) -> tuple[str, list[Any]]:
    """The longest list of objects in the first document, else the documents themselves."""
    lists = list(_object_lists(documents[0], ())) if documents else []
    if len(documents) > 1 or not lists:
        return "", [row for row in documents if isinstance(row, dict)]
    path, _ = max(lists, key=lambda found: (len(found[1]), -len(found[0])))
    rows = [row for document in documents for row in follow(document, path) or []]
    return ITSELF.join(path), rows


def _object_lists(
    value: Any, above: tuple[str, ...]
) -> Iterable[tuple[tuple[str, ...], list[Any]]]:
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        if isinstance(member, list) and member and isinstance(member[0], dict):
            yield (*above, key), member
        else:
            yield from _object_lists(member, (*above, key))


def _leaf_paths(value: Any, above: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if isinstance(value, dict) and value and all(ITSELF not in key for key in value):
        for key, member in value.items():
            yield from _leaf_paths(member, (*above, key))
    elif above:
        yield above


def _shown(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return "[]"
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _name_columns(cells: dict[str, pl.Series], vocabulary: Vocabulary) -> list[_Draft]:
    drafts: list[_Draft] = []
    taken: set[str] = set()
    for at, (heading, column) in enumerate(cells.items(), 1):
        texts = unwrap_ids(strip_cells(column))
        meaning = vocabulary.meaning(heading)
        name = meaning[0] if meaning else _own_name(heading, at)
        while name in taken or f"{name}_shown" in taken:
            name = f"{name}_{at}"
        kind = _fitting_type(texts, meaning[1] if meaning else "text")
        drafts.append(_Draft(heading, name, kind, texts))
        taken |= {name, f"{name}_shown"}
    return drafts


def _key(drafts: list[_Draft]) -> list[str]:
    """The first id, or pair of ids, that no two rows share; none when there is none."""
    ids = [d for d in drafts if d.type == "id" and d.cells.len() and not d.cells.null_count()]
    for group in chain(combinations(ids, 1), combinations(ids, 2)):
        cells = pl.DataFrame({draft.name: draft.cells for draft in group})
        if cells.is_unique().all():
            return [draft.name for draft in group]
    return []


def _own_name(heading: str, at: int) -> str:
    last = split_path(heading)[-1] if heading else ""
    snake = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last)).strip("_").lower()
    return snake if re.match(PLAIN_NAME, snake) else f"column_{at}"


def _fitting_type(texts: pl.Series, proposed: str) -> str:
    """The proposed type when the cells bear it out, else one that they do."""
    filled = texts.drop_nulls()
    if (filled == "[]").any():
        return "json"
    if not filled.len():
        return proposed
    if filled.str.contains(ROUNDED_NUMBER).any() and proposed == "id":
        return "text"
    if proposed in READERS and not _bears_out(filled, proposed):
        proposed = "text"
    if proposed != "text":
        return proposed
    if filled.is_in(["true", "false"]).all():
        return "bool"
    if filled.str.contains(LONG_ID).all():
        return "id"
    return next((kind for kind in CHECKED if _bears_out(filled, kind)), "text")


def _bears_out(filled: pl.Series, kind: str) -> bool:
    read = READERS[kind](filled)
    return read.len() - read.null_count() >= FITS_FROM * filled.len()


def _line(draft: _Draft, key: list[str]) -> str:
    required = ", required: value" if draft.name in key else ""
    kind = _quoted(draft.type)
    return f"  - {{name: {draft.name}, type: {kind}, from: {_quoted(draft.heading)}{required}}}\n"


def _quoted(text: str) -> str:
    """A text as YAML inside braces."""
    plain = re.match(r"^[\w$一-鿿.]+$", text) and isinstance(yaml.safe_load(text), str)
    return text if plain else "'" + text.replace("'", "''") + "'"
