"""Parts of an export that are read one by one, here, in a thread or in a worker process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from siyu.ingest.records import RecordBlock


@dataclass(frozen=True)
class Piece:
    """A part of an export.

    Attributes:
        read: Reads it.
        where: ``here``: in its order; ``thread``: at the same time as others; ``process``: the
            same, but it keeps Python busy, so that threads would wait for each other.
        part: Which table or document of the file it belongs to; what ends one ends not the next.
    """

    read: Callable[[], RecordBlock]
    where: Literal["here", "thread", "process"] = "here"
    part: int = 0


def already_read(blocks: Iterator[RecordBlock]) -> Iterator[Piece]:
    """Records that had to be read in their order."""
    for block in blocks:
        yield Piece(lambda block=block: block)  # type: ignore[misc]
