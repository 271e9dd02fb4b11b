"""WeCom friends as guides see them: remarks, typed phones, tags; and what a typed phone hides."""

import numpy as np
import polars as pl

from siyu.demo.accounts import is_alive
from siyu.demo.phones import mistyped, phone_numbers, written_freely
from siyu.demo.streams import Ints, chance
from siyu.demo.wall_time import DAY
from siyu.demo.world import World

REMARK_NAME_SHARE = 0.45


def friends_at(world: World, moment: int) -> pl.DataFrame:
    """One row per friend × guide whose relation stands at a moment.

    Returns:
        account, person, guide, added_at, is_first (guide), union_in_wecom, remark_name (bool),
        and the columns of ``typed_phones``.
    """
    friends = world.accounts.filter(pl.col("is_friend") & (pl.col("befriended_at") < moment))
    friends = friends.filter(pl.Series(is_alive(friends["unfriended_at"].to_numpy(), moment)))
    columns = ["account", "person", "guide", "added_at", "is_first", "union_in_wecom"]
    first = friends.with_columns(added_at=pl.col("befriended_at"), is_first=pl.lit(True))
    second = friends.with_columns(
        guide=pl.col("second_guide"),
        added_at=pl.col("befriended_at") + 9 * DAY,
        is_first=pl.lit(False),
    ).filter((pl.col("guide") >= 0) & (pl.col("added_at") < moment))
    rows = pl.concat([first.select(columns), second.select(columns)]).sort(
        "account", "is_first", descending=[False, True]
    )
    named = chance(
        rows["account"].to_numpy(), salt="remark name", seed=world.seed, share=REMARK_NAME_SHARE
    )
    return rows.with_columns(remark_name=pl.Series(named), **typed_phones(rows, world))


def typed_phones(friends: pl.DataFrame, world: World) -> dict[str, pl.Series]:
    """The number a guide typed into the remark.

    Returns:
        typed: as typed, '' = none; typed_number: the bare number it means; typed_dirt: ``own``,
        ``household`` or ``typo``.
    """
    rates = world.settings.identity
    account = friends["account"].to_numpy().astype(np.int64)
    person = phone_owners(friends["person"].to_numpy(), world)
    phone = world.phone_index_of(person, friends["added_at"].to_numpy())
    has = friends["is_first"].to_numpy() & chance(
        account, salt="remark phone", seed=world.seed, share=rates.remark_phone
    )
    is_typo = chance(account, salt="remark typo", seed=world.seed, share=rates.remark_typo)
    number = phone_numbers(phone)
    wrong = mistyped(number, account, seed=world.seed)
    number = pl.select(
        pl.when(pl.lit(pl.Series(is_typo))).then(wrong).otherwise(number)
    ).to_series()
    typed = written_freely(number, account, seed=world.seed, share=rates.remark_written_freely)
    borrowed = person != friends["person"].to_numpy()
    dirt = np.select([is_typo, borrowed], ["typo", "household"], "own")
    shown = pl.Series(has)
    return {
        "typed": pl.select(pl.when(pl.lit(shown)).then(typed).otherwise(pl.lit(""))).to_series(),
        "typed_number": pl.select(
            pl.when(pl.lit(shown)).then(number).otherwise(pl.lit(""))
        ).to_series(),
        "typed_dirt": pl.Series(dirt.astype(object), dtype=pl.String),
    }


def phone_owners(person: Ints, world: World) -> Ints:
    """Whose phone people give when asked: some always give their household's."""
    people = person.astype(np.int64)
    household = world.people["household_of"].to_numpy()[people]
    return np.where(household >= 0, household, people)
