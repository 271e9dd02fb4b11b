"""A process that reads pieces of exports for ``siyu.ingest.workers``, until its input ends."""

import sys

from siyu.ingest.pieces import Piece
from siyu.ingest.typed_rows import Reading, TypedPiece, type_piece
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
        send(answers, _answer(piece, reading))


def _answer(piece: Piece, reading: Reading) -> TypedPiece | Exception:
    try:
        return type_piece(piece, reading)
    except Exception as error:
        return error


if __name__ == "__main__":
    main()
