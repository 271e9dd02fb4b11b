"""The border on the way in: are the exports that were just read what they claim to be?

One validation per source over all its new files; only when that fails, one per file, to name the
bad ones. Nothing new means nothing is loaded and nothing is judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from expectations.expected import Expected
from expectations.landing_suites import FILE_COLUMN, DeclaredTable, declare_suite
from expectations.validation import Border, open_border
from expectations.verdict import Verdict, describe_failures

# characters a path may hold and a file pattern or a bound parameter would take for its own
ESCAPED = {"[": "[[]", "*": "[*]", "?": "[?]", "'": "''", ":": "\\:"}


@dataclass(frozen=True)
class StagedFile:
    """An export that was read and waits to be admitted.

    Attributes:
        name: What it is called where it is refused.
        source: Name of its source.
        parquet: Its staged rows.
    """

    name: str
    source: str
    parquet: Path


def judge_landed(
    files: Sequence[StagedFile], tables: Mapping[str, DeclaredTable], *, loaded_at: datetime
) -> list[Verdict]:
    """Judge the new files of every source.

    Args:
        files: What was staged.
        tables: Source → its declaration.
        loaded_at: Start of the run, naive UTC.

    Returns:
        One verdict per source with new files, by source; ``refused`` names the bad files.
    """
    if not files:
        return []
    by_source = groupby(sorted(files, key=lambda file: (file.source, file.name)), _source_of)
    with open_border() as border:
        return [
            _judge_source(border, source, list(found), tables[source], loaded_at)
            for source, found in by_source
        ]


def _source_of(file: StagedFile) -> str:
    return file.source


def _judge_source(
    border: Border,
    source: str,
    files: list[StagedFile],
    table: DeclaredTable,
    loaded_at: datetime,
) -> Verdict:
    suite = declare_suite(table, [file.parquet for file in files], loaded_at=loaded_at)
    outcomes = border.judge(_query(files), suite)
    verdict = Verdict(source, outcomes)
    if verdict.passed:
        return verdict
    return Verdict(source, outcomes, refused=_name_bad_files(border, files, suite, verdict.reason))


def _name_bad_files(
    border: Border, files: list[StagedFile], suite: list[Expected], reason: str | None
) -> dict[str, str]:
    reasons = {
        file.name: describe_failures(border.judge(_query([file]), suite))
        for file in files
        if len(files) > 1
    }
    bad = {name: found for name, found in reasons.items() if found}
    # what fails together but nowhere alone has no file to blame, so none may pass
    return bad or {file.name: reason or "" for file in files}


def _query(files: list[StagedFile]) -> str:
    paths = ", ".join(f"'{_escape(file.parquet)}'" for file in files)
    return f"select * from read_parquet([{paths}], union_by_name = true, {FILE_COLUMN} = true)"


def _escape(path: Path) -> str:
    return "".join(ESCAPED.get(character, character) for character in str(path.resolve()))
