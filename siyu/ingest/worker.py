"""A process that reads pieces of exports for ``siyu.ingest.workers``, until its input ends."""

import sys

from siyu.ingest.typed_rows import type_piece
from siyu.ingest.workers import receive, send


def main() -> None:
    """Answer one piece after another."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # whatever prints must not disturb the pipe
    sys.stdout = sys.stderr
    while True:
        try:
            piece, reading = receive(questions)
        except EOFError:
            return
        try:
            answer = type_piece(piece, reading)
        except Exception as error:
            answer = error
        send(answers, answer)


if __name__ == "__main__":
    main()
