"""Moments of the demo as wall seconds: seconds since 1970 on a clock in Shanghai.

No clock is read here: every moment follows from the demo's last day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import polars as pl

from siyu.demo.settings import Period
from siyu.demo.streams import Ints

DAY = 86_400
SHANGHAI = 8 * 3_600
_EPOCH = date(1970, 1, 1)
_TABLE_START = (date(1940, 1, 1) - _EPOCH).days
_TABLE_END = (date(2110, 1, 1) - _EPOCH).days


@dataclass(frozen=True)
class Window:
    """The days the demo tells of.

    Attributes:
        first_day: Days since 1970 of the first day.
        last_day: Days since 1970 of the last day.
    """

    first_day: int
    last_day: int

    @property
    def start(self) -> int:
        """First wall second."""
        return self.first_day * DAY

    @property
    def end(self) -> int:
        """First wall second after the last day."""
        return (self.last_day + 1) * DAY

    @property
    def days(self) -> int:
        """Number of days."""
        return self.last_day - self.first_day + 1


@dataclass(frozen=True)
class Span:
    """One export's days: from ``start`` to before ``end``, in wall seconds."""

    start: int
    end: int

    @property
    def stamp(self) -> str:
        """Time in the file name, ``YYYYMMDDHHMM``: nine in the morning after the last day."""
        return f"{day_of(self.end // DAY):%Y%m%d}0900"

    @property
    def last_day(self) -> str:
        """Last day told of, ``YYYYMMDD``."""
        return f"{day_of(self.end // DAY - 1):%Y%m%d}"


def window_of(end_date: date, days: int) -> Window:
    """The window that ends with a day."""
    last_day = (end_date - _EPOCH).days
    return Window(first_day=last_day - days + 1, last_day=last_day)


def spans_of(window: Window, period: Period) -> list[Span]:
    """The window cut at the ends of days, months or quarters."""
    starts = [window.first_day]
    for day in range(window.first_day + 1, window.last_day + 1):
        moment = day_of(day)
        is_cut = period == "day" or moment.day == 1
        if is_cut and not (period == "quarter" and moment.month % 3 != 1):
            starts.append(day)
    ends = [*starts[1:], window.last_day + 1]
    return [Span(start * DAY, end * DAY) for start, end in zip(starts, ends, strict=True)]


def day_of(days_since_1970: int) -> date:
    """The calendar day."""
    return _EPOCH + timedelta(days=int(days_since_1970))


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def time_text(seconds: Ints) -> pl.Series:
    """``2026-06-18 20:00:35`` of wall seconds; empty for 0, which means never."""
    return _joined(seconds, _day_texts("%Y-%m-%d"), " ", _second_texts(":"))


def compact_time_text(seconds: Ints) -> pl.Series:
    """``20260618200035`` of wall seconds."""
    return _joined(seconds, _day_texts("%Y%m%d"), "", _second_texts(""))


def iso_time_text(seconds: Ints) -> pl.Series:
    """``2026-06-18T20:00:35+08:00`` of wall seconds."""
    return _joined(seconds, _day_texts("%Y-%m-%d"), "T", _second_texts(":")) + "+08:00"


def day_text(days: Ints, pattern: str = "%Y-%m-%d") -> pl.Series:
    """Days since 1970 as text."""
    return _day_texts(pattern).gather(pl.Series(np.asarray(days) - _TABLE_START))


def unix_seconds(seconds: Ints) -> Ints:
    """Unix time of wall seconds."""
    return np.asarray(seconds) - SHANGHAI


def _joined(seconds: Ints, days: pl.Series, between: str, times: pl.Series) -> pl.Series:
    moments = np.asarray(seconds)
    day, second = moments // DAY, moments % DAY
    text = pl.select(
        pl.when(pl.lit(pl.Series(moments != 0)))
        .then(
            pl.concat_str(
                days.gather(pl.Series(day - _TABLE_START)),
                pl.lit(between),
                times.gather(pl.Series(second)),
            )
        )
        .otherwise(pl.lit(""))
    )
    return text.to_series().alias("text")


@lru_cache(maxsize=8)
def _day_texts(pattern: str) -> pl.Series:
    first, parts = np.datetime64("1970-01-01", "D"), re.split("%[Yymd]", pattern)
    days = pl.Series("day", (first + np.arange(_TABLE_START, _TABLE_END)).astype(str))
    places = {"%Y": (0, 4), "%y": (2, 2), "%m": (5, 2), "%d": (8, 2)}
    pieces: list[pl.Series | str] = [parts[0]]
    for sign, between in zip(re.findall("%[Yymd]", pattern), parts[1:], strict=True):
        pieces += [days.str.slice(*places[sign]), between]
    return pl.select(pl.concat_str([pl.lit(piece) for piece in pieces])).to_series()


@lru_cache(maxsize=4)
def _second_texts(between: str) -> pl.Series:
    minutes = [f"{hour:02d}{between}{minute:02d}" for hour in range(24) for minute in range(60)]
    return pl.Series(
        "time", [f"{at}{between}{second:02d}" for at in minutes for second in range(60)]
    )
