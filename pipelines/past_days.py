"""Answer a past day again from what its night knew (``docs/decisions/0010``).

The steps that answer run on a home as it was then; only the day's rows and audience folders are
brought home and published. Ids, the ledger and every other day stay as they are.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import dagster as dg
import polars as pl

from assets import audiences, identity, profile, publish, value, warehouse
from assets.nights import Nights, read_config
from assets.past_home import first_landed, numbers_of_its_own, past_home
from assets.project import CONFIG
from assets.published import PublishedWarehouse
from assets.stores import HomeStore, ParquetStore
from pipelines import resources
from pipelines.outcomes import QUIET, describe_failure
from pipelines.shadow import inside
from siyu.errors import SiyuError
from siyu.files import replace_folder
from siyu.nights import Night, changed_since, night_of
from siyu.publication import load_publication

DATED = ("customer_rfm", "customer_tiers", "audience_members")
BUILDING = [
    asset
    for asset in dg.load_assets_from_modules([warehouse, identity, profile, value, audiences])
    if isinstance(asset, dg.AssetsDefinition)
]
ANSWERS = frozenset(
    key for asset in BUILDING if asset.partitions_def is not None for key in asset.keys
)
NIGHTS = ("schedule", "sensor")  # what these start is a night, whatever day is newest


class PastDayError(SiyuError):
    """A past day could not be answered again; the home is as it was."""


@dataclass(frozen=True)
class PastDay:
    """A day that is to be answered from what an earlier night knew.

    Attributes:
        home: The home.
        day: The day.
        night: The night whose knowledge answers it.
        newest: Last day any night answered for.
    """

    home: HomeStore
    day: date
    night: Night
    newest: date

    def told(self) -> list[str]:
        """What a person should know about the answers, in sentences."""
        night = self.night
        until = f"{night.landed_until:%Y-%m-%d %H:%M:%S}" if night.landed_until else "none"
        lines = [
            f"{self.day} is answered from what was known to "
            + ("its night" if night.as_of_date == self.day else f"the night of {night.as_of_date}")
            + f": exports landed until {until} UTC, the ledger of then."
        ]
        if changed := changed_since(night, read_config(CONFIG)):
            lines.append(f"The settings are today's; changed since: {', '.join(changed)}.")
        return lines


def past_day(home: HomeStore, day: date, *, kind: str | None) -> PastDay | None:
    """Whether a run answers a past day: one before the last day any night answered for.

    Args:
        home: The home.
        day: As-of date of the run.
        kind: What started it (`pipelines.tags`); schedule and sensor always start nights.

    Raises:
        NightRecordError: What the day's night knew may stand in a damaged record.
    """
    if kind in NIGHTS:
        return None
    nights = Nights(home)
    newest = nights.newest_day()
    if newest is None or day >= newest:
        return None
    nights.refuse_damaged(day)
    night = night_of(nights.all(), day, first_landed=first_landed(home.paths))
    return PastDay(home, day, night, newest) if night else None


@contextmanager
def entered(past: PastDay, wanted: Sequence[dg.AssetKey]) -> Iterator[HomeStore]:
    """Be in a home as it was then, with everything made that the wanted answers are made from.

    Args:
        past: The day.
        wanted: The answers that are to be made.

    Raises:
        PastDayError: What they are made from cannot be made.
    """
    with past.home.held(), past_home(past.home, past.night) as then, inside(then):
        answers = dg.AssetSelection.assets(*wanted)
        before = (answers.upstream() - answers).required_multi_asset_neighbors()
        _materialize(before.without_checks(), past.day, "made")
        yield then


def bring_home(past: PastDay, then: HomeStore) -> None:
    """Put the day's rows and audience folders into the home, and publish the day.

    Args:
        past: The day.
        then: The home as it was then, after the answers were made in it.

    Raises:
        PastDayError: The tables of the day cannot be built; the next night builds them.
    """
    home, day = past.home, past.day.isoformat()
    exchange = ParquetStore(home=home, folder="exchange")
    for table in DATED:
        part = then.paths.exchange / table / f"{day}.parquet"
        if part.exists():
            exchange.write_part(table, day, pl.read_parquet(part))
    for folder in sorted(then.paths.audiences.glob(f"*/{day}")):
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        replace_folder(home.paths.audiences / folder.parent.name / day, files)
    with inside(home):
        _materialize(dg.AssetSelection.assets(*DATED), past.day, "built")
    PublishedWarehouse(home=home).replace_day(
        {name: publish.MARTS[name] for name in DATED},
        day=past.day,
        as_of_date=past.newest,
        keep=load_publication(CONFIG / "publication.yml").kept_versions,
    )


def strangers(then: HomeStore) -> list[str]:
    """A sentence about customers the ledger has no number for; none when there are none."""
    count = numbers_of_its_own(then)
    told = (
        f"{count:,} customers as today's identity rules tell people apart had no id then; their "
        "ids of that day begin with C9 and belong to nobody today."
    )
    return [told] if count else []


def _materialize(selection: dg.AssetSelection, day: date, verb: str) -> None:
    """Run assets of the home entered, without a record of their own in Dagster."""
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = dg.materialize(
            BUILDING,
            selection=selection,
            resources=resources.for_environment(),
            instance=instance,
            run_config=QUIET,
            tags={"dagster/partition": day.isoformat()},
            raise_on_error=False,
        )
    if not outcome.success:
        raise PastDayError(
            f"What {day} is answered from could not be {verb}: {describe_failure(outcome)}"
        )
