"""The nights of a home: what each knew is kept in the ledger when it has published.

``ledger/nights/<number>.json`` is the record, ``ledger/nights/lists/`` holds the files people write
(overrides, suppression lists) as nights read them, each content once.
"""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import dagster as dg
import polars as pl

from assets.ledger import Ledger
from assets.measuring import measured
from assets.partitions import as_of_date
from assets.project import CONFIG
from assets.stores import HomeStore, ParquetStore
from assets.versions import list_versions
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.nights import Night, NightRecordError, decode_night

SHOWN = 16
LISTS = ("overrides.csv", "suppression/*.csv")


class Nights:
    """The records of one home.

    Attributes:
        home: The home.
    """

    def __init__(self, home: HomeStore) -> None:
        """Name the home; nothing is read yet."""
        self.home = home

    def all(self) -> list[Night]:
        """Every night that can be read, in the order in which they ran.

        Nights before there were records are known from the published versions that are kept.
        """
        recorded = [found for found in self._read() if isinstance(found, Night)]
        days = {night.as_of_date for night in recorded}
        earlier = [
            Night(version.as_of_date, version.published_at, version.published_at)
            for version in list_versions(self.home.paths)
            if not recorded
            or (version.published_at < recorded[0].ended_at and version.as_of_date not in days)
        ]
        return [*earlier, *recorded]

    def newest_day(self) -> date | None:
        """The last day any night answered for, also where its record is damaged."""
        published = [version.as_of_date for version in list_versions(self.home.paths)]
        return max([*published, *(night.as_of_date for night in self.all())], default=None)

    def damaged(self) -> list[str]:
        """What is wrong with records that cannot be read; nights go on without them."""
        return [str(found) for found in self._read() if isinstance(found, NightRecordError)]

    def refuse_damaged(self, day: date) -> None:
        """Refuse to answer a day that a damaged record may be of: days of records run forward.

        Raises:
            NightRecordError: A record that cannot be read may hold what the day's night knew.
        """
        last_before, lost = date.min, None
        for found in self._read():
            if isinstance(found, NightRecordError):
                lost = found if last_before <= day else lost
            elif found.as_of_date <= day:
                last_before, lost = found.as_of_date, None
            else:
                last_before = found.as_of_date
        if lost:
            raise lost

    def add(self, day: date, exports: ParquetStore) -> Night:
        """Keep what the night that has just published knew; the same as before adds nothing."""
        ledger = Ledger(home=self.home)
        night = Night(
            as_of_date=day,
            ended_at=self.home.now(),
            landed_until=_newest(exports.read("export_files")["loaded_at"]),
            identity_entries=len(ledger.names()),
            lists=self._keep(self._lists()),
            config=read_config(CONFIG),
        )
        last = self._read()[-1:]
        if not (last and isinstance(last[0], Night) and night.knew_the_same(last[0])):
            number = max((int(file.stem) for file in self._files()), default=0) + 1
            replace_file(self.folder / f"{number:06d}.json", night.encode())
        return night

    def kept_list(self, digest: str) -> Path:
        """Where a list stands as it was."""
        return self.folder / "lists" / f"{digest}.csv"

    @property
    def folder(self) -> Path:
        """Where records are kept."""
        return self.home.paths.ledger / "nights"

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.json"))

    def _read(self) -> list[Night | NightRecordError]:
        """Each record, or what is wrong with it."""
        found: list[Night | NightRecordError] = []
        for file in self._files():
            try:
                found.append(decode_night(file.read_bytes(), file=str(file)))
            except NightRecordError as damaged:
                found.append(damaged)
        return found

    def _lists(self) -> Iterable[Path]:
        for pattern in LISTS:
            yield from sorted(self.home.paths.ledger.glob(pattern))

    def _keep(self, lists: Iterable[Path]) -> dict[str, str]:
        (self.folder / "lists").mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        kept = {}
        for path in lists:
            content = path.read_bytes()
            digest = _digest(content)
            if not self.kept_list(digest).exists():
                replace_file(self.kept_list(digest), content)
            kept[path.relative_to(self.home.paths.ledger).as_posix()] = digest
        return kept


def _newest(moments: pl.Series) -> datetime | None:
    newest = moments.max()
    return newest if isinstance(newest, datetime) else None


def read_config(folder: Path) -> dict[str, str]:
    """File of the config → start of the hash of its content."""
    files = sorted(folder.rglob("*.yml"))
    return {file.relative_to(folder).as_posix(): _digest(file.read_bytes()) for file in files}


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:SHOWN]


@dg.asset(
    key="nights",
    deps=["published_warehouse"],
    group_name="published",
    kinds={"json"},
    owners=["team:data"],
)
@measured
def nights(
    context: dg.AssetExecutionContext, home: HomeStore, exchange: ParquetStore
) -> dg.MaterializeResult:
    """What each night knew, in the ledger: newest export, entries, lists and settings."""
    known = Nights(home)
    for problem in known.damaged():
        context.log.warning(problem)
    night = known.add(as_of_date(context), exchange)
    return dg.MaterializeResult(
        metadata={
            "as_of_date": str(night.as_of_date),
            "landed_until": str(night.landed_until),
            "identity_entries": night.identity_entries,
            "damaged_records": len(known.damaged()),
        }
    )
