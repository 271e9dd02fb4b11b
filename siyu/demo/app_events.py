"""What people do in the mini-program: visits, registering, paying, sharing, judging.

How an event is written belongs to ``exports.sensors``.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.demo.catalogue import PRODUCTS, WECHAT
from siyu.demo.order_course import FINISHED, seen_at
from siyu.demo.people import LOYAL
from siyu.demo.season import day_seconds
from siyu.demo.streams import Ints, chance, picked, stream
from siyu.demo.wall_time import DAY, Span
from siyu.demo.world import World

KINDS = (
    "launch",
    "view",
    "cart",
    "share",
    "sign_up",
    "profile",
    "bind",
    "pay",
    "review",
    "nps",
    "unset",
)
LAUNCH, VIEW, CART, SHARE, SIGN_UP, PROFILE, BIND, PAY, REVIEW, NPS, UNSET = range(len(KINDS))
# sessions in 30 days beside the mean, per life: followers look, loyal ones come often
_SESSIONS = np.array([0.35, 0.9, 0.7, 1.3, 1.2, 1.2])
BIND_SHARE, UNSET_SHARE, SHARER_SHARE = 0.3, 0.003, 0.4


@dataclass(frozen=True)
class AppUsers:
    """Accounts that use the mini-program, with what events need of them.

    Attributes:
        accounts: account, person, life, registered_at, starts_at, leaves_at,
            looks_until.
        sharers: Accounts that share pages with friends.
    """

    accounts: pl.DataFrame
    sharers: Ints


def app_users(world: World) -> AppUsers:
    """Accounts that use the mini-program."""
    users = world.accounts.filter(pl.col("has_mp")).select(
        "account", "person", "life", "registered_at"
    )
    stays = world.people.select("starts_at", "leaves_at", "looks_until")[users["person"]]
    users = users.hstack(stays)
    account = users["account"].to_numpy()
    shares = chance(account, salt="sharer", seed=world.seed, share=SHARER_SHARE)
    sharers = account[shares & (users["life"].to_numpy() == LOYAL)]
    return AppUsers(users, sharers)


def events_in(span: Span, users: AppUsers, world: World) -> pl.DataFrame:
    """Events of one export's days in the order of time.

    Returns:
        kind, account, at, detail: the product of a view or cart, the order of a payment or
        review, the score of an NPS answer, the sharer's account of a launch (-1 = none).
    """
    parts = [
        *_visits(span, users, world),
        _registrations(span, users),
        _profiles(span, users),
        _binds(span, users, world),
        _unsets(span, users, world),
        *_order_events(span, world),
    ]
    return pl.concat(parts).sort("at", "account", "kind")


def _visits(span: Span, users: AppUsers, world: World) -> list[pl.DataFrame]:
    generator = stream(world.seed, f"app {span.start}")
    accounts = users.accounts
    start = np.maximum(accounts["starts_at"].to_numpy(), span.start)
    end = np.minimum(accounts["looks_until"].to_numpy(), span.end)
    rate = _SESSIONS[accounts["life"].to_numpy()] * world.settings.engagement.sessions_per_month
    # who buys no more comes half as often
    slower = np.where(accounts["leaves_at"].to_numpy() < span.start, 0.5, 1.0)
    many = generator.poisson(rate * slower * np.maximum(end - start, 0) / (30 * DAY))
    row = np.repeat(np.arange(len(many)), many)
    day = (start[row] + (generator.random(len(row)) * (end - start)[row]).astype(np.int64)) // DAY
    at = np.clip(day * DAY + day_seconds(generator, len(row)), start[row], span.end - 900)
    account = accounts["account"].to_numpy()[row]
    shared = _shared_by(generator, account, users.sharers, world)
    launches = _events(LAUNCH, account, at, shared)
    more = generator.poisson(world.settings.engagement.events_per_session - 1, len(row))
    inner = np.repeat(np.arange(len(row)), more)
    step = np.arange(len(inner)) - np.repeat(np.cumsum(more) - more, more)
    later = at[inner] + 4 + step * 25 + generator.integers(0, 20, len(inner))
    kind = np.array([VIEW, VIEW, VIEW, VIEW, CART, SHARE])[generator.integers(0, 6, len(inner))]
    product = generator.integers(0, len(PRODUCTS), len(inner))
    views = _events(VIEW, account[inner], later, product).with_columns(
        kind=pl.Series(kind.astype(np.int8))
    )
    return [launches, views]


def _shared_by(generator: np.random.Generator, account: Ints, sharers: Ints, world: World) -> Ints:
    if len(sharers) == 0:
        return np.full(len(account), -1)
    sharer = sharers[generator.integers(0, len(sharers), len(account))]
    is_shared = generator.random(len(account)) < world.settings.engagement.share_visit
    return np.where(is_shared & (sharer != account), sharer, -1)


def _registrations(span: Span, users: AppUsers) -> pl.DataFrame:
    new = _registered_in(span, users)
    return _events(SIGN_UP, new["account"].to_numpy(), new["registered_at"].to_numpy())


def _profiles(span: Span, users: AppUsers) -> pl.DataFrame:
    new = _registered_in(span, users)
    return _events(PROFILE, new["account"].to_numpy(), new["registered_at"].to_numpy() + 1)


def _binds(span: Span, users: AppUsers, world: World) -> pl.DataFrame:
    new = _registered_in(span, users)
    binds = chance(new["account"].to_numpy(), salt="bind", seed=world.seed, share=BIND_SHARE)
    new = new.filter(pl.Series(binds))
    return _events(BIND, new["account"].to_numpy(), new["registered_at"].to_numpy() + 20)


def _unsets(span: Span, users: AppUsers, world: World) -> pl.DataFrame:
    """People who take their number out of the profile again."""
    accounts = users.accounts
    account = accounts["account"].to_numpy()
    takes = chance(account, salt="unset", seed=world.seed, share=UNSET_SHARE)
    at = accounts["registered_at"].to_numpy() + 20 * DAY
    due = takes & (at >= span.start) & (at < span.end)
    return _events(UNSET, account[due], at[due])


def _registered_in(span: Span, users: AppUsers) -> pl.DataFrame:
    registered = pl.col("registered_at")
    return users.accounts.filter((registered >= span.start) & (registered < span.end))


def _order_events(span: Span, world: World) -> list[pl.DataFrame]:
    orders = world.orders.filter((pl.col("platform") == WECHAT) & ~pl.col("is_bill_only"))
    order, account = orders["order"].to_numpy(), orders["account"].to_numpy()
    paid, finished = orders["paid_at"].to_numpy(), orders["finished_at"].to_numpy()
    seen = seen_at(orders, world.window.end)
    is_done = (seen["state"] == FINISHED).to_numpy()
    rates = world.settings.engagement
    reviews = is_done & chance(order, salt="review", seed=world.seed, share=rates.review)
    answers = is_done & chance(order, salt="nps", seed=world.seed, share=rates.nps_answer)
    score = nps_scores(order, world)
    parts = []
    for kind, due, at, detail in (
        (PAY, paid > 0, paid, order),
        (REVIEW, reviews, finished + DAY, order),
        (NPS, answers, finished + 2 * DAY, score),
    ):
        told = due & (at >= span.start) & (at < span.end)
        parts.append(_events(kind, account[told], at[told], detail[told]))
    return parts


def nps_scores(order: Ints, world: World) -> Ints:
    """0–10; every second answer is a promoter's (9 or 10)."""
    table = np.array([10, 10, 9, 9, 9, 8, 8, 7, 7, 6, 5, 3])
    return table[picked(order, salt="nps score", seed=world.seed, below=len(table))]


def _events(kind: int, account: Ints, at: Ints, detail: Ints | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "kind": np.full(len(account), kind, dtype=np.int8),
            "account": np.asarray(account),
            "at": np.asarray(at).astype(np.int64),
            "detail": np.full(len(account), -1) if detail is None else detail,
        },
        schema_overrides={"detail": pl.Int64},
    )
