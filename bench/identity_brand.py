"""A made-up brand as observations with its truth: all the dirt identity meets, channel by channel.

Speaks `int_identifiers_observed` and `int_attributes_observed` directly, so that resolution can
be measured at any size without writing export files.
"""

import numpy as np
import polars as pl
from identity_people import HARD, BrandSample, Dirt, World, Writer

__all__ = ["HARD", "BrandSample", "Dirt", "make_brand"]


def make_brand(people: int, *, dirt: Dirt = Dirt(), seed: int = 1) -> BrandSample:
    """Make a brand of so many people; about 5.3 records and 9 observations a person."""
    world = World(people, dirt, seed)
    writer = Writer(world)
    _write_wechat(world, writer)
    _write_members(world, writer)
    _write_marketplace(world, writer, "jd", "jd_account", 0.35, 2)
    _write_marketplace(world, writer, "taobao", None, 0.5, 3)
    _write_marketplace(world, writer, "douyin", None, 0.25, 2)
    _write_marketplace(world, writer, "youzan", "youzan_open_id", 0.25, 2)
    _write_events(world, writer)
    return writer.finish()


def _write_wechat(world: World, writer: Writer) -> None:
    for kind, namespace, share in (
        ("oa", "wechat_oa_openid", 0.45),
        ("mp", "wechat_mp_openid", 0.4),
    ):
        people = world.some(share)
        record_id, day = writer.records(f"wx:{kind}", people)
        writer.seen(record_id, day, "wechat_unionid", people, where=world.has_unionid[people])
        writer.seen(record_id, day, namespace, people, scope="wxA")
        if kind == "mp":
            holder, own = _phone_of(world, people, world.dirt.relative_phone / 2)
            shown = world.chance(len(people), 0.5)
            writer.seen(record_id, day, "phone", world.phone[holder], where=shown, own=own)
    people = world.some(0.35)
    record_id, day = writer.records("wx:wecom", people)
    writer.seen(record_id, day, "wechat_unionid", people, where=world.has_unionid[people])
    writer.seen(record_id, day, "wecom_external_userid", people)
    holder, own = _phone_of(world, people, world.dirt.relative_phone)
    number = world.phone[holder]
    wrong = world.chance(len(people), world.dirt.wrong_digit)
    number = np.where(
        wrong, world.phone[world.random.integers(0, world.count, len(people))], number
    )
    shown = world.chance(len(people), 0.6)
    writer.seen(
        record_id, day, "phone", number, strength="candidate", where=shown, own=own & ~wrong
    )
    remarked = world.chance(len(people), 0.7)
    remark = np.char.add(world.name[people], " 敏感肌")
    writer.named(record_id.filter(pl.Series(remarked)), day[remarked], remark[remarked])


def _write_members(world: World, writer: Writer) -> None:
    people = world.some(0.4)
    record_id, day = writer.records("pos:member", people)
    writer.seen(record_id, day, "pospal_customer_uid", people)
    holder, own = _phone_of(world, people, world.dirt.relative_phone)
    number = np.where(
        world.chance(len(people), world.dirt.shop_phone), 10_000_001, world.phone[holder]
    )
    own = own & (number == world.phone[holder])
    writer.seen(record_id, day, "phone", number, own=own)
    writer.named(record_id, day, world.name[people], verified=True)
    writer.state("birth_date", record_id, day, world.birthday[people], verified=True)
    bought = people[world.chance(len(people), 0.7)]
    record_id, day = writer.records("order:pos", bought)
    writer.seen(record_id, day, "pospal_customer_uid", bought)


def _write_marketplace(
    world: World, writer: Writer, kind: str, namespace: str | None, share: float, orders: int
) -> None:
    people = np.repeat(world.some(share), world.random.integers(1, orders * 2, 1)[0])
    record_id, day = writer.records(f"order:{kind}", people)
    if namespace:
        writer.seen(record_id, day, namespace, people)
    gift = world.chance(len(people), world.dirt.gift_order)
    anyone = world.random.integers(0, world.count, len(people))
    receiver = np.where(
        gift, np.where(gift & (anyone % 2 == 0), world.relative[people], anyone), people
    )
    if not namespace:
        # an order without an account belongs to who receives it: nobody else is known
        people = receiver
        writer.truly(receiver)
    holder, _ = _phone_of(world, receiver, world.dirt.relative_phone / 2)
    number = np.where(
        world.chance(len(people), world.dirt.shop_phone), 10_000_000, world.phone[holder]
    )
    shown = np.full(len(people), True) if not namespace else world.chance(len(people), 0.7)
    writer.seen(
        record_id,
        day,
        "phone",
        number,
        strength="candidate",
        where=shown,
        own=(holder == people) & (number == world.phone[people]),
    )
    masked = world.chance(len(people), world.dirt.masked_name)
    writer.named(record_id, day, np.where(masked, world.masked[receiver], world.name[receiver]))


def _write_events(world: World, writer: Writer) -> None:
    people = world.some(0.3)
    devices = people * 2 + world.random.integers(0, 2, len(people))
    at_kiosk = world.chance(len(people), world.dirt.kiosk_event)
    devices = np.where(at_kiosk, -1 - people // world.dirt.people_per_kiosk, devices)
    record_id, day = writer.records("app:login", people)
    writer.seen(record_id, day, "app_user_id", people)
    writer.seen(
        record_id, day, "anonymous_id", devices + 10**9, strength="candidate", own=~at_kiosk
    )
    bound = world.chance(len(people), 0.6)
    writer.seen(record_id, day, "phone", world.phone[people], where=bound)
    writer.seen(record_id, day, "wechat_unionid", people, where=~bound & world.has_unionid[people])
    visited = world.chance(len(people), 0.7)
    record_id, day = writer.records("app:visit", people[visited])
    writer.seen(
        record_id,
        day,
        "anonymous_id",
        devices[visited] + 10**9,
        strength="candidate",
        own=~at_kiosk[visited],
    )


def _phone_of(world: World, people: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Whose phone stands in a record: mostly one's own, sometimes a relative's."""
    relative = world.chance(len(people), share)
    holder = np.where(relative, world.relative[people], people)
    return holder, holder == people
