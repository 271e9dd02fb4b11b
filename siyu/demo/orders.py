"""Who buys when and where, and what becomes of each order.

What lies in the baskets and what it costs belongs to ``baskets``.
"""

import numpy as np
import polars as pl

from siyu.demo.catalogue import (
    DOUYIN,
    JD,
    KUAISHOU,
    PDD,
    POSPAL,
    TAOBAO,
    WECHAT,
    XIAOHONGSHU,
    YOUZAN,
)
from siyu.demo.people import DORMANT, FOLLOWER, LOYAL, NEW, OCCASIONAL, ONE_TIME
from siyu.demo.season import Season, day_seconds
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import Flags, Ints, stream
from siyu.demo.wall_time import DAY, Window

# days between a person's orders: shortest and longest mean, per life
_GAPS = {OCCASIONAL: (34, 60), LOYAL: (16, 34), DORMANT: (14, 30)}
MAIN_PLATFORM_SHARE = 0.72

# these refund whole articles only
BY_ARTICLE = (DOUYIN, XIAOHONGSHU, POSPAL)

FATES = ("normal", "unpaid", "full_refund", "part_refund", "split_refund", "void", "split_parcel")
NORMAL, UNPAID, FULL_REFUND, PART_REFUND, SPLIT_REFUND, VOID, SPLIT_PARCEL = range(len(FATES))
RECEIVERS = ("self", "household", "gift", "shop", "junk")
SELF, HOUSEHOLD, GIFT, SHOP_PHONE, JUNK_PHONE = range(len(RECEIVERS))


def order_counts(people: pl.DataFrame, window: Window, generator: np.random.Generator) -> Ints:
    """How many orders each person makes inside the window."""
    life = people["life"].to_numpy()
    stay = people["leaves_at"].to_numpy() - np.maximum(people["starts_at"].to_numpy(), window.start)
    days = np.maximum(stay, 0) / DAY
    counts = np.zeros(len(life), dtype=np.int64)
    drawn = generator.random(len(life))
    for kind, (shortest, longest) in _GAPS.items():
        many = np.floor(days / (shortest + drawn * (longest - shortest)) + drawn)
        counts = np.where(life == kind, np.maximum(many, 2 if kind != OCCASIONAL else 1), counts)
    counts = np.where(life == ONE_TIME, 1, counts)
    counts = np.where(life == NEW, 1 + (drawn < 0.25), counts)
    counts = np.where(life == FOLLOWER, 0, counts)
    return np.where(days > 0, counts, 0).astype(np.int64)


def make_orders(
    people: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    window: Window,
    season: Season,
    seed: int,
    settings: DemoSettings,
    extra: pl.DataFrame,
) -> pl.DataFrame:
    """One row per order, in the order of time.

    Args:
        people: From ``make_people``.
        accounts: From ``make_accounts``.
        window: The demo's days.
        season: How busy they are.
        seed: The demo's seed.
        settings: Rates.
        extra: Orders a campaign brought: person, ordered_at, campaign.

    Returns:
        order, person, account (-1 = none), platform, ordered_at, paid_at, shipped_at, finished_at
        (0 = never), fate, receiver, campaign (-1 = none), is_bill_only.
    """
    generator = stream(seed, "orders")
    counts = order_counts(people, window, generator)
    person = np.repeat(np.arange(people.height), counts)
    ordered_at = _moments(people, counts, person, window, season, generator)
    person = np.concatenate([person, extra["person"].to_numpy()])
    ordered_at = np.concatenate([ordered_at, extra["ordered_at"].to_numpy()])
    campaign = np.concatenate([np.full(counts.sum(), -1), extra["campaign"].to_numpy()])
    in_time = np.lexsort((person, ordered_at))
    person, ordered_at, campaign = person[in_time], ordered_at[in_time], campaign[in_time]
    buyers = people.select("main_platform", "second_platform", "household_of")[person]
    account = _accounts_used(generator, people.height, accounts, person)
    platform = _platforms(generator, buyers, account)
    fate = _fates(generator, platform, settings)
    orders = pl.DataFrame(
        {
            "order": np.arange(len(person), dtype=np.int64),
            "person": person,
            "account": account,
            "platform": platform.astype(np.int8),
            "ordered_at": ordered_at,
            "fate": fate.astype(np.int8),
            "receiver": _receivers(generator, buyers, settings).astype(np.int8),
            "campaign": campaign.astype(np.int16),
            "is_bill_only": (platform == WECHAT)
            & (generator.random(len(person)) < settings.order.bill_only),
        }
    )
    return orders.with_columns(**_course(generator, orders))


