"""Sensors (神策): the mini-program's events, one JSON a line."""

import numpy as np
import polars as pl

from siyu.demo.app_events import (
    BIND,
    CART,
    LAUNCH,
    NPS,
    PAY,
    PROFILE,
    REVIEW,
    SHARE,
    SIGN_UP,
    UNSET,
    VIEW,
    app_users,
    events_in,
)
from siyu.demo.articles import of_product
from siyu.demo.catalogue import PLACES, PRODUCTS
from siyu.demo.phrases import review_texts, stars
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Flags, Ints, chance, picked
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled, yuan
from siyu.demo.tokens import device_ids, numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import spans_of, unix_seconds
from siyu.demo.world import World

ROWS_AT_ONCE = 200_000
_TABLET_FIRST = 1 << 40
_SECOND_DEVICE_FIRST = 1 << 41
_HEAD = '{"_track_id":«track»,"time":«time»,"_flush_time":«flush»,"type":"track","event":"«event»",'
_WHO = '"distinct_id":"«distinct»",«login»"anonymous_id":"«device»",'
_PROJECT = '"project":"default","properties":{"$lib":"MiniProgram","$is_login_id":«is_login»,'
_TRACK = _HEAD + _WHO + _PROJECT
_TEMPLATES = {
    LAUNCH: _HEAD
    + _WHO
    + '"identities":{"$identity_mp_id":"«device»"},"project":"default",'
    + '"lib":{"$lib":"MiniProgram","$lib_method":"code","$lib_version":"1.20.0"},'
    + '"properties":{"$lib":"MiniProgram","$is_login_id":«is_login»,"$scene":"wx-«scene»",'
    + '«share»"$province":"«province»","$city":"«city»","$timezone_offset":-480}}\n',
    VIEW: _TRACK + '"product_id":"«sku»","product_name":"«title»","product_price":«price»}}\n',
    CART: _TRACK
    + '"product_id":"«sku»","product_name":"«title»","product_price":«price»,"quantity":1}}\n',
    SHARE: _TRACK + '"$share_method":"转发消息卡片","$share_depth":1,"product_id":"«sku»"}}\n',
    SIGN_UP: '{"_track_id":«track»,"time":«time»,"type":"track_signup","event":"$SignUp",'
    '"distinct_id":"«distinct»","original_id":"«device»",«login»"anonymous_id":"«device»",'
    '"project":"default","properties":{"$lib":"MiniProgram"}}\n',
    PROFILE: '{"_track_id":«track»,"time":«time»,"type":"profile_set","distinct_id":"«distinct»",'
    '«login»"project":"default","properties":{"$is_login_id":true,"phone":"«phone»",'
    '«unionid»"gender":"«gender»"}}\n',
    BIND: '{"_track_id":«track»,"time":«time»,"type":"track_id_bind","event":"$BindID",'
    '"distinct_id":"«distinct»","identities":{"$identity_login_id":"«distinct»",'
    '"$identity_mobile":"«phone»"«identity_unionid»},"properties":{}}\n',
    PAY: _TRACK + '"order_id":"«order_no»","order_amount":«amount»}}\n',
    REVIEW: _TRACK + '"order_id":"«order_no»","rating":«stars»,"content":"«text»"}}\n',
    NPS: _TRACK + '"nps_score":«score»}}\n',
    UNSET: '{"_track_id":«track»,"time":«time»,"type":"profile_unset","distinct_id":"«distinct»",'
    '«login»"properties":{"phone":true}}\n',
}
_EVENT_NAMES = {
    LAUNCH: "$MPLaunch",
    VIEW: "ViewProduct",
    CART: "AddToCart",
    SHARE: "$MPShare",
    PAY: "PayOrder",
    REVIEW: "SubmitReview",
    NPS: "SubmitNps",
}


