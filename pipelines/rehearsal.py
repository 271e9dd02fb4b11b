"""What another resolution would make of tiers and audiences: the rest of a night on a shadow home.

The same assets run as in a night, on copies that are thrown away; nothing of it is published.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date

import dagster as dg
import orjson
import polars as pl

from assets import audiences, identity, profile, value, warehouse
from assets.built_models import copy_built
from assets.likely import write_likely
from assets.project import AUDIENCES
from assets.stores import HomeStore, ParquetStore, make_home
from pipelines import resources
from pipelines.night import NightFailedError
from pipelines.outcomes import QUIET, describe_failure
from pipelines.run_logs import open_log
from pipelines.shadow import inside
from siyu.files import PRIVATE_FOLDER
from siyu.home import REHEARSAL_HOME, Home
from siyu.identity.changes import Input
from siyu.identity.effects import Outcome
from siyu.identity.night import tables_of
from siyu.identity.resolution import Resolution

ASSETS = [
    asset
    for asset in dg.load_assets_from_modules([warehouse, identity, profile, value, audiences])
    if isinstance(asset, dg.AssetsDefinition)
]
RESOLVED = dg.AssetSelection.assets(*(dg.AssetKey(["exchange", name]) for name in identity.TABLES))
WANTED = dg.AssetSelection.groups("audiences")
REST_OF_NIGHT = (
    (RESOLVED.downstream() & WANTED.upstream()) - RESOLVED
).without_checks() | dg.AssetSelection.checks_for_assets(audiences.audiences)


def last_day(home: Home) -> date | None:
    """The newest day the home has tiers for; none before its first night."""
    days = sorted((home.exchange / "customer_tiers").glob("[0-9]*.parquet"))
    return date.fromisoformat(days[-1].stem) if days else None


def read_outcome(home: Home, day: date) -> Outcome:
    """Tiers and audience sizes of a home as of a day."""
    manifests = {
        spec.audience: home.audiences / spec.audience / day.isoformat() / "manifest.json"
        for spec in AUDIENCES
    }
    return Outcome(
        tiers=pl.read_parquet(home.exchange / "customer_tiers" / f"{day.isoformat()}.parquet"),
        members={
            audience: orjson.loads(path.read_bytes()).get("members")
            for audience, path in manifests.items()
            if path.exists()
        },
    )


def rehearse(home: Home, resolution: Resolution, made_from: Input, day: date) -> Outcome:
    """Run the rest of a night after another resolution; the home itself stays as it is.

    Args:
        home: The home after a night, held by the caller.
        resolution: The resolution as it would be.
        made_from: What it was resolved from.
        day: As-of date.

    Raises:
        NightFailedError: The rest of the night does not run on it.
    """
    log = home.reports / "rehearsal.log"
    with _shadow(home) as shadow, open_log(log) as lines:
        store = HomeStore(root=str(shadow.root))
        for table, rows in tables_of(resolution):
            rows.lazy().sink_parquet(shadow.exchange / f"{table}.parquet")
        write_likely(made_from, ParquetStore(home=store, folder="exchange"))
        with redirect_stdout(lines), redirect_stderr(lines), inside(store):
            outcome = dg.materialize(
                ASSETS,
                selection=REST_OF_NIGHT,
                resources=resources.for_environment(),
                partition_key=day.isoformat(),
                run_config=QUIET,
                raise_on_error=False,
            )
        if not outcome.success:
            raise NightFailedError(f"The rehearsal failed: {describe_failure(outcome)} ({log})")
        return read_outcome(shadow, day)


@contextmanager
def _shadow(home: Home) -> Iterator[Home]:
    """A home beside the home that borrows what it only reads."""
    folder = home.root / REHEARSAL_HOME
    shutil.rmtree(folder, ignore_errors=True)  # of a rehearsal that was killed
    folder.mkdir(mode=PRIVATE_FOLDER)
    shadow = Home(folder)
    try:
        for name in ("raw", "landing", "ledger"):
            (folder / name).symlink_to(home.root / name)
        make_home(shadow)
        made = {asset_key.path[-1] for asset_key in _made()}
        for table in home.exchange.glob("*.parquet"):
            if table.stem not in made and not table.stem.startswith("identity_"):
                (shadow.exchange / table.name).symlink_to(table)
        copy_built(home, shadow)
        yield shadow
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made() -> set[dg.AssetKey]:
    return set(REST_OF_NIGHT.resolve(ASSETS))
