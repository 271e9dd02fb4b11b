"""Campaigns with an effect that is known: who was reached, who was held out, who bought for it.

The pipeline measures campaigns from orders; this is what it should find.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from siyu.demo.people import DORMANT, LOYAL, NEW, OCCASIONAL, ONE_TIME
from siyu.demo.season import day_seconds
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import stream
from siyu.demo.wall_time import DAY, Window, day_number, day_of

EFFECT_DAYS = 14


@dataclass(frozen=True)
class Campaign:
    """One yearly campaign.

    Attributes:
        name: Code.
        title: Words for people.
        channel: By what people were reached: wecom, sms, oa.
        month: Month of sending.
        day: Day of sending.
        lives: Kinds of customers it is for.
    """

    name: str
    title: str
    channel: str
    month: int
    day: int
    lives: tuple[int, ...]


CAMPAIGNS = (
    Campaign("new_year_winback", "年货节唤醒", "wecom", 1, 10, (DORMANT, ONE_TIME)),
    Campaign("spring_second_buy", "开春复购礼", "sms", 3, 12, (ONE_TIME, NEW)),
    Campaign("midyear_early_access", "618抢先购", "wecom", 5, 28, (LOYAL, OCCASIONAL)),
    Campaign("autumn_second_buy", "初秋复购礼", "sms", 9, 5, (ONE_TIME, NEW)),
    Campaign("double_eleven_early_access", "双11抢先购", "oa", 10, 18, (LOYAL, OCCASIONAL)),
)


def make_effects(
    people: pl.DataFrame, *, window: Window, seed: int, settings: DemoSettings
) -> pl.DataFrame:
    """One row per person and campaign run that chose them.

    Returns:
        campaign (place in the list of runs), name, title, channel, sent_at, person, arm
        (``treatment``/``holdout``), ordered_at (of the order it brought, 0 = none).
    """
    runs = [
        _run(place, campaign, sent_day, people, window, seed, settings)
        for place, (campaign, sent_day) in enumerate(_runs(window))
    ]
    empty = pl.DataFrame(
        schema={
            "person": pl.Int64,
            "arm": pl.String,
            "sent_at": pl.Int64,
            "ordered_at": pl.Int64,
            "campaign": pl.Int64,
            "name": pl.String,
            "title": pl.String,
            "channel": pl.String,
        }
    )
    return pl.concat([empty, *runs])


def _runs(window: Window) -> list[tuple[Campaign, int]]:
    """Campaigns of every year whose sending and effect lie inside the window."""
    runs = []
    for year in range(day_of(window.first_day).year, day_of(window.last_day).year + 1):
        for campaign in CAMPAIGNS:
            sent = day_number(date(year, campaign.month, campaign.day))
            if window.first_day + 14 <= sent <= window.last_day - EFFECT_DAYS:
                runs.append((campaign, sent))
    return runs


def _run(
    place: int,
    campaign: Campaign,
    sent_day: int,
    people: pl.DataFrame,
    window: Window,
    seed: int,
    settings: DemoSettings,
) -> pl.DataFrame:
    generator = stream(seed, f"campaign {campaign.name} {sent_day}")
    rates = settings.campaign
    sent_at = sent_day * DAY + 10 * 3600
    fits = people["life"].is_in(campaign.lives).to_numpy()
    fits &= people["starts_at"].to_numpy() < sent_at
    chosen = np.flatnonzero(fits & (generator.random(people.height) < rates.reached))
    is_held_out = generator.random(len(chosen)) < rates.holdout
    converts = ~is_held_out & (generator.random(len(chosen)) < rates.uplift)
    days = generator.integers(0, EFFECT_DAYS - 1, len(chosen))
    ordered_at = (sent_day + 1 + days) * DAY + day_seconds(generator, len(chosen))
    ordered_at = np.minimum(ordered_at, window.end - 3600)
    return pl.DataFrame(
        {
            "person": chosen,
            "arm": pl.Series(is_held_out).replace_strict({True: "holdout", False: "treatment"}),
            "sent_at": np.full(len(chosen), sent_at),
            "ordered_at": np.where(converts, ordered_at, 0),
            "campaign": np.full(len(chosen), place),
        },
        schema_overrides={"person": pl.Int64, "arm": pl.String},
    ).with_columns(
        name=pl.lit(f"{campaign.name}_{day_of(sent_day).year}"),
        title=pl.lit(campaign.title),
        channel=pl.lit(campaign.channel),
    )
