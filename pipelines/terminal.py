"""What every command shares: the terminal, the option `--home`, refusals in one line."""

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

HomeOption = Annotated[Path, typer.Option("--home", help="Folder of the brand's data.")]

# the streams as they are now: a run sends what it prints itself to its log; names of files and
# reasons are shown as they are, never read as styles
console = Console(
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


def today() -> date:
    """The calendar day in Shanghai."""
    return datetime.now(SHANGHAI).date()
