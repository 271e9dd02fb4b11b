"""Reading exports, or the pieces of a large one, at the same time: in threads or processes.

Plain subprocesses with pipes: forking a process that runs polars and Dagster may hang, and
spawned ones of multiprocessing would import the caller's program once more.
"""

import multiprocessing
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from siyu.errors import SiyuError
from siyu.ingest.pieces import Piece
from siyu.ingest.typed_rows import Reading, TypedPiece, type_piece

# one thread each: the processes together use all processors, and threads cost a fifth in waiting
COMMAND = ("env", "POLARS_MAX_THREADS=1", sys.executable, "-m", "siyu.ingest.worker")
LENGTH_BYTES = 8
MOST_WORKERS = 8
# tasks waiting or being done, for each worker
AHEAD = 2
Answer = TypeVar("Answer")


class WorkerDiedError(SiyuError):
    """A worker process ended before it answered."""


class Workers:
    """Threads and processes that read; they start when needed and end with the block."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._count = max(1, min(MOST_WORKERS, multiprocessing.cpu_count()))
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._started: list[subprocess.Popen[bytes]] = []
        self._threads: ThreadPoolExecutor | None = None
        self._starting = Lock()
        self._ended = False

    def __enter__(self) -> Self:
        """Use them in a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End them."""
        self._ended = True
        for process in self._started:
            process.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._started:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                # what was not yet sent to a killed process is not missed
                with suppress(OSError):
                    _open(pipe).close()

    def type_pieces(self, pieces: Iterator[Piece], reading: Reading) -> Iterator[TypedPiece]:
        """Typed pieces in the order of the pieces.

        Raises:
            ExportRefusedError: The file cannot be trusted as a whole.
            WorkerDiedError: A worker process ended before it answered.
        """
        threads = self._start()
        waiting: deque[Future[TypedPiece]] = deque()
        try:
            for piece in pieces:
                if piece.where == "process":
                    waiting.append(self.submit(partial(type_piece, piece, reading)))
                elif piece.where == "thread":
                    waiting.append(threads.submit(type_piece, piece, reading))
                else:
                    waiting.append(Future())
                    waiting[-1].set_result(type_piece(piece, reading))
                while len(waiting) > AHEAD * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def submit(self, task: Callable[[], Answer]) -> Future[Answer]:
        """Do a task in a process; the task and its answer or error travel as pickles.

        Raises:
            WorkerDiedError: Through the future: the process ended before it answered.
        """
        return self._start().submit(self._ask, task)

    def in_order(self, tasks: Iterable[Callable[[], Answer]]) -> Iterator[Future[Answer]]:
        """Ended tasks in their order, a few ahead of whoever asks."""
        waiting: deque[Future[Answer]] = deque()
        for task in tasks:
            waiting.append(self.submit(task))
            while len(waiting) > AHEAD * self._count:
                yield _ended(waiting.popleft())
        while waiting:
            yield _ended(waiting.popleft())

    def _start(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._count)
        return self._threads

    def _process(self) -> subprocess.Popen[bytes]:
        """An idle process; they start when they are first needed."""
        with self._starting:
            if len(self._started) < self._count:
                self._add()
        return self._idle.get()

    def _add(self) -> None:
        process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._started.append(process)
        self._idle.put(process)

    def _ask(self, task: Callable[[], Answer]) -> Answer:
        process = self._process()
        try:
            send(_open(process.stdin), task)
            answer = receive(_open(process.stdout))
        except (OSError, EOFError) as died:
            process.kill()
            if not self._ended:
                self._add()
            raise WorkerDiedError(
                "a reading process ended early, probably for want of memory; run again with more"
            ) from died
        self._idle.put(process)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]


def _ended(future: Future[Answer]) -> Future[Answer]:
    future.exception()
    return future


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message to a pipe."""
    packed = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(packed).to_bytes(LENGTH_BYTES, "big"))
    stream.write(packed)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message from a pipe of our own process.

    Raises:
        EOFError: The other side has gone.
    """
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        raise EOFError
    packed = stream.read(int.from_bytes(length, "big"))
    return pickle.loads(packed)
