"""Which identifiers the exports show for whom: truly own, borrowed, recycled, mistyped."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import DOUYIN, JD, TAOBAO, WECHAT, XIAOHONGSHU, YOUZAN
from siyu.demo.community import make_fission, make_group_members
from siyu.demo.consents import UNIONID
from siyu.demo.contacts import friends_at, phone_owners
from siyu.demo.exports import (
    douyin_api,
    jd,
    pospal,
    sensors,
    sheets,
    surveys,
    taobao_api,
    web,
    wechat_oa,
    youzan,
)
from siyu.demo.exports.wecom import SNAPSHOTS
from siyu.demo.miniprogram import mp_openids
from siyu.demo.orders import GIFT, HOUSEHOLD, SHOP_PHONE
from siyu.demo.phones import phone_numbers
from siyu.demo.receivers import ciphered, clear_phones, receiver_people, with_receivers
from siyu.demo.streams import Ints
from siyu.demo.text_lines import chosen
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import spans_of
from siyu.demo.world import World

_KINDS = ("own", "recycled", "household", "gift")
_OWN, _RECYCLED, _HOUSEHOLD, _GIFT = range(len(_KINDS))
_PERSON_BITS = 24


def note_identifiers(world: World, book: TruthBook) -> None:
    """Fill ``truth/identifiers``; each (person, identifier) stands once per kind of dirt.

    Devices stand there also when they sent no event.
    """
    _note_wechat(world, book)
    _note_miniprogram(world, book)
    _note_members(world, book)
    _note_buyers(world, book)
    _note_phones(world, book)
    _note_typos(world, book)
    _note_placeholders(world, book)


def _note_wechat(world: World, book: TruthBook) -> None:
    ids, accounts = world.ids, world.accounts
    for namespace, condition, made in (
        ("wechat_unionid", pl.col("account").is_in(_shown_unionids(world)), ids.unionid),
        ("wechat_oa_openid", pl.col("follows"), ids.oa_openid),
        ("wechat_oa_openid", pl.col("in_baby_club"), ids.baby_club_openid),
        ("wecom_external_userid", pl.col("is_friend"), ids.external_userid),
    ):
        told = accounts.filter(condition)
        book.identifiers(
            namespace, made(told["account"].to_numpy()), told["person"], dirt=_account_dirt(told)
        )


def _shown_unionids(world: World) -> pl.Series:
    """Accounts whose unionid stands in some export."""
    in_wecom = world.accounts.filter("union_in_wecom")["account"]
    snapshots = spans_of(world.window, world.settings.file.contacts)[-SNAPSHOTS:]
    shown = [
        *(wechat_oa.followers_at(world, span.end)["account"] for span in snapshots),
        *(_among(friends_at(world, span.end)["account"], in_wecom) for span in snapshots),
        _among(make_group_members(world)["account"], in_wecom),
        _among(make_fission(world)["account"], in_wecom),
        surveys.form_entries(world)["account"],
        world.consents.filter(pl.col("subject") == UNIONID)["account"],
        world.accounts.filter(
            pl.col("has_mp") & ~pl.col("shops_unbound") & pl.col("union_in_profile")
        )["account"],
    ]
    return pl.concat([accounts.cast(pl.Int64) for accounts in shown]).unique().implode()


def _among(accounts: pl.Series, others: pl.Series) -> pl.Series:
    return accounts.filter(accounts.is_in(others.implode()))


def _note_miniprogram(world: World, book: TruthBook) -> None:
    shops = world.orders.filter(pl.col("platform").is_in([WECHAT, YOUZAN]))["account"].unique()
    used = world.accounts.filter(pl.col("account").is_in(shops.implode()))
    openids = mp_openids(used["account"].to_numpy(), world)
    book.identifiers("wechat_mp_openid", openids, used["person"], dirt=_account_dirt(used))
    users = world.accounts.filter(pl.col("has_mp"))
    account = users["account"].to_numpy().astype(np.int64)
    book.identifiers(
        "app_user_id", sensors.login_ids(account), users["person"], dirt=_account_dirt(users)
    )
    book.identifiers("anonymous_id", sensors.devices_of(account, world), users["person"])
    two = users.filter(pl.Series(sensors.has_second_device(account, world)))
    second = sensors.second_devices(two["account"].to_numpy())
    book.identifiers("anonymous_id", sensors.devices_of(second, world), two["person"])
    on_tablet = sensors.registers_on_tablet(account, world)
    guests = users.filter(pl.Series(on_tablet))
    readers = web.web_readers(world)
    browsers = web.web_devices(readers["account"].to_numpy(), world)
    book.identifiers("anonymous_id", browsers, readers["person"])
    addresses = web.email_addresses(readers["account"].to_numpy()).str.to_lowercase()
    book.identifiers("email", addresses, readers["person"])
    tablets = sensors.devices_of(sensors.tablet_of(guests["account"].to_numpy(), world), world)
    book.identifiers("anonymous_id", tablets, guests["person"], dirt="tablet")


def _note_members(world: World, book: TruthBook) -> None:
    members = world.members
    person = members["person"]
    uids = pospal.member_uids(members["member"].to_numpy())
    book.identifiers("pospal_customer_uid", uids, person)
    book.identifiers("member_no", pospal.member_numbers(members, world), person)


def _note_buyers(world: World, book: TruthBook) -> None:
    on_jd = _buyers(JD, world)
    book.identifiers("jd_account", jd.jd_accounts(on_jd.to_numpy(), seed=world.seed), on_jd)
    on_xhs = _buyers(XIAOHONGSHU, world)
    book.identifiers("xhs_user_id", sheets.xhs_user_ids(on_xhs.to_numpy(), seed=world.seed), on_xhs)
    on_taobao = world.orders.filter(pl.col("platform") == TAOBAO)
    told = (
        on_taobao.filter(taobao_api.known_by_api(on_taobao, world)).unique("person").sort("person")
    )
    book.identifiers("taobao_open_uid", taobao_api.buyer_uids(told, world), told["person"])
    on_douyin = world.orders.filter(pl.col("platform") == DOUYIN)
    known = on_douyin.filter(douyin_api.known_by_api(on_douyin, world))["person"].unique().sort()
    buyers_there = douyin_api.buyer_ids(known.to_numpy(), seed=world.seed)
    book.identifiers("doudian_open_id", buyers_there, known)
    shops = world.orders.filter(pl.col("platform") == YOUZAN)["account"].unique()
    buyers = world.accounts.filter(pl.col("account").is_in(shops.implode()))
    ids = world.ids.yz_open_id(buyers["account"].to_numpy())
    book.identifiers("youzan_open_id", ids, buyers["person"], dirt=_account_dirt(buyers))


def _buyers(platform: int, world: World) -> pl.Series:
    return world.orders.filter(pl.col("platform") == platform)["person"].unique().sort()


def _note_phones(world: World, book: TruthBook) -> None:
    """Numbers that stand beside people in any export, once per person, number and kind."""
    pairs = [
        *_order_phones(world),
        _member_phones(world),
        _profile_phones(world),
        _friend_phones(world),
        _statement_phones(world),
        *_survey_phones(world),
    ]
    person, phone, kind = (np.concatenate(column) for column in zip(*pairs, strict=True))
    given = world.people["old_phone"].to_numpy()
    recycled = np.isin(phone, given[given >= 0])
    kind = np.where((kind == _OWN) & recycled, _RECYCLED, kind)
    key = (phone << (_PERSON_BITS + 2)) | (person << 2) | kind
    key = np.unique(key)
    words = pl.Series(_KINDS).gather(pl.Series(key & 3))
    person = (key >> 2) & ((1 << _PERSON_BITS) - 1)
    numbers = phone_numbers(key >> (_PERSON_BITS + 2))
    book.identifiers("phone", numbers, pl.Series(person), dirt=words)


Pairs = tuple[Ints, Ints, Ints]


def _order_phones(world: World) -> list[Pairs]:
    parts = []
    for platform in (TAOBAO, DOUYIN, YOUZAN):
        orders = world.orders_of(platform)
        if platform == YOUZAN:
            is_clear = ~youzan.buyer_phones(orders, world).str.contains("*", literal=True)
            own = orders.filter(is_clear)
            person = own["person"].to_numpy().astype(np.int64)
            index = world.phone_index_of(person, own["ordered_at"].to_numpy())
            parts.append((person, index, np.zeros(len(person), dtype=np.int64)))
        else:
            shown = clear_phones(with_receivers(orders, world), world)
            if platform == DOUYIN:
                shown &= ~ciphered(orders, world)[2]
            is_clear = pl.Series(shown)
        parts.append(_receiver_phones(orders.filter(is_clear), world))
    return parts


def _receiver_phones(orders: pl.DataFrame, world: World) -> Pairs:
    _, whose = receiver_people(orders, world)
    kind = orders["receiver"].to_numpy()
    index = world.phone_index_of(np.maximum(whose, 0), orders["ordered_at"].to_numpy())
    dirt = np.select([kind == HOUSEHOLD, kind == GIFT], [_HOUSEHOLD, _GIFT], _OWN)
    known = whose >= 0
    return (
        orders["person"].to_numpy().astype(np.int64)[known],
        index[known].astype(np.int64),
        dirt[known],
    )


def _member_phones(world: World) -> Pairs:
    members = world.members
    index = pospal.member_phone_index(members, world).astype(np.int64)
    person = members["person"].to_numpy().astype(np.int64)
    return _borrowed(person, pospal.member_phone_people(members, world), index)


def _profile_phones(world: World) -> Pairs:
    users = world.accounts.filter(pl.col("has_mp"))
    person = users["person"].to_numpy().astype(np.int64)
    index = world.phone_index_of(person, users["registered_at"].to_numpy()).astype(np.int64)
    return person, index, np.zeros(len(person), dtype=np.int64)


def _friend_phones(world: World) -> Pairs:
    friends = friends_at(world, world.window.end)
    told = friends.filter((pl.col("typed") != "") & (pl.col("typed_dirt") != "typo"))
    person = told["person"].to_numpy().astype(np.int64)
    owner = phone_owners(person, world)
    index = world.phone_index_of(owner, told["added_at"].to_numpy()).astype(np.int64)
    return _borrowed(person, owner, index)


def _statement_phones(world: World) -> Pairs:
    consents = world.consents.filter(pl.col("subject") == 0)
    person = consents["person"].to_numpy()
    index = world.phone_index_of(person, consents["at"].to_numpy()).astype(np.int64)
    return person, index, np.zeros(len(person), dtype=np.int64)


def _survey_phones(world: World) -> list[Pairs]:
    sheets_told = surveys.answer_sheets(world)
    shown = pl.Series(surveys.sheet_has_phone(sheets_told, world))
    parts = []
    for told in (surveys.form_entries(world), sheets_told.filter(shown)):
        owner = told["phone_person"].to_numpy()
        index = world.phone_index_of(owner, told["at"].to_numpy()).astype(np.int64)
        parts.append(_borrowed(told["person"].to_numpy().astype(np.int64), owner, index))
    return parts


def _borrowed(person: Ints, owner: Ints, index: Ints) -> Pairs:
    known = index >= 0
    kind = np.where(person == owner, _OWN, _HOUSEHOLD)
    return person[known], index[known], kind[known]


def _note_typos(world: World, book: TruthBook) -> None:
    friends = friends_at(world, world.window.end)
    wrong = friends.filter((pl.col("typed") != "") & (pl.col("typed_dirt") == "typo"))
    book.identifiers("phone", wrong["typed_number"], wrong["person"], dirt="typo")


def _note_placeholders(world: World, book: TruthBook) -> None:
    """The brand's own numbers and junk on orders: they stand beside people and are nobody's."""
    for platform in (TAOBAO, DOUYIN, YOUZAN):
        orders = world.orders_of(platform).filter(pl.col("receiver") >= SHOP_PHONE)
        orders = with_receivers(orders, world)
        told = orders.unique(["person", "receiver_phone"], keep="first", maintain_order=True)
        dirt = chosen(told["receiver"] == SHOP_PHONE, "shop_phone", "junk")
        book.identifiers("phone", told["receiver_phone"], told["person"], dirt=dirt)


def _account_dirt(accounts: pl.DataFrame) -> pl.Series:
    return chosen(accounts["is_second"], "second_account", "own")
