"""What every asset Python makes tells of itself besides its rows: seconds, pictures, failures."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import wraps
from inspect import isgeneratorfunction
from time import perf_counter
from typing import Any

import dagster as dg

from siyu.charts import draw_bars, draw_curves
from siyu.errors import SiyuError
from siyu.plain_text import hide_cells

# these say what happened and to which file, and quote no table
TELLING = (SiyuError, OSError, MemoryError, dg.DagsterError, dg.Failure, dg.RetryRequested)


class StepError(SiyuError):
    """A library's error, its message without cells: run pages and logs hold what is raised."""


def measured(body: Callable[..., Any]) -> Callable[..., Any]:
    """Add to each result of an asset's body the seconds since the body began; hide cells."""

    @wraps(body)
    def stepwise(*arguments: Any, **named: Any) -> Iterator[Any]:
        began = perf_counter()
        with _cells_hidden():
            for result in body(*arguments, **named):
                yield _with_seconds(result, began)

    @wraps(body)
    def at_once(*arguments: Any, **named: Any) -> Any:
        began = perf_counter()
        with _cells_hidden():
            return _with_seconds(body(*arguments, **named), began)

    return stepwise if isgeneratorfunction(body) else at_once


@contextmanager
def _cells_hidden() -> Iterator[None]:
    try:
        yield
    except TELLING:
        raise
    except Exception as error:
        told = f"{type(error).__name__}: {hide_cells(str(error))}"
        raise StepError(told).with_traceback(error.__traceback__) from None


def with_metadata(result: dg.MaterializeResult, **further: Any) -> dg.MaterializeResult:
    """The same result, telling more."""
    return result._replace(metadata={**(result.metadata or {}), **further})


def bars(title: str, counts: Mapping[str, float]) -> dg.MarkdownMetadataValue:
    """A bar chart to look at in Dagster."""
    return _picture(title, draw_bars(title, counts))


def curves(
    title: str, days: Sequence[date], sizes: Mapping[str, Sequence[int]]
) -> dg.MarkdownMetadataValue:
    """Curves over days to look at in Dagster."""
    return _picture(title, draw_curves(title, days, sizes))


def _picture(title: str, drawing: str) -> dg.MarkdownMetadataValue:
    content = base64.b64encode(drawing.encode()).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{content})")


def _with_seconds(result: Any, began: float) -> Any:
    if not isinstance(result, dg.MaterializeResult):
        return result
    return with_metadata(result, seconds=round(perf_counter() - began, 3))