def _moments(
    people: pl.DataFrame,
    counts: Ints,
    person: Ints,
    window: Window,
    season: Season,
    generator: np.random.Generator,
) -> Ints:
    """Moments spread over each person's stay, regular for a start, busier in busy times."""
    starts = season.steady(np.maximum(people["starts_at"].to_numpy(), window.start))
    stays = season.steady(people["leaves_at"].to_numpy()) - starts
    first = np.cumsum(counts) - counts
    place = np.arange(len(person)) - np.repeat(first, counts)
    share = (place + generator.random(len(person))) / np.repeat(np.maximum(counts, 1), counts)
    steady = starts[person] + share * stays[person]
    moments = season.busy_days(steady) + day_seconds(generator, len(person))
    return np.asarray(np.clip(moments, window.start, window.end - 1))


def _accounts_used(
    generator: np.random.Generator, people: int, accounts: pl.DataFrame, person: Ints
) -> Ints:
    """The WeChat account each buyer is logged in with: mostly the first, sometimes the second."""
    owner, is_second = accounts["person"].to_numpy(), accounts["is_second"].to_numpy()
    first, second = np.full(people, -1), np.full(people, -1)
    first[owner[~is_second]] = np.flatnonzero(~is_second)
    second[owner[is_second]] = np.flatnonzero(is_second)
    takes_second = (second[person] >= 0) & (generator.random(len(person)) < 0.35)
    return np.where(takes_second, second[person], first[person])


def _platforms(generator: np.random.Generator, buyers: pl.DataFrame, account: Ints) -> Ints:
    is_main = generator.random(len(buyers)) < MAIN_PLATFORM_SHARE
    platform = np.where(
        is_main, buyers["main_platform"].to_numpy(), buyers["second_platform"].to_numpy()
    )
    # the mini-program needs WeChat; whoever has none buys on Taobao instead
    return np.where((account < 0) & np.isin(platform, (WECHAT, YOUZAN)), TAOBAO, platform)


def _fates(generator: np.random.Generator, platform: Ints, settings: DemoSettings) -> Ints:
    rates = settings.order
    reached = np.cumsum([rates.unpaid, rates.full_refund, rates.part_refund])
    kind = np.searchsorted(reached, generator.random(len(platform)), side="right")
    fate = np.array([UNPAID, FULL_REFUND, PART_REFUND, NORMAL])[kind]
    splits = generator.random(len(platform)) < rates.split_refund
    fate = np.where((fate == PART_REFUND) & splits, SPLIT_REFUND, fate)
    drawn = generator.random(len(platform))
    is_parcel = (platform == JD) & (fate == NORMAL) & (drawn < rates.split_parcel)
    fate = np.where(is_parcel, SPLIT_PARCEL, fate)
    # a till takes the money at once and a cashier's mistake voids a ticket; the mini-program's
    # list tells of paid orders only
    in_store = platform == POSPAL
    at_once = in_store | (platform == WECHAT)
    fate = np.where(at_once & (fate == UNPAID), NORMAL, fate)
    fate = np.where(in_store & (drawn > 1 - rates.store_void), VOID, fate)
    # these exports tell of no part refunds; others refund whole articles only
    silent = np.isin(platform, (JD, KUAISHOU, PDD)) & np.isin(fate, (PART_REFUND, SPLIT_REFUND))
    fate = np.where(silent, NORMAL, fate)
    by_article = np.isin(platform, BY_ARTICLE)
    return np.where(by_article & (fate == SPLIT_REFUND), PART_REFUND, fate)


def _receivers(
    generator: np.random.Generator, buyers: pl.DataFrame, settings: DemoSettings
) -> Ints:
    identity = settings.identity
    drawn = generator.random(len(buyers))
    lends = (buyers["household_of"].to_numpy() >= 0) & (generator.random(len(buyers)) < 0.6)
    reached = np.cumsum([identity.gift_receiver, identity.shop_phone_receiver, identity.junk_phone])
    kind = np.array([GIFT, SHOP_PHONE, JUNK_PHONE, SELF])[
        np.searchsorted(reached, drawn, side="right")
    ]
    return np.where((kind == SELF) & lends, HOUSEHOLD, kind)


def _course(generator: np.random.Generator, orders: pl.DataFrame) -> dict[str, Ints]:
    """When each order is paid, sent, and received; every change falls within 15 days."""
    ordered_at = orders["ordered_at"].to_numpy()
    fate, platform = orders["fate"].to_numpy(), orders["platform"].to_numpy()
    count = len(ordered_at)
    is_paid: Flags = fate != UNPAID
    paid_at = ordered_at + np.where(
        generator.random(count) < 0.05,
        generator.integers(300, 3_000, count),
        generator.integers(5, 90, count),
    )
    in_store = platform == POSPAL
    paid_at = np.where(in_store, ordered_at, paid_at)
    shipped_at = paid_at + generator.integers(6 * 3600, 2 * DAY, count)
    finished_at = shipped_at + generator.integers(3 * DAY, 8 * DAY, count)
    goes_back = np.isin(fate, (FULL_REFUND, SPLIT_PARCEL)) | in_store
    return {
        "paid_at": np.where(is_paid, paid_at, 0),
        "shipped_at": np.where(is_paid & ~goes_back, shipped_at, 0),
        "finished_at": np.where(is_paid & ~goes_back, finished_at, 0),
    }
