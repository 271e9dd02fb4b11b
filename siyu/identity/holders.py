"""Who holds each phone, email and device: the guards of contacts, one hub at a time.

Sharing (`siyu.identity.fan_out`) and numbers that passed to another person
(`siyu.identity.tenures`) are settled before; limits across hubs come after, in the guarded pass.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from siyu.identity.comparison import judge_pairs
from siyu.identity.components import as_vertices
from siyu.identity.dense import count_of, first_of_groups, look_up
from siyu.identity.fan_out import FAN_OUT
from siyu.identity.guards import AGREED, ALONE, VERIFIED
from siyu.identity.rules import TypedContact

TENURES = 1_000_000  # more than any contact has
ROUNDS = 4  # people told apart at one hub; what is left after them stays unidentified


_SIDE, _HOLDER = ~pl.col("is_identified"), ~pl.col("holder_is_identified")
_UNIDENTIFIED: dict[TypedContact, pl.Expr] = {
    "agreeing": pl.lit(False),
    "both_unidentified": _SIDE & _HOLDER,
    "without_own_contact": ~pl.col("has_own_contact"),
    "uncontradicted": pl.lit(True),
}


def judge_sides(
    sides: pl.DataFrame, parsed: pl.DataFrame, typed_contact: TypedContact
) -> pl.DataFrame:
    """Decide which sides of every hub really hold it.

    The holder of a hub is its best verified side, else its best side. Others join when they
    agree with the holder; sides that contradict are compared among themselves, and a verified
    one of them holds the hub as a second person (``round`` 1).

    Args:
        sides: One row per hub and side with ``tenure``, ``fan_out``, ``is_shared_by_holders``,
            ``is_device``, ``is_identified``, ``has_own_contact`` and ``blocked_reason`` (of guards
            before).
        parsed: One row per name.
        typed_contact: When a typed contact links without a second attribute.

    Returns:
        ``sides`` with ``round``, ``edge_class``, ``blocked_reason`` (null = linked),
        ``is_gift`` and ``first_refusal`` (why a second person does not belong to the first).
    """
    marked = _refuse_gifts(sides, parsed).with_columns(
        blocked_reason=pl.when("is_shared_by_holders")
        .then(pl.coalesce("blocked_reason", pl.lit(FAN_OUT)))
        .otherwise("blocked_reason"),
        first_refusal=pl.lit(None, pl.Categorical),
        refusal=pl.lit(None, pl.Categorical),
        agrees=pl.lit(False),
        round=pl.lit(0),
    )
    unsettled = marked.filter(pl.col("blocked_reason").is_null())
    # most hubs have one side: nothing to compare
    contested = pl.lit(pl.Series(count_of(pl.Series(_hubs_in_tenure(unsettled))) > 1))
    contested = contested | pl.col("fan_out").is_not_null()
    settled = [
        marked.filter(pl.col("blocked_reason").is_not_null()),
        unsettled.filter(~contested),
    ]
    undecided = unsettled.filter(contested)
    for number in range(ROUNDS):
        if undecided.is_empty():
            break
        judged = _judge_round(undecided, parsed, number, typed_contact)
        settled.append(judged.filter(pl.col("refusal").is_null()))
        undecided = judged.filter(pl.col("refusal").is_not_null()).with_columns(
            first_refusal=pl.coalesce("first_refusal", "refusal")
        )
    settled.append(undecided.with_columns(blocked_reason="first_refusal"))
    judged = pl.concat(settled, how="diagonal")
    return judged.with_columns(
        edge_class=pl.when("is_strong")
        .then(VERIFIED)
        .when("agrees")
        .then(AGREED)
        .otherwise(ALONE)
        .cast(pl.Int8)
    ).drop("agrees", "refusal")


def _refuse_gifts(sides: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    """Refuse a receiver's phone whose receiver is not the person the account belongs to."""
    typed = ~pl.col("is_strong") & ~pl.col("is_group")
    differs = typed & (pl.col("name_number") != pl.col("own_name_number")).fill_null(False)
    nobody = pl.lit(None, pl.UInt32)
    pairs = sides.filter(differs).with_columns(
        other_name_number="own_name_number",
        other_birthday=pl.lit(None, pl.Categorical),
        other_person=nobody,
    )
    gifts = (
        judge_pairs(pairs, parsed)
        .filter(pl.col("veto").is_not_null())
        .select("hub", "side", "veto")
    )
    return (
        sides.join(gifts, on=["hub", "side"], how="left")
        .with_columns(
            blocked_reason=pl.coalesce("blocked_reason", "veto"),
            is_gift=pl.col("veto").is_not_null(),
        )
        .drop("veto")
    )


