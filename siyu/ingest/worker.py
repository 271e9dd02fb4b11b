"""A process that reads for ``siyu.ingest.workers`` until its input ends."""

import gc
import sys
from collections.abc import Callable
from typing import Any

from siyu.ingest.workers import receive, send


def main() -> None:
    """Do one task after another."""
    # modules stay; looking through them again and again for garbage finds none
    gc.freeze()
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # whatever prints must not disturb the pipe
    sys.stdout = sys.stderr
    while True:
        try:
            task = receive(questions)
        except EOFError:
            return
        send(answers, _answer(task))


def _answer(task: Callable[[], Any]) -> Any:
    """What a task gives, or the error it ends with."""
    try:
        return task()
    except Exception as error:
        return error


if __name__ == "__main__":
    main()
