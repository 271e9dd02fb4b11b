"""WeCom groups and the referral campaign: who is in which group, who brought whom."""

import numpy as np
import polars as pl

from siyu.demo.people import FOLLOWER, ONE_TIME
from siyu.demo.streams import Ints, chance, stream
from siyu.demo.wall_time import DAY
from siyu.demo.world import World

# a group holds at most 500; with many friends groups are fuller rather than more
_LEAST_MEMBERS, _MOST_GROUPS = 60, 240
_DEEPEST = 4
ROOT_SHARE = 0.12


def make_group_members(world: World) -> pl.DataFrame:
    """One row per customer in a group of the brand.

    Returns:
        Sorted by group and joined_at: group, account, person, joined_at, join_scene, is_lurker
        (never says or buys anything after joining).
    """
    friends = world.accounts.filter(
        pl.col("is_friend") & (pl.col("befriended_at") < world.window.end - 2 * DAY)
    )
    generator = stream(world.seed, "groups")
    rates = world.settings
    quiet = friends["life"].is_in([FOLLOWER, ONE_TIME]).to_numpy()
    wanted = rates.contact.group * len(quiet)
    lurkers = rates.engagement.group_lurker
    share = np.where(
        quiet,
        wanted * lurkers / max(quiet.sum(), 1),
        wanted * (1 - lurkers) / max((~quiet).sum(), 1),
    )
    joins = generator.random(len(quiet)) < share
    members = friends.filter(pl.Series(joins))
    added = np.maximum(members["befriended_at"].to_numpy(), world.window.start)
    stays = members["life"].to_numpy() == ONE_TIME
    # buyers of one order join after it, when the parcel's card invites them
    joined = added + np.where(stays, 30 * DAY, generator.integers(60, DAY, members.height))
    joined = np.minimum(joined, world.window.end - 600)
    groups = max(1, min(_MOST_GROUPS, members.height // _LEAST_MEMBERS))
    return pl.DataFrame(
        {
            "group": generator.integers(0, groups, members.height),
            "account": members["account"],
            "person": members["person"],
            "joined_at": joined,
            "join_scene": np.array([3, 3, 2, 1])[generator.integers(0, 4, members.height)],
            "is_lurker": ~_buys_after(members["person"].to_numpy(), joined, world),
        }
    ).sort("group", "joined_at", "account")


def make_fission(world: World) -> pl.DataFrame:
    """One row per participant of the referral campaign (任务裂变), in the order of joining.

    Returns:
        node (0, 1, …), account, person, joined_at, parent (node or -1), depth (1 = root),
        invited (how many they brought), is_new, is_lost.
    """
    share = world.settings.engagement.referral
    friends = world.accounts.filter(
        pl.col("is_friend")
        & (pl.col("befriended_at") >= world.window.start)
        & (pl.col("befriended_at") < world.window.end)
    )
    takes = chance(friends["account"].to_numpy(), salt="fission", seed=world.seed, share=share)
    nodes = friends.filter(pl.Series(takes)).sort("befriended_at", "account")
    parent, depth = _tree(nodes.height, world)
    ended = nodes["unfriended_at"].to_numpy()
    return pl.DataFrame(
        {
            "node": np.arange(nodes.height),
            "account": nodes["account"],
            "person": nodes["person"],
            "joined_at": nodes["befriended_at"],
            "parent": parent,
            "depth": depth,
            "invited": np.bincount(parent[parent >= 0], minlength=nodes.height),
            "is_new": parent >= 0,
            "is_lost": (ended > 0) & (ended < world.window.end),
        }
    )


def _tree(count: int, world: World) -> tuple[Ints, Ints]:
    """Parents are earlier participants; whoever would stand too deep starts a tree of their own."""
    generator = stream(world.seed, "fission tree")
    place = np.arange(count)
    parent = (generator.random(count) * place).astype(np.int64)
    is_root = (generator.random(count) < ROOT_SHARE) | (place == 0)
    parent = np.where(is_root, -1, parent)
    depth = np.where(is_root, 1, 0)
    for level in range(1, _DEEPEST + 1):
        below = (depth == 0) & (parent >= 0) & (depth[np.maximum(parent, 0)] == level)
        depth = np.where(below, level + 1, depth)
    too_deep = depth == 0
    return np.where(too_deep, -1, parent), np.where(too_deep, 1, depth)


def _buys_after(person: Ints, moments: Ints, world: World) -> np.ndarray:
    last = np.zeros(world.people.height, dtype=np.int64)
    np.maximum.at(last, world.orders["person"].to_numpy(), world.orders["ordered_at"].to_numpy())
    return last[person] > moments