def _judge_round(
    undecided: pl.DataFrame, parsed: pl.DataFrame, number: int, typed_contact: TypedContact
) -> pl.DataFrame:
    groups = _hubs_in_tenure(undecided)
    holders = _best_sides(undecided, groups, number)
    rest = undecided.drop("agrees", "refusal", "round")
    pairs = rest.with_columns(look_up(holders, "group", pl.Series(groups)))
    # nobody is compared with himself
    is_holder = pl.col("side") == pl.col("holder")
    nothing = pl.lit(None, pl.Categorical)
    alone = pairs.filter(is_holder).with_columns(veto=nothing, agrees=pl.lit(False))
    judged = pl.concat([judge_pairs(pairs.filter(is_holder.not_().fill_null(True)), parsed), alone])
    refusal = (
        pl.when(pl.col("holder").is_null())
        .then(pl.coalesce("first_refusal", pl.lit(FAN_OUT)))
        .when(is_holder | pl.col("agrees"))
        .then(None)
        .otherwise(
            _refusal_of_strangers(typed_contact) if number == 0 else pl.lit("another_person")
        )
    )
    return judged.with_columns(
        refusal=refusal.cast(pl.Categorical),
        round=pl.lit(number),
    ).drop(set(holders.columns) - {"group"}, "veto")


def _best_sides(undecided: pl.DataFrame, groups: NDArray[np.int64], number: int) -> pl.DataFrame:
    """The holder of each hub in its tenure, as the other side of a comparison."""
    verified_core = pl.col("is_strong") & ~pl.col("is_group")
    telling = pl.any_horizontal(pl.col("name_number", "birthday", "person").is_not_null())
    standing = (
        pl.when(verified_core)
        .then(3)
        .when(telling)
        .then(2)
        .when(~pl.col("is_group"))
        .then(1)
        .otherwise(0)
    )
    may_hold = verified_core if number else verified_core | pl.col("fan_out").is_null()
    chosen = undecided.select(may_hold).to_series().to_numpy()
    best = np.flatnonzero(chosen)[
        first_of_groups(
            groups[chosen],
            *undecided.filter(chosen).select(
                standing.neg(), support=pl.col("support").neg(), first_at="first_at", side="side"
            ),
        )
    ]
    return undecided[best].select(
        group=pl.Series(groups[best]),
        holder="side",
        other_name_number="name_number",
        other_birthday="birthday",
        other_person="person",
        holder_is_identified="is_identified",
    )


def _hubs_in_tenure(sides: pl.DataFrame) -> NDArray[np.int64]:
    """A number without gaps per hub and tenure; most hubs have but one."""
    groups, tenures = as_vertices(sides["hub"]).copy(), as_vertices(sides["tenure"])
    later = tenures > 0
    _, numbers = np.unique(groups[later] * TENURES + tenures[later], return_inverse=True)
    groups[later] = groups.max(initial=-1) + 1 + numbers
    return groups


def _refusal_of_strangers(typed_contact: TypedContact) -> pl.Expr:
    """Why a side that neither holds the hub nor agrees with its holder is refused, if it is."""
    shared = pl.col("fan_out").is_not_null()
    nobody_known = _UNIDENTIFIED[typed_contact]
    return (
        pl.when(pl.col("veto").is_not_null())
        .then("veto")
        .when(pl.col("is_strong"))
        .then(None)
        .when(shared)
        .then(pl.lit(FAN_OUT))
        .when(pl.col("is_group") | (nobody_known & ~pl.col("is_device")))
        .then(None)
        .otherwise(pl.lit("needs_second_attribute"))
    )