def export_sensors(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write the events of each period."""
    users = app_users(world)
    track = 1_000_000_000
    for span in spans_of(world.window, world.settings.file.sensors_event):
        events = events_in(span, users, world)
        if events.height == 0:
            continue
        file = f"sensors_events_{span.last_day}.jsonl"
        rows = 0
        with shelf.export("sensors_event", file) as work:
            for start in range(0, events.height, ROWS_AT_ONCE):
                part = events[start : start + ROWS_AT_ONCE]
                lines = _lines(part, track, world)
                repeated = _repeated(part.height, track, world)
                work.write_lines(lines.gather(pl.Series(repeated)))
                rows += len(repeated)
                _note(part, track, world, book)
                track += part.height
        shelf.expect("sensors_event", file, rows=rows)


def login_ids(accounts: Ints) -> pl.Series:
    """``M10000001``, … : the id people get when they register."""
    return "M" + numbers(10_000_001 + np.asarray(accounts).astype(np.int64))


def devices_of(index: Ints, world: World) -> pl.Series:
    """Device ids of accounts, second devices and tablets."""
    return device_ids(index, salt="device", seed=world.seed)


def second_devices(accounts: Ints) -> Ints:
    """Index of the second device of accounts."""
    return np.asarray(accounts).astype(np.int64) + _SECOND_DEVICE_FIRST


def tablet_of(accounts: Ints, world: World) -> Ints:
    """Index of the store's tablet an account registered on."""
    tablets = max(world.settings.identity.tablets, 1)
    return _TABLET_FIRST + picked(accounts, salt="which tablet", seed=world.seed, below=tablets)


def registers_on_tablet(accounts: Ints, world: World) -> Flags:
    """Accounts that registered in a store, on the store's tablet."""
    rates = world.settings.identity
    drawn = chance(accounts, salt="tablet", seed=world.seed, share=rates.tablet_sign_up)
    return drawn & (rates.tablets > 0)


def has_second_device(accounts: Ints, world: World) -> Flags:
    """Accounts whose owner uses two phones."""
    share = world.settings.engagement.second_device
    return chance(accounts, salt="second device", seed=world.seed, share=share)


def shows_unionid(accounts: Ints, world: World) -> pl.Series:
    """Profiles that hold the unionid: the app is bound and the back end stored it."""
    flags = world.accounts.select("shops_unbound", "union_in_profile")[accounts]
    return ~flags["shops_unbound"] & flags["union_in_profile"]


def _lines(events: pl.DataFrame, track: int, world: World) -> pl.Series:
    events = events.with_columns(
        place=pl.Series(np.arange(events.height)), track=pl.Series(track + np.arange(events.height))
    )
    parts = []
    for kind, template in _TEMPLATES.items():
        told = events.filter(pl.col("kind") == kind)
        if told.height:
            cells = {**_shared_cells(told, kind, world), **_own_cells(told, kind, world)}
            lines = filled(template, cells, rows=told.height)
            parts.append(pl.DataFrame({"place": told["place"], "line": lines}))
    return pl.concat(parts).sort("place")["line"]


def _shared_cells(told: pl.DataFrame, kind: int, world: World) -> Cells:
    account, at = told["account"].to_numpy(), told["at"].to_numpy()
    registered = world.accounts["registered_at"].to_numpy()[account]
    is_login = pl.Series((registered <= at) | (kind >= SIGN_UP))
    device = devices_of(_device_index(told, kind, world), world)
    login = login_ids(account)
    milliseconds = picked(told["track"].to_numpy(), salt="ms", seed=world.seed, below=1000)
    time = unix_seconds(at) * 1000 + milliseconds
    return {
        "track": told["track"].cast(pl.String),
        "time": numbers(time),
        "flush": numbers(time + 900),
        "event": _EVENT_NAMES.get(kind, ""),
        "distinct": chosen(is_login, login, device),
        "login": chosen(is_login, '"login_id":"' + login + '",', ""),
        "device": device,
        "is_login": chosen(is_login, "true", "false"),
    }


def _device_index(told: pl.DataFrame, kind: int, world: World) -> Ints:
    account = told["account"].to_numpy().astype(np.int64)
    uses_second = has_second_device(account, world) & chance(
        told["track"].to_numpy(), salt="uses second", seed=world.seed, share=0.3
    )
    index = np.where(uses_second & (kind != SIGN_UP), second_devices(account), account)
    if kind == SIGN_UP:
        on_tablet = registers_on_tablet(account, world)
        index = np.where(on_tablet, tablet_of(account, world), index)
    return index


def _own_cells(told: pl.DataFrame, kind: int, world: World) -> Cells:
    if kind == LAUNCH:
        return _launch_cells(told, world)
    if kind in (VIEW, CART, SHARE):
        lines = told.select(product=pl.col("detail"))
        price = np.array([article.price_fen for article in PRODUCTS])[told["detail"].to_numpy()]
        return {
            "sku": of_product(lines, "sku"),
            "title": of_product(lines, "title"),
            "price": yuan(price),
        }
    if kind in (PROFILE, BIND):
        return _profile_cells(told, world)
    if kind in (PAY, REVIEW):
        return _order_cells(told, world)
    return {"score": told["detail"].cast(pl.String)} if kind == NPS else {}


def _launch_cells(told: pl.DataFrame, world: World) -> Cells:
    person = world.accounts["person"].gather(told["account"])
    place = world.people["place"].gather(person)
    sharer = told["detail"].to_numpy()
    share = '"$share_distinct_id":"' + login_ids(np.maximum(sharer, 0)) + '","$share_depth":1,'
    scenes = pl.Series(["1089", "1001", "1047", "1043", "1053"])
    scene = picked(told["track"].to_numpy(), salt="scene", seed=world.seed, below=len(scenes))
    return {
        "province": pl.Series([row[1] for row in PLACES]).gather(place),
        "city": pl.Series([(row[2] or row[3]).removesuffix("市") for row in PLACES]).gather(place),
        "share": chosen(pl.Series(sharer >= 0), share, ""),
        "scene": chosen(pl.Series(sharer >= 0), "1007", scenes.gather(pl.Series(scene))),
    }


def _profile_cells(told: pl.DataFrame, world: World) -> Cells:
    account = told["account"].to_numpy()
    person = world.accounts["person"].to_numpy()[account]
    unionid = world.ids.unionid(account)
    shows = shows_unionid(account, world)
    return {
        "phone": world.phone_of(person, told["at"].to_numpy()),
        "unionid": chosen(shows, '"unionid":"' + unionid + '",', ""),
        "identity_unionid": chosen(shows, ',"$identity_mp_unionid":"' + unionid + '"', ""),
        "gender": chosen(world.people["is_female"].gather(pl.Series(person)), "女", "男"),
    }


def _order_cells(told: pl.DataFrame, world: World) -> Cells:
    order = told["detail"].to_numpy()
    orders = world.orders.select("source_order_id", "gross_fen")[order]
    rating = stars(order, seed=world.seed)
    return {
        "order_no": orders["source_order_id"],
        "amount": yuan(orders["gross_fen"].to_numpy()),
        "stars": numbers(rating),
        "text": escaped_json(review_texts(order, rating, seed=world.seed)),
    }


def _repeated(rows: int, track: int, world: World) -> Ints:
    """Places of the lines, some twice: SDKs send again what they are not sure of."""
    index = track + np.arange(rows)
    twice = chance(
        index, salt="repeat", seed=world.seed, share=world.settings.engagement.repeated_event
    )
    return np.repeat(np.arange(rows), 1 + twice)


def _note(part: pl.DataFrame, track: int, world: World, book: TruthBook) -> None:
    person = world.accounts["person"].gather(part["account"])
    book.records("sensors_event", numbers(track + np.arange(part.height)), person)
    visits = part.filter((pl.col("kind") == LAUNCH) & (pl.col("detail") >= 0))
    book.shares(
        "share_visit",
        from_person=world.accounts["person"].gather(visits["detail"]),
        to_person=world.accounts["person"].gather(visits["account"]),
        at=visits["at"],
    )
