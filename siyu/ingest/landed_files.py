"""What has landed, from the notes beside the Parquets; looked into only where something changed."""

from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from siyu.files import FileState, list_folder, replace_file
from siyu.home import Home
from siyu.ingest.sidecars import NOTES, REGISTER, ROWS, SHA_SHOWN, LandedExport, is_whole, read_note

JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Known:
    """A landed export that was found whole once, and the state its two files had then."""

    landed: LandedExport
    note: FileState
    parquet: FileState


class LandedFiles:
    """The landed exports of a home by source and file hash."""

    def __init__(self, home: Home) -> None:
        """Look at the folders of ``landing/``; a Parquet whose state changed is hashed."""
        self._folder = home.landing
        self._register = self._read_register()
        self._whole: dict[tuple[str, str], _Known] = {}
        self._damaged: dict[tuple[str, str], LandedExport] = {}
        self._orphans: list[Path] = []
        for entry in list_folder(home.landing):
            if entry.kind == "folder":
                self._look(entry.name)

    def whole(self) -> Iterator[LandedExport]:
        """Every landed export whose Parquet is whole, by source and hash."""
        for _, known in sorted(self._whole.items()):
            yield known.landed

    def damaged(self) -> Iterator[LandedExport]:
        """Every landed export whose Parquet is missing or not what was landed."""
        for _, landed in sorted(self._damaged.items()):
            yield landed

    def get(self, source: str, sha256: str) -> LandedExport | None:
        """What landed of a file and is whole."""
        known = self._whole.get((source, sha256[:SHA_SHOWN]))
        return known.landed if known else None

    def was(self, source: str, sha256: str) -> LandedExport | None:
        """What landed of a file, whole or not."""
        return self.get(source, sha256) or self._damaged.get((source, sha256[:SHA_SHOWN]))

    def not_before_newest(self, loaded_at: datetime) -> datetime:
        """A moment of loading, or just after the newest landed export where that is later."""
        exports = (*self.whole(), *self.damaged())
        newest = max((landed.loaded for landed in exports), default=loaded_at)
        return loaded_at if loaded_at >= newest else newest + JUST_AFTER

    def sweep(self) -> None:
        """Take away Parquets that nothing vouches for: what reads the folder reads all of them."""
        for parquet in self._orphans:
            parquet.unlink(missing_ok=True)

    def save(self) -> None:
        """Keep what was found whole, so that the next run need not look into it."""
        if {f"{source}/{sha256}": known for (source, sha256), known in self._whole.items()} == (
            self._register
        ):
            return
        kept = {
            f"{source}/{sha256}": (
                asdict(known.landed),
                astuple(known.note),
                astuple(known.parquet),
            )
            for (source, sha256), known in sorted(self._whole.items())
        }
        replace_file(self._folder / REGISTER, orjson.dumps(kept))

    def _read_register(self) -> dict[str, _Known]:
        try:
            kept = orjson.loads((self._folder / REGISTER).read_bytes())
            return {
                name: _Known(LandedExport(**landed), FileState(*note), FileState(*parquet))
                for name, (landed, note, parquet) in kept.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _look(self, source: str) -> None:
        folder = self._folder / source
        states = {entry.name: entry.state for entry in list_folder(folder) if entry.state}
        notes = {name.removesuffix(NOTES) for name in states if name.endswith(NOTES)}
        for sha256 in sorted(notes):
            self._look_at(source, sha256, states)
        for name in states:
            stem = name.removesuffix(ROWS)
            if name.endswith(ROWS) and name[0] not in "._" and (source, stem) not in self._whole:
                self._orphans.append(folder / name)

    def _look_at(self, source: str, sha256: str, states: dict[str, FileState]) -> None:
        note, rows = states[sha256 + NOTES], states.get(sha256 + ROWS)
        known = self._register.get(f"{source}/{sha256}")
        if known and (known.note, known.parquet) == (note, rows):
            self._whole[source, sha256] = known
            return
        landed = read_note(self._folder / source / (sha256 + NOTES))
        if landed is None or (landed.source, landed.sha256[:SHA_SHOWN]) != (source, sha256):
            return
        if rows and is_whole(landed, self._folder / source / (sha256 + ROWS)):
            self._whole[source, sha256] = _Known(landed, note, rows)
        else:
            self._damaged[source, sha256] = landed
