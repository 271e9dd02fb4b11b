"""A home as it was known to an earlier night, made beside the home and thrown away after use.

Exports that had landed by then are linked, the ledger is cut to what was written by then. Nothing
done in it reaches the home; what may be brought home is chosen in `pipelines.past_days`.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from assets.ledger import Ledger
from assets.nights import Nights
from assets.stores import HomeStore, make_home
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.home import PAST_HOME, REHEARSAL_HOME, Home
from siyu.identity.ledger import OVERRIDES_SCHEMA, encode_entry
from siyu.identity.registry import EVENT_SCHEMA
from siyu.ingest.landing import SCHEMA_FILE
from siyu.ingest.sidecars import NOTES, ROWS, LandedExport, landed_path, read_note
from siyu.nights import Night, NightRecordError

# the ledger counts from 1: a number above belongs to a past day alone and is never given to anybody
FIRST_NUMBER_OF_ITS_OWN = 9_000_000_000
KEPT_AS_THEY_ARE = ("hmac.key", "format.json")


@contextmanager
def past_home(home: HomeStore, night: Night) -> Iterator[HomeStore]:
    """A home that knows what a night knew.

    Args:
        home: The home, held by the caller.
        night: The night.

    Raises:
        NightRecordError: A list the night read is not kept.
    """
    folder = home.paths.root / PAST_HOME
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.mkdir(mode=PRIVATE_FOLDER)
    past = HomeStore(root=str(folder))
    try:
        make_home(past.paths)
        _link_landed(home.paths, past.paths, night.landed_until)
        _cut_ledger(home, past, night)
        _restore_lists(home, past, night)
        yield past
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_homes_within(home: Home) -> None:
    """Remove the homes that a killed run made inside a home and did not throw away."""
    for name in (PAST_HOME, REHEARSAL_HOME):
        shutil.rmtree(home.root / name, ignore_errors=True)


def landed_exports(home: Home) -> Iterator[tuple[str, LandedExport]]:
    """Every landed export, after the source it landed in."""
    for note in sorted(home.landing.glob(f"*/[0-9a-f]*{NOTES}")):
        landed = read_note(note)
        if landed is not None and note.with_suffix(ROWS).exists():
            yield note.parent.name, landed


def first_landed(home: Home) -> datetime | None:
    """The oldest moment of loading of a home."""
    return min((landed.loaded for _, landed in landed_exports(home)), default=None)


def numbers_of_its_own(past: HomeStore) -> int:
    """How many customers a past home told apart that the ledger has given no number."""
    given = Ledger(home=past).entries()["customer_number"]
    return given.filter(given > FIRST_NUMBER_OF_ITS_OWN).n_unique()


def _link_landed(home: Home, past: Home, until: datetime | None) -> None:
    """Link the rows of exports alone: without their notes nothing can land in a past home."""
    for schema in home.landing.glob(f"*/{SCHEMA_FILE}"):
        folder = past.landing / schema.parent.name
        folder.mkdir(mode=PRIVATE_FOLDER)
        _link(schema, folder)
    for source, landed in landed_exports(home):
        if until is not None and landed.loaded <= until:
            rows = landed_path(home, source, landed.sha256)
            _link(rows, past.landing / source)


def _link(file: Path, folder: Path) -> None:
    """Borrow a file; a hard link would change its state, and the next night would read it again."""
    (folder / file.name).symlink_to(file)


def _cut_ledger(home: HomeStore, past: HomeStore, night: Night) -> None:
    ledger, cut = home.paths.ledger, past.paths.ledger
    for name in KEPT_AS_THEY_ARE:
        if (ledger / name).exists():
            shutil.copy2(ledger / name, cut / name)
    (cut / "identity").mkdir(mode=PRIVATE_FOLDER)
    entries = Ledger(home=home).names()
    count = night.identity_entries
    if count is None:
        count = _entries_until(home, night.as_of_date)
    for entry in entries[:count]:
        _link(ledger / "identity" / entry.name, cut / "identity")
    nobody = {"node_key": [None], "customer_number": [FIRST_NUMBER_OF_ITS_OWN]}
    start = pl.DataFrame(nobody, schema_overrides={"node_key": pl.Int64})
    Ledger(home=past).append(
        encode_entry(start, pl.DataFrame(schema=EVENT_SCHEMA), sequence=len(entries[:count]) + 1)
    )


def _entries_until(home: HomeStore, day: date) -> int:
    """How many entries there were after the nights up to a day; the log never runs backwards."""
    later = Ledger(home=home).entries().filter(pl.col("run_date") > day)
    first = later["sequence"].min()
    return len(Ledger(home=home).names()) if first is None else int(str(first)) - 1


def _restore_lists(home: HomeStore, past: HomeStore, night: Night) -> None:
    ledger, cut = home.paths.ledger, past.paths.ledger
    (cut / "suppression").mkdir(mode=PRIVATE_FOLDER)
    if night.identity_entries is None:  # of before lists were kept
        for path in sorted(ledger.glob("suppression/*.csv")):
            shutil.copy2(path, cut / "suppression" / path.name)
        overrides = Ledger(home=home).overrides()
        until = night.ended_at.replace(tzinfo=UTC).isoformat(timespec="seconds")
        replace_file(
            cut / "overrides.csv", overrides.filter(pl.col("at") <= until).write_csv().encode()
        )
        return
    for name, digest in night.lists.items():
        kept = Nights(home).kept_list(digest)
        if not kept.exists():
            raise NightRecordError(
                f"{kept} is missing, which the night of {night.as_of_date} read as ledger/{name}; "
                "restore the ledger from the last backup: `siyu restore FILE --home DIR`."
            )
        replace_file(cut / name, kept.read_bytes())
    if not (cut / "overrides.csv").exists():
        nobody = pl.DataFrame(schema=OVERRIDES_SCHEMA)
        replace_file(cut / "overrides.csv", nobody.write_csv().encode())
