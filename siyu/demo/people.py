"""The brand's customers: who they are, how long they stay, what they prefer.

What they buy belongs to ``orders``; where channels know them to ``accounts``.
"""

import numpy as np
import polars as pl

from siyu.demo.catalogue import PLACES
from siyu.demo.names import SURNAMES, full_names, nicknames
from siyu.demo.season import Season
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import Floats, Ints, stream
from siyu.demo.wall_time import DAY, Window, day_number, day_of

LIVES = ("follower", "one_time", "occasional", "loyal", "dormant", "new")
FOLLOWER, ONE_TIME, OCCASIONAL, LOYAL, DORMANT, NEW = range(len(LIVES))
# a recycled number comes back to the market after 90 days at the earliest
RECYCLED_AFTER_DAYS = 90
# weights in the order of catalogue.PLATFORMS; loyal buyers sit in the brand's own channels
_PLATFORM_WEIGHTS = (27, 11, 17, 3, 5, 3, 8, 16, 13)
_LOYAL_PLATFORM_WEIGHTS = (18, 6, 8, 1, 3, 1, 15, 30, 18)


def make_people(
    customers: int, *, window: Window, season: Season, seed: int, settings: DemoSettings
) -> pl.DataFrame:
    """One row per person.

    Returns:
        Sorted by ``person`` (0, 1, …): life, is_female, is_big_basket, buys_for_baby, birth_day,
        place, street_no, name, nickname, starts_at, leaves_at (last purchase before), looks_until
        (last visit before), main_platform, second_platform, phone, household_of (person or -1),
        old_phone (or -1), phone_since (0 = always).
    """
    generator = stream(seed, "people")
    index = np.arange(customers)
    lives = _lives(generator, customers, settings)
    starts, leaves = _stays(generator, lives, window, season)
    surname = generator.integers(0, len(SURNAMES), customers)
    place = _place(generator, customers)
    household = _households(generator, customers, settings.identity.household_phone)
    shares_home = household >= 0
    surname = np.where(
        shares_home & (generator.random(customers) < 0.5), surname[household], surname
    )
    place = np.where(shares_home, place[household], place)
    street_no = generator.integers(1, 400, customers)
    people = pl.DataFrame(
        {
            "person": index,
            "life": lives.astype(np.int8),
            "is_female": generator.random(customers) < 0.86,
            "is_big_basket": _big_baskets(generator, lives, settings.life.big_basket),
            "buys_for_baby": generator.random(customers) < 0.55,
            "birth_day": _birth_days(generator, window, customers),
            "place": place.astype(np.int16),
            "street_no": np.where(shares_home, street_no[household], street_no).astype(np.int16),
            "name": full_names(index, surname=surname, seed=seed),
            "nickname": nicknames(index, seed=seed),
            "starts_at": starts,
            "leaves_at": leaves,
            "looks_until": _last_looks(generator, leaves, window, settings.life.still_looking),
            **_platforms(generator, lives),
            "household_of": household,
        }
    )
    return people.with_columns(**_phones(generator, people, window, settings))


def _lives(generator: np.random.Generator, count: int, settings: DemoSettings) -> Ints:
    life = settings.life
    weights = np.array(
        [life.follower, life.one_time, life.occasional, life.loyal, life.dormant, life.new]
    )
    return np.searchsorted(
        np.cumsum(weights / weights.sum())[:-1], generator.random(count), side="right"
    )


def _stays(
    generator: np.random.Generator, lives: Ints, window: Window, season: Season
) -> tuple[Ints, Ints]:
    """When each person first meets the brand and when they turn away, in wall seconds."""
    days = window.days
    drawn, length = generator.random(len(lives)), generator.random(len(lives))
    newest = min(50.0, days / 4)
    quiet = np.array([min(150.0, 0.35 * days), min(310.0, 0.75 * days)])
    # days after the window's first: (earliest start, latest start, shortest, longest stay)
    ranges = np.array(
        [
            (-0.3 * days, days - 1, 20, 150),
            (0, days - 1, 12, 35),
            (-0.1 * days, 0.85 * days, 50, 180),
            (-0.4 * days, 0.5 * days, days * 2, days * 2),
            (days - quiet[1] - 240, days - quiet[1] - 90, 90, 240),
            (days - newest, days - 2, days, days),
        ]
    )
    low, high, shortest, longest = ranges[lives].T
    start = low + drawn * (high - low)
    leave = start + shortest + length * (longest - shortest)
    is_dormant = lives == DORMANT
    gone = days - quiet[0] - generator.random(len(lives)) * (quiet[1] - quiet[0])
    start = np.where(is_dormant, gone - (90 + 150 * drawn), start)
    leave = np.where(is_dormant, gone, leave)
    one_time = lives == ONE_TIME
    busy_start = (season.busy_days(drawn * days) - window.start) / DAY - length * 8
    start = np.where(one_time, busy_start, start)
    leave = np.where(one_time, busy_start + 12 + 23 * length, leave)
    seconds = window.start + (start * DAY).astype(np.int64)
    return seconds, np.minimum(window.start + (leave * DAY).astype(np.int64), window.end)


