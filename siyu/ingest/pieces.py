"""Parts of an export that are read one by one, here or in a worker process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from siyu.ingest.records import RecordBlock


@dataclass(frozen=True)
class Piece:
    """A part of an export.

    Attributes:
        read: Reads it.
        stands_alone: Whether it holds all that is needed, so that another process may read it.
        part: Which table or document of the file it belongs to; what ends one ends not the next.
    """

    read: Callable[[], RecordBlock]
    stands_alone: bool = False
    part: int = 0


def already_read(blocks: Iterator[RecordBlock]) -> Iterator[Piece]:
    """Records that had to be read in their order."""
    for block in blocks:
        yield Piece(lambda block=block: block)  # type: ignore[misc]
