"""Where channels know people: WeChat accounts, followers, friends of guides, members.

Ids are made from the account's number: see ``wechat_ids``. What accounts do belongs elsewhere.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.demo.catalogue import POSPAL, WECHAT, YOUZAN
from siyu.demo.people import DORMANT, FOLLOWER, LOYAL, NEW
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import Flags, Ints, stream
from siyu.demo.tokens import BASE64, tokens
from siyu.demo.wall_time import DAY, Window

MOST_GUIDES = 400
CUSTOMERS_PER_GUIDE = 400


@dataclass(frozen=True)
class WechatIds:
    """Ids of WeChat accounts, made on demand from their numbers.

    Attributes:
        seed: The demo's seed.
    """

    seed: int

    def unionid(self, accounts: Ints) -> pl.Series:
        """One per account under the brand's Open Platform account."""
        return self._ids(accounts, "unionid", "oUnSy")

    def oa_openid(self, accounts: Ints) -> pl.Series:
        """In the brand's Official Account."""
        return self._ids(accounts, "oa", "oOaSy")

    def baby_club_openid(self, accounts: Ints) -> pl.Series:
        """In the baby club's Official Account, which is not bound to the Open Platform."""
        return self._ids(accounts, "baby club", "oBcSy")

    def mp_openid(self, accounts: Ints) -> pl.Series:
        """In the brand's mini-program."""
        return self._ids(accounts, "mp", "oMpSy")

    def store_mp_openid(self, accounts: Ints) -> pl.Series:
        """In the stores' mini-program, which is not bound to the Open Platform."""
        return self._ids(accounts, "store mp", "oSmSy")

    def external_userid(self, accounts: Ints) -> pl.Series:
        """In the brand's WeCom."""
        return tokens(
            accounts, salt="external", seed=self.seed, length=23, prefix="wmSyNt", alphabet=BASE64
        )

    def yz_open_id(self, accounts: Ints) -> pl.Series:
        """In the Youzan shop."""
        return tokens(accounts, salt="youzan", seed=self.seed, length=28, prefix="YZoS")

    def _ids(self, accounts: Ints, kind: str, prefix: str) -> pl.Series:
        return tokens(accounts, salt=kind, seed=self.seed, length=28 - len(prefix), prefix=prefix)


def make_accounts(
    people: pl.DataFrame, *, window: Window, seed: int, settings: DemoSettings
) -> pl.DataFrame:
    """One row per WeChat account; most people have one, some two, some none.

    Returns:
        Sorted by ``account``, first accounts before second ones: person, is_second, life, follows
        (bool), followed_at, unfollowed_at (0 = follows still), is_old_dump, in_baby_club,
        is_friend, befriended_at, unfriended_at (0 = still), guide, second_guide (-1 = none),
        union_in_wecom, has_mp, registered_at, union_in_profile, shops_unbound.
    """
    generator = stream(seed, "accounts")
    uses_wechat = generator.random(people.height) < settings.contact.wechat
    first = np.flatnonzero(uses_wechat)
    second = first[generator.random(len(first)) < settings.identity.second_wechat]
    person = np.concatenate([first, second])
    owners = people.select("life", "starts_at", "leaves_at", "main_platform", "second_platform")[
        person
    ]
    life, since = owners["life"].to_numpy(), owners["starts_at"].to_numpy()
    count = len(person)
    is_second = np.arange(count) >= len(first)
    accounts = pl.DataFrame(
        {
            "account": np.arange(count, dtype=np.int64),
            "person": person,
            "is_second": is_second,
            "life": life,
            "since": since,
            "leaves_at": owners["leaves_at"],
        }
    )
    identity = settings.identity
    return accounts.with_columns(
        **_follows(generator, accounts, window, settings),
        **_friends(generator, accounts, window, settings),
        **_miniprogram(generator, accounts, owners, window, settings),
        union_in_wecom=generator.random(count) >= identity.wecom_without_unionid,
        union_in_profile=generator.random(count) >= identity.profile_without_unionid,
        shops_unbound=generator.random(count) < identity.unbound_miniprogram,
    ).drop("since", "leaves_at")


