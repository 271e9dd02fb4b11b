"""The declared pulls, ``config/pulls/*.yml``: one file per place exports are fetched from."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siyu.config_file import ConfigFile, read_config_file
from siyu.ingest.sources import Source
from siyu.pull.settings import DatabasePull, Pull, S3Pull, SftpPull, WecomPull

KINDS: dict[str, type[Any]] = {
    "s3": S3Pull,
    "sftp": SftpPull,
    "postgresql": DatabasePull,
    "mysql": DatabasePull,
    "wecom": WecomPull,
}


def load_pulls(folder: Path, sources: Mapping[str, Source]) -> dict[str, Pull]:
    """Read every declared pull that is enabled, by name, sorted; none where there is no folder.

    Raises:
        ConfigError: A file cannot be used; names file, line and column.
    """
    pulls = {file.stem: _load_pull(file, sources) for file in sorted(folder.glob("*.yml"))}
    return {name: pull for name, pull in pulls.items() if pull.enabled}


def _load_pull(path: Path, sources: Mapping[str, Source]) -> Pull:
    file = read_config_file(path)
    kind = file.content.get("kind") if isinstance(file.content, dict) else None
    if kind not in KINDS:
        raise file.error(("kind",), f"kind must be one of {', '.join(KINDS)}; found {kind!r}")
    pull: Pull = file.parse(KINDS[kind])
    if pull.name != path.stem:
        raise file.error(("pull",), f"pull is {pull.name}; name the file {pull.name}.yml")
    for source in pull.sources:
        if source not in sources:
            raise file.error(("source",), f"there is no source named {source}; see `siyu sources`")
    if isinstance(pull, DatabasePull):
        _check_headings(file, pull, sources[pull.source])
    return pull


def _check_headings(file: ConfigFile, pull: DatabasePull, source: Source) -> None:
    """A file that landing would refuse is not worth a night's pull."""
    given = {_plain(heading) for heading in pull.columns}
    for column in source.columns:
        if column.required is None or column.match != "exact" or source.is_document:
            continue
        if not given & {_plain(heading) for heading in column.headings}:
            raise file.error(
                ("columns",),
                f"source {source.name} needs a heading {' or '.join(column.headings)}: name the "
                f"column that holds it, as in `{column.headings[0]}: your_column`",
            )


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()