def _last_looks(generator: np.random.Generator, leaves: Ints, window: Window, share: float) -> Ints:
    """Some who stopped buying still look in for two to eight months."""
    looks = generator.random(len(leaves)) < share
    longer = leaves + generator.integers(60 * DAY, 250 * DAY, len(leaves))
    return np.where(looks, np.minimum(longer, window.end), leaves)


def _big_baskets(generator: np.random.Generator, lives: Ints, share: float) -> np.ndarray:
    times = np.array([0.5, 0.5, 1.0, 2.2, 2.2, 0.7])[lives]
    return generator.random(len(lives)) < share * times


def _birth_days(generator: np.random.Generator, window: Window, count: int) -> Ints:
    oldest = day_number(day_of(window.first_day).replace(day=1)) - 365 * 48
    return oldest + generator.integers(0, 365 * 26, count)


def _place(generator: np.random.Generator, count: int) -> Ints:
    return _weighted(generator, np.array([place[4] for place in PLACES]), count)


def _platforms(generator: np.random.Generator, lives: Ints) -> dict[str, np.ndarray]:
    is_loyal = (lives == LOYAL) | (lives == DORMANT)
    chosen = []
    for _ in ("main", "second"):
        usual = _weighted(generator, np.array(_PLATFORM_WEIGHTS), len(lives))
        own = _weighted(generator, np.array(_LOYAL_PLATFORM_WEIGHTS), len(lives))
        chosen.append(np.where(is_loyal, own, usual).astype(np.int8))
    return {"main_platform": chosen[0], "second_platform": chosen[1]}


def _households(generator: np.random.Generator, count: int, share: float) -> Ints:
    """The person whose phone someone uses too, or -1; nobody lends what they borrow."""
    uses_other = generator.random(count) < share
    owner = generator.integers(0, count, count)
    uses_other &= ~uses_other[owner] & (owner != np.arange(count))
    # one borrower for most phones: later ones of the same owner mostly keep their own
    return np.where(uses_other, owner, -1)


def _phones(
    generator: np.random.Generator, people: pl.DataFrame, window: Window, settings: DemoSettings
) -> dict[str, pl.Series]:
    """Own numbers; some people changed theirs, and others were given the old ones."""
    count = people.height
    phone = np.arange(count)
    old_phone = np.full(count, -1)
    since = np.zeros(count, dtype=np.int64)
    starts = people["starts_at"].to_numpy()
    lives_alone = people["household_of"].to_numpy() < 0
    split = window.start + int(window.days * 0.3) * DAY
    late = split + (31 + RECYCLED_AFTER_DAYS) * DAY
    givers = np.flatnonzero((starts < split) & lives_alone)
    takers = np.flatnonzero((starts > late) & lives_alone)
    wanted = round(count * settings.identity.recycled_number)
    many = min(wanted, len(givers), len(takers))
    givers = generator.permutation(givers)[:many]
    takers = generator.permutation(takers)[:many]
    old_phone[givers] = givers
    phone[givers] = count + np.arange(many)
    changed = np.maximum(starts[givers], window.start) + generator.integers(5, 30, many) * DAY
    since[givers] = np.minimum(changed, split + 30 * DAY)
    phone[takers] = givers
    return {
        "phone": pl.Series(phone),
        "old_phone": pl.Series(old_phone),
        "phone_since": pl.Series(since),
    }


def _weighted(generator: np.random.Generator, weights: np.ndarray, count: int) -> Ints:
    reached = np.cumsum(weights.astype(np.float64))
    drawn: Floats = generator.random(count) * reached[-1]
    return np.searchsorted(reached, drawn, side="right")