def guide_count(customers: int) -> int:
    """Number of guides (导购) with WeCom friends."""
    return min(MOST_GUIDES, 6 + customers // CUSTOMERS_PER_GUIDE)


def guide_ids(count: int) -> pl.Series:
    """WeCom user ids of the guides."""
    return pl.Series([f"guide_{number:03d}" for number in range(count)])


def _follows(
    generator: np.random.Generator, accounts: pl.DataFrame, window: Window, settings: DemoSettings
) -> dict[str, np.ndarray]:
    life = accounts["life"].to_numpy()
    share = settings.contact.official_account * _by_life(life, {FOLLOWER: 1.6, LOYAL: 1.6})
    follows = generator.random(len(life)) < share
    followed_at = _soon_after(generator, accounts["since"].to_numpy(), window)
    leaves = generator.random(len(life)) < settings.identity.unsubscribed
    unfollowed_at = np.where(leaves, _later(generator, followed_at, window), 0)
    club = generator.random(len(life)) < settings.contact.baby_club_account
    return {
        "follows": follows,
        "followed_at": followed_at,
        "unfollowed_at": unfollowed_at,
        "is_old_dump": generator.random(len(life)) < settings.identity.old_dump_profile,
        "in_baby_club": club,
    }


def _friends(
    generator: np.random.Generator, accounts: pl.DataFrame, window: Window, settings: DemoSettings
) -> dict[str, np.ndarray]:
    life = accounts["life"].to_numpy()
    share = settings.contact.wecom * _by_life(life, {LOYAL: 1.7, DORMANT: 1.5, NEW: 1.2})
    befriended_at = _soon_after(generator, accounts["since"].to_numpy(), window)
    leaves = generator.random(len(life)) < settings.identity.friend_lost
    guides = guide_count(len(life))
    second = generator.random(len(life)) < settings.contact.second_guide
    first_guide = generator.integers(0, guides, len(life))
    other_guide = (first_guide + generator.integers(1, guides, len(life))) % guides
    return {
        "is_friend": generator.random(len(life)) < share,
        "befriended_at": befriended_at,
        "unfriended_at": np.where(leaves, _later(generator, befriended_at, window), 0),
        "guide": first_guide.astype(np.int16),
        "second_guide": np.where(second, other_guide, -1).astype(np.int16),
    }


def _miniprogram(
    generator: np.random.Generator,
    accounts: pl.DataFrame,
    owners: pl.DataFrame,
    window: Window,
    settings: DemoSettings,
) -> dict[str, np.ndarray]:
    platforms = owners.select("main_platform", "second_platform").to_numpy()
    shops_there = ((platforms == WECHAT) | (platforms == YOUZAN)).any(axis=1)
    has_mp = shops_there | (generator.random(len(owners)) < settings.contact.miniprogram)
    # the mini-program opened when the window does: earlier customers register in its first weeks
    since = np.maximum(accounts["since"].to_numpy(), window.start)
    registered_at = _soon_after(generator, since, window)
    return {"has_mp": has_mp, "registered_at": registered_at}


def make_members(
    people: pl.DataFrame, *, window: Window, seed: int, settings: DemoSettings
) -> pl.DataFrame:
    """One row per member of the stores' register.

    Returns:
        Sorted by ``member`` (0, 1, …): person, registered_at, number_is_phone, has_phone,
        has_birthday (0 = none, 1 = day only, 2 = whole), level (0–3), is_enabled.
    """
    generator = stream(seed, "members")
    shops_in_store = (people["main_platform"] == POSPAL) | (people["second_platform"] == POSPAL)
    joins = shops_in_store.to_numpy() | (
        generator.random(people.height) < settings.contact.store_member
    )
    person = np.flatnonzero(joins)
    owners = people.select("starts_at", "life")[person]
    return pl.DataFrame(
        {
            "member": np.arange(len(person), dtype=np.int64),
            "person": person,
            "registered_at": _soon_after(generator, owners["starts_at"].to_numpy(), window),
            "number_is_phone": generator.random(len(person)) < 0.6,
            "has_phone": generator.random(len(person)) < 0.93,
            "has_birthday": np.searchsorted([0.25, 0.4], generator.random(len(person))),
            "level": np.where(
                owners["life"].to_numpy() == LOYAL, 2, generator.integers(0, 3, len(person))
            )
            + (generator.random(len(person)) < 0.2),
            "is_enabled": generator.random(len(person)) < 0.98,
        }
    )


def _by_life(life: Ints, times: dict[int, float]) -> np.ndarray:
    table = np.ones(6)
    for kind, factor in times.items():
        table[kind] = factor
    return table[life]


def _soon_after(generator: np.random.Generator, since: Ints, window: Window) -> Ints:
    """Within some days after the first meeting, never after the window."""
    moments = since + (generator.random(len(since)) * 9 * DAY).astype(np.int64)
    return np.asarray(np.minimum(moments, window.end - 60))


def _later(generator: np.random.Generator, since: Ints, window: Window) -> Ints:
    """Any time after, but within the window."""
    earliest = np.maximum(since + DAY, window.start)
    room = np.maximum(window.end - 60 - earliest, 0)
    later = earliest + (generator.random(len(since)) * room).astype(np.int64)
    return np.asarray(np.minimum(later, window.end - 30))


def is_alive(ended_at: Ints, moment: int) -> Flags:
    """Whether a relation still stood at a moment; 0 = it never ended."""
    return np.asarray((ended_at == 0) | (ended_at >= moment))
