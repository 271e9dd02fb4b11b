"""The commands about a person's rights: erase them, give them a copy of what is kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assets.disclosures import disclose
from assets.erasures import Erasures
from assets.ledger import Ledger
from assets.people import KnownPerson, find_known_person
from assets.stores import HomeStore
from pipelines.terminal import IDENTIFIER, OldHomeOption, console, refusals
from siyu.errors import SiyuError
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.privacy.erasure import Erasure

FILES_SHOWN = 40


class ErasureChangedError(SiyuError):
    """What would be erased is not what was shown; nothing was."""


def erase(
    identifier: Annotated[str, typer.Argument(help=IDENTIFIER)],
    home: OldHomeOption = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a person from every file of the home; shows what will go, then asks."""
    with refusals():
        store = HomeStore(root=str(home))
        erasures = Erasures(home=store)
        begun_at = datetime.now(UTC).isoformat(timespec="seconds")
        with store.held():
            for finished in erasures.finish():
                console.print(f"An interrupted erasure was finished: {finished}")
            known, shown = _plan(store, identifier, begun_at)
        _print_found(known, shown)
        if not yes and not typer.confirm("Erase this person for ever?"):
            raise typer.Exit(1)
        with store.held():  # not while a person thinks: nights go on meanwhile
            _, planned = _plan(store, identifier, begun_at)
            if planned != shown:
                raise ErasureChangedError(
                    "What the home knows of this person has changed since it was shown; nothing "
                    "was erased. Run the command again."
                )
            place = erasures.erase(planned)
    console.print(f"Erased. Certificate: {place} (and .md beside it)")
    console.print(f"Run the night to bring tables and audiences up to date: siyu run --home {home}")


def export_person(
    identifier: Annotated[str, typer.Argument(help=IDENTIFIER)],
    to: Annotated[Path, typer.Option(help="Folder for the copy; made when missing.")],
    home: OldHomeOption = Path("data"),
) -> None:
    """Write everything the home keeps of a person: JSON, and a page to read."""
    with refusals():
        store = HomeStore(root=str(home))
        known = find_known_person(store, identifier)
        copy = disclose(store, known, known.tombstones(Ledger(home=store).secret()))
        to.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        replace_file(to / f"{copy.customer_id}.json", copy.as_json())
        replace_file(to / f"{copy.customer_id}.html", copy.as_page())
        counts = ", ".join(f"{len(rows):,} {name}" for name, rows in copy.sections.items())
    console.print(f"Customer {copy.customer_id}: {counts}")
    console.print(f"Written to {to}/{copy.customer_id}.json and .html; give them to nobody else.")


def _plan(store: HomeStore, identifier: str, begun_at: str) -> tuple[KnownPerson, Erasure]:
    """Who the person is, and what of them would go; the home must be held."""
    erasures = Erasures(home=store)
    known = find_known_person(store, identifier)
    stones = known.tombstones(Ledger(home=store).secret())
    found, sent = erasures.find(stones, known.customer_ids)
    identifiers = known.person.identifiers
    return known, Erasure(
        sequence=erasures.next_sequence(),
        begun_at=begun_at,
        customer_ids=known.customer_ids,
        identifier_hashes=tuple(identifiers["identifier_hash"]),
        tombstones=stones,
        namespaces=dict(identifiers.group_by("namespace").len().sort("namespace").rows()),
        shared=tuple(known.person.shared["namespace"]),
        found=tuple(found),
        destinations=tuple(sent),
    )


def _print_found(known: KnownPerson, planned: Erasure) -> None:
    person, found = known.person, planned.found
    console.print(f"Customer {person.customer_id}:")
    for row in person.identifiers.iter_rows(named=True):
        console.print(f"  {row['namespace']} {row['identifier_masked']}")
    for row in person.shared.iter_rows(named=True):
        shown = f"{row['namespace']} {row['identifier_masked']}"
        console.print(f"  {shown}: others use it too; only this person's records go")
    table = Table("file", "records", "cells of others")
    holding = [one for one in found if one.records or one.parts]
    for one in holding[:FILES_SHOWN]:
        table.add_row(one.file, str(one.records), str(one.parts))
    console.print(table)
    if len(holding) > FILES_SHOWN:
        console.print(f"and {len(holding) - FILES_SHOWN} more files")
    for one in found:
        if not one.is_searched:
            console.print(f"{one.file} cannot be opened; look at it, delete it if in doubt.")
    for to in planned.destinations:
        console.print(f"Was sent: {to.audience} as of {to.as_of_date} ({to.channel})")
    console.print(
        "Also: the build database and hand-offs (the next night makes them anew) and every "
        "published version lose this person. Tombstones keep later exports from bringing them back."
    )
