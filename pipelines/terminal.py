"""What every command shares: the terminal, the option `--home`, refusals in one line."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from siyu.business_day import SHANGHAI
from siyu.errors import SiyuError

# what a command takes for a person's identifier: `siyu.identity.explain.find_identifier`
IDENTIFIER = (
    "namespace:identifier, a bare identifier, the start of an identifier hash, or a customer id."
)
# they end or open a text of SQL, a pattern of files or a template wherever a path stands in one
UNUSABLE = re.compile(r"['\"*?\[\]{}\\\x00-\x1f\x7f]")


class _Terminal(Console):
    """A console that leaves it to the command what becomes of it when nobody reads on."""

    def on_broken_pipe(self) -> None:
        raise  # the error that is being handled


# the streams as they are now: a run sends what it prints itself to its log; names of files and
# reasons are shown as they are, never read as styles
console = _Terminal(
    file=sys.stdout, markup=False, emoji=False, width=None if sys.stdout.isatty() else 120
)
problems = Console(file=sys.stderr, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn an error a person can act on into one line and exit status 1."""
    try:
        yield
    except BrokenPipeError:
        raise
    except MemoryError as error:
        problems.print("siyu: memory is used up; give it a larger machine, run again.", style="red")
        raise typer.Exit(1) from error
    except OSError as error:
        told = f"siyu: {error}; look at the disk's space and rights, run again."
        problems.print(told, style="red", highlight=False)
        raise typer.Exit(1) from error
    except SiyuError as error:
        problems.print(f"siyu: {error}", style="red", highlight=False)
        raise typer.Exit(1) from error


@contextmanager
def shown_if_it_can_be(done: str) -> Iterator[None]:
    """Print what a command did: it stays done when its output cannot be written.

    Args:
        done: What was done, for the one line in place of the output; nobody who has closed the
            output is told anything.
    """
    try:
        yield
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            told = f"siyu: {done}, but the output cannot be written: {error.strerror}."
            problems.print(told, style="yellow", highlight=False)
        # what is still held back would fail once more at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class HomeRefusedError(SiyuError):
    """The folder named as home cannot be one."""


def name_home(told: str | Path) -> Path:
    """A folder that may be a home, there already or not.

    Raises:
        HomeRefusedError: No folder is named, or its path holds a character that cannot be used.
    """
    if not str(told).strip():
        raise HomeRefusedError("--home names no folder; name the one of the brand's data.")
    if found := UNUSABLE.search(str(Path(told).resolve())):
        raise HomeRefusedError(
            f"The path of the home holds {found[0]!r}, which SQL or patterns of files would read "
            "as a sign of theirs; move the home to a path without it."
        )
    return Path(told)


def find_home(told: str | Path) -> Path:
    """The folder of a home that is there already.

    Raises:
        HomeRefusedError: There is none.
    """
    home = name_home(told)
    if not any((home / folder).is_dir() for folder in ("raw", "ledger")):
        raise HomeRefusedError(
            f"There is no home at {home}: no raw/ and no ledger/ in it; is --home mistyped?"
        )
    return home


def _named(told: str) -> Path:
    with refusals():
        return name_home(told)


def _found(told: str) -> Path:
    with refusals():
        return find_home(told)


HELP = "Folder of the brand's data."
HomeOption = Annotated[Path, typer.Option("--home", parser=_named, metavar="PATH", help=HELP)]
# of commands that read or change what is there
OldHomeOption = Annotated[Path, typer.Option("--home", parser=_found, metavar="PATH", help=HELP)]


def today() -> date:
    """The calendar day in Shanghai."""
    return datetime.now(SHANGHAI).date()
