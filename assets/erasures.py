"""Erasures of one home: their records in the ledger, and the sweep that makes them true.

The record is written first; the sweep can be done again at any time and ends in the same state. A
night finishes what an interrupted command began.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg
import orjson

from assets.ledger import Ledger
from assets.leftovers import find_elsewhere, remove_elsewhere
from assets.project import SOURCES
from assets.stores import HomeStore
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.ingest.admitting import StagedExport
from siyu.privacy.erasure import (
    Destination,
    Erasure,
    all_tombstones,
    certificate,
    certificate_page,
    check_numbers,
)
from siyu.privacy.exports import (
    Found,
    find_in_export,
    find_in_landed,
    keep_out_of_staged,
    new_raw_files,
    raw_files,
    remove_from_export,
    remove_from_landed,
)
from siyu.privacy.tombstones import Tombstones


class Erasures(dg.ConfigurableResource):
    """Who was erased from a home.

    Attributes:
        home: The home.
    """

    home: HomeStore

    def records(self) -> list[Erasure]:
        """Every erasure, oldest first.

        Raises:
            ErasureRecordError: A record is damaged or missing.
        """
        files = sorted(self._folder.glob("[0-9]*.json"))
        certificates = self._certificates.glob("erasure-*.json")
        check_numbers(
            [file.stem for file in files],
            certified=[file.stem.removeprefix("erasure-") for file in certificates],
        )
        secret = Ledger(home=self.home).secret() if files else b""
        return [Erasure.decode(file.read_bytes(), secret, file=str(file)) for file in files]

    def tombstones(self) -> Tombstones:
        """By which rows of the erased are recognised."""
        records = self.records()
        return all_tombstones(Ledger(home=self.home).secret() if records else b"", records)

    def find(
        self, stones: Tombstones, customer_ids: Iterable[str]
    ) -> tuple[list[Found], list[Destination]]:
        """Where a person is in the home, and which audiences had them; nothing is changed."""
        home = self.home.paths
        exports = [find_in_export(home, one, SOURCES, stones) for one in raw_files(home)]
        elsewhere, destinations = find_elsewhere(home, stones, list(customer_ids))
        found = [one for one in exports if one is not None]
        return [*found, *find_in_landed(home, SOURCES, stones), *elsewhere], destinations

    def erase(self, erasure: Erasure) -> Path:
        """Erase a person; the home must be held.

        Returns:
            The certificate.
        """
        self._write(erasure)
        return self._sweep(erasure)

    def finish(self) -> list[Path]:
        """Finish erasures that were interrupted; the home must be held."""
        return [self._sweep(one) for one in self.records() if one.status != "done"]

    def keep_out(self) -> list[Found]:
        """Take the erased out of exports that are new in ``raw/``, before they are read."""
        stones = self.tombstones()
        if not stones:
            return []
        home = self.home.paths
        found = [remove_from_export(home, one, SOURCES, stones) for one in new_raw_files(home)]
        return [one for one in found if one is not None]

    def keep_out_of_staged(self, staged: Iterable[StagedExport]) -> list[StagedExport]:
        """Take the erased out of what is about to land from exports that cannot be edited."""
        stones, home = self.tombstones(), self.home.paths
        return [keep_out_of_staged(home, one, SOURCES, stones) for one in staged]

    def next_sequence(self) -> int:
        """Number of the next erasure."""
        return max((one.sequence for one in self.records()), default=0) + 1

    def _sweep(self, erasure: Erasure) -> Path:
        home, stones = self.home.paths, erasure.tombstones
        for export in list(raw_files(home)):
            remove_from_export(home, export, SOURCES, stones)
        remove_from_landed(home, SOURCES, stones)
        remove_elsewhere(home, stones, erasure)
        done = erasure.finished(self.home.now().isoformat(timespec="seconds"))
        place = self._certify(done)
        self._write(done)
        return place

    def _certify(self, erasure: Erasure) -> Path:
        told: dict[str, Any] = certificate(erasure)
        folder = self._certificates
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        place = folder / f"{told['certificate']}.json"
        replace_file(place, orjson.dumps(told, option=orjson.OPT_INDENT_2))
        replace_file(place.with_suffix(".md"), certificate_page(erasure).encode())
        return place

    def _write(self, erasure: Erasure) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        replace_file(self._folder / f"{erasure.sequence:06d}.json", erasure.encode())

    @property
    def _folder(self) -> Path:
        return self.home.paths.ledger / "erasures"

    @property
    def _certificates(self) -> Path:
        return self.home.paths.reports / "erasures"
