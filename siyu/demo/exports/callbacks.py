"""Callbacks as logs of XML: the Official Account's messages and events, WeCom's friend changes."""

import numpy as np
import polars as pl

from siyu.demo.accounts import guide_ids
from siyu.demo.catalogue import APP_ID, OFFICIAL_ACCOUNT
from siyu.demo.phrases import QUESTIONS
from siyu.demo.season import day_seconds
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance, stream
from siyu.demo.text_lines import Cells, filled
from siyu.demo.tokens import numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, spans_of, unix_seconds
from siyu.demo.world import World

_HEAD = (
    f"<xml><ToUserName><![CDATA[{OFFICIAL_ACCOUNT}]]></ToUserName>"
    "<FromUserName><![CDATA[«openid»]]></FromUserName><CreateTime>«time»</CreateTime>"
)
_EVENT = (
    _HEAD + "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[«event»]]></Event>"
    "<EventKey><![CDATA[«key»]]></EventKey>«more»</xml>\n"
)
_TEXT = (
    _HEAD + "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[«text»]]></Content>"
    "<MsgId>«msg»</MsgId></xml>\n"
)
_FRIEND = (
    "<xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName><FromUserName><![CDATA[sys]]>"
    "</FromUserName><CreateTime>«time»</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[«change»]]></ChangeType>"
    "<UserID><![CDATA[«guide»]]></UserID><ExternalUserID><![CDATA[«external»]]></ExternalUserID>"
    "</xml>\n"
)
# touches in 30 days of the followers of each kind of customer
_TOUCHES = np.array([0.15, 0.3, 0.3, 0.6, 0.5, 0.6])
_KINDS = ("CLICK", "VIEW", "SCAN", "text")
_KEYS = ("MENU_COUPON", "https://shop.example.com/new?utm_source=oa_menu&a=1", "store_hz_001", "")
RETRIED = 0.004


def export_callbacks(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write both logs of each period."""
    for span in spans_of(world.window, world.settings.file.sensors_event):
        _write_account_events(span, world, shelf, book)
    for span in spans_of(world.window, world.settings.file.contacts):
        _write_friend_events(span, world, shelf)


def _write_account_events(span: Span, world: World, shelf: Shelf, book: TruthBook) -> None:
    events = _account_events(span, world)
    if events.height == 0:
        return
    retried = chance(events["at"].to_numpy(), salt="retried", seed=world.seed, share=RETRIED)
    lines = events["line"].gather(pl.Series(np.repeat(np.arange(events.height), 1 + retried)))
    file = f"oa_events_{span.last_day}.xml.log"
    with shelf.export("wechat_oa_event", file) as work:
        work.write_lines(lines)
    shelf.expect("wechat_oa_event", file, rows=len(lines))
    book.records("wechat_oa_event", events["key"], events["person"])


def _account_events(span: Span, world: World) -> pl.DataFrame:
    followers = world.accounts.filter(pl.col("follows"))
    parts = [*_touches(span, followers, world)]
    for column, event in (("followed_at", "subscribe"), ("unfollowed_at", "unsubscribe")):
        told = followers.filter((pl.col(column) >= span.start) & (pl.col(column) < span.end))
        parts.append(_events(told["account"].to_numpy(), told[column].to_numpy(), event, world))
    revoked = world.consents.filter(
        (pl.col("source") == "event:user_authorization_revoke")
        & (pl.col("at") >= span.start)
        & (pl.col("at") < span.end)
    )
    event = "user_authorization_revoke"
    parts.append(_events(revoked["account"].to_numpy(), revoked["at"].to_numpy(), event, world))
    return pl.concat(parts).sort("at", "key")


def _touches(span: Span, followers: pl.DataFrame, world: World) -> list[pl.DataFrame]:
    generator = stream(world.seed, f"oa {span.start}")
    leaves = world.people["looks_until"].to_numpy()[followers["person"].to_numpy()]
    gone = followers["unfollowed_at"].to_numpy()
    end = np.minimum(np.where(gone > 0, np.minimum(gone, leaves), leaves), span.end)
    start = np.maximum(followers["followed_at"].to_numpy() + 60, span.start)
    room = np.maximum(end - start, 0)
    many = generator.poisson(_TOUCHES[followers["life"].to_numpy()] * room / (30 * DAY))
    row = np.repeat(np.arange(len(many)), many)
    day = (start[row] + (generator.random(len(row)) * room[row]).astype(np.int64)) // DAY
    at = np.clip(day * DAY + day_seconds(generator, len(row)), start[row], span.end - 1)
    kind = generator.integers(0, len(_KINDS), len(row))
    account = followers["account"].to_numpy()[row]
    parts = []
    for place, name in enumerate(_KINDS):
        own = kind == place
        parts.append(_events(account[own], at[own], name, world))
    return parts


def _events(account: Ints, at: Ints, event: str, world: World) -> pl.DataFrame:
    openid = world.ids.oa_openid(account)
    time = numbers(unix_seconds(at))
    msg = numbers(24_000_000_000_000_000 + unix_seconds(at) * 1000 + account % 1000)
    texts = pl.Series(QUESTIONS).gather(pl.Series(at % len(QUESTIONS)))
    key = dict(zip(_KINDS, _KEYS, strict=True)).get(event, "")
    more = ""
    if event == "user_authorization_revoke":
        more = (
            "<OpenID><![CDATA[«openid»]]></OpenID>"
            f"<AppID><![CDATA[{APP_ID}]]></AppID><RevokeInfo><![CDATA[1]]></RevokeInfo>"
        )
    template = _TEXT if event == "text" else _EVENT.replace("«more»", more)
    cells: Cells = {
        "openid": openid,
        "time": time,
        "event": event,
        "key": key,
        "text": texts,
        "msg": msg,
    }
    lines = filled(template, cells, rows=len(account))
    word = "" if event == "text" else event
    parts = [openid, time, pl.lit(word), msg if event == "text" else pl.lit("")]
    return pl.DataFrame(
        {
            "at": pl.Series(at).cast(pl.Int64),
            "key": pl.select(pl.concat_str(parts, separator="|")).to_series(),
            "person": world.accounts["person"].gather(pl.Series(account)),
            "line": lines,
        }
    )


def _write_friend_events(span: Span, world: World, shelf: Shelf) -> None:
    friends = world.accounts.filter(pl.col("is_friend"))
    parts = []
    for column, change in (
        ("befriended_at", "add_external_contact"),
        ("unfriended_at", "del_follow_user"),
    ):
        told = friends.filter((pl.col(column) >= span.start) & (pl.col(column) < span.end))
        cells: Cells = {
            "time": numbers(unix_seconds(told[column].to_numpy())),
            "change": change,
            "guide": guide_ids(world.guides).gather(told["guide"]),
            "external": world.ids.external_userid(told["account"].to_numpy()),
        }
        lines = filled(_FRIEND, cells, rows=told.height)
        parts.append(pl.DataFrame({"at": told[column], "line": lines}))
    events = pl.concat(parts).sort("at", "line")
    if events.height == 0:
        return
    file = f"wecom_events_{span.last_day}.xml.log"
    with shelf.export("wecom_event", file) as work:
        work.write_lines(events["line"])
    shelf.expect("wecom_event", file, rows=events.height)
