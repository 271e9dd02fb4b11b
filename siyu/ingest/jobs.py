"""Which exports have to be read, and reading them: many small ones side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from siyu.errors import SiyuError
from siyu.ingest.exports import ExportFile
from siyu.ingest.refusals import ExportRefusedError
from siyu.ingest.sources import Source
from siyu.ingest.staging import StagedRows, is_large, stage_export
from siyu.ingest.workers import WorkerDiedError, Workers

# bytes of new small files from which reading them side by side gains more than it costs
TOGETHER_FROM = 32 * 2**20


class ExportNotReadError(SiyuError):
    """A file that could not be tried to its end."""


@dataclass(frozen=True)
class ReadingJob:
    """An export that has to be read.

    Attributes:
        source: How it is read.
        export: The file, as it was when it was hashed.
        sha256: Hash of its content.
        path: Where its rows are staged.
        loaded_at: Moment its rows are stamped with.
    """

    source: Source
    export: ExportFile
    sha256: str
    path: Path
    loaded_at: datetime

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.export.state.size if self.export.state else 0

    @property
    def task(self) -> Callable[..., StagedRows]:
        """The call that stages its rows; it can be sent to another process."""
        return partial(
            stage_export, self.export, self.source, partial=self.path, loaded_at=self.loaded_at
        )


def read_side_by_side(
    jobs: list[ReadingJob], workers: Workers
) -> Iterator[tuple[ReadingJob, Callable[[], StagedRows]]]:
    """Each job with the call that gives its rows or its error: many small files side by side.

    A large file is read in pieces, side by side too; processes are not worth starting for little.
    """
    small = [job for job in jobs if not is_large(job.size)]
    if sum(job.size for job in small) >= TOGETHER_FROM:
        yield from zip(
            small,
            (ended.result for ended in workers.in_order(job.task for job in small)),
            strict=True,
        )
    else:
        yield from ((job, job.task) for job in small)
    for job in jobs:
        if is_large(job.size):
            yield job, partial(job.task, workers=workers)


def rows_of(job: ReadingJob, outcome: Callable[[], StagedRows]) -> StagedRows:
    """Rows of one export; whatever happens to it, the other exports go on.

    Raises:
        ExportRefusedError: The file cannot be trusted, or is still being written.
        ExportNotReadError: It could not be tried to its end.
    """
    try:
        return outcome()
    except ExportRefusedError:
        job.path.unlink(missing_ok=True)
        raise
    except WorkerDiedError as error:
        job.path.unlink(missing_ok=True)
        raise ExportNotReadError(str(error)) from error
    except OSError as error:
        job.path.unlink(missing_ok=True)
        raise ExportNotReadError(f"reading stopped ({error.strerror}); run again") from error
    except (Exception, pl.exceptions.PanicException) as error:
        # a mistake of the readers: not kept as a refusal, so that it is tried again once mended
        job.path.unlink(missing_ok=True)
        raise ExportNotReadError(
            f"the reader failed ({type(error).__name__}); report it with this file"
        ) from error
