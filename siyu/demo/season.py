"""When people buy: festivals of the trade, weekdays, hours.

Moments are wall seconds; how often somebody buys belongs to the orders.
"""

from dataclasses import dataclass

import numpy as np

from siyu.demo.streams import Floats, Ints
from siyu.demo.wall_time import DAY, Window, day_of

# (month, day) from, to, how many times a usual day; peaks of the trade's own calendar
_FESTIVALS = (
    ((5, 31), (6, 3), 2.2),
    ((6, 4), (6, 15), 1.5),
    ((6, 16), (6, 18), 5.0),
    ((10, 20), (10, 31), 1.6),
    ((11, 1), (11, 9), 1.8),
    ((11, 10), (11, 11), 7.0),
    ((12, 11), (12, 12), 2.6),
    ((1, 8), (1, 24), 1.8),
    ((2, 10), (2, 17), 0.5),
    ((3, 6), (3, 8), 2.4),
)
_WEEKDAYS = (0.95, 0.94, 0.96, 1.0, 1.05, 1.08, 1.02)
_HOURS = (4, 2, 1, 1, 1, 1, 2, 4, 6, 8, 10, 10, 11, 10, 9, 9, 9, 10, 11, 14, 18, 19, 14, 9)


@dataclass(frozen=True)
class Season:
    """How busy each day is; turns steady time into busy and quiet days.

    Attributes:
        start: First wall second it knows.
        reached: Sum of the days' weights before each day, scaled to days.
    """

    start: int
    reached: Floats

    def steady(self, moments: Ints) -> Floats:
        """Place of wall seconds on the steady scale, in days."""
        days = (np.asarray(moments) - self.start) / DAY
        return np.interp(days, np.arange(len(self.reached)), self.reached)

    def busy_days(self, steady: Floats) -> Ints:
        """Wall second at which the day of each place on the steady scale begins."""
        day = np.searchsorted(self.reached, steady, side="right") - 1
        return self.start + np.clip(day, 0, len(self.reached) - 2) * DAY


def season_of(window: Window) -> Season:
    """The season of a window's days."""
    weights = np.array([_weight(day) for day in range(window.first_day, window.last_day + 1)])
    scaled = weights * (len(weights) / weights.sum())
    return Season(start=window.start, reached=np.concatenate([[0.0], np.cumsum(scaled)]))


def day_seconds(generator: np.random.Generator, count: int) -> Ints:
    """Seconds of the day at which things happen: evenings more than nights."""
    reached = np.cumsum(np.array(_HOURS, dtype=np.float64))
    drawn = generator.random(count) * reached[-1]
    hour = np.searchsorted(reached, drawn, side="right")
    seconds: Ints = hour * 3600 + generator.integers(0, 3600, count)
    return seconds


def _weight(day: int) -> float:
    moment = day_of(day)
    weight = _WEEKDAYS[moment.weekday()]
    for first, last, times in _FESTIVALS:
        if first <= (moment.month, moment.day) <= last:
            weight *= times
    return weight
