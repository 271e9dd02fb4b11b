"""Official Accounts: followers as ``user/info/batchget`` gives them, of both accounts."""

from datetime import date

import numpy as np
import polars as pl

from siyu.demo.accounts import is_alive
from siyu.demo.catalogue import PLACES
from siyu.demo.json_pages import write_json_pages
from siyu.demo.shelf import Shelf
from siyu.demo.streams import picked
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import DAY, Span, day_number, spans_of, unix_seconds
from siyu.demo.world import World

_USER = (
    '{"subscribe":1,"openid":"«openid»",«old»"language":"zh_CN",«place»"subscribe_time":«since»,'
    '«unionid»"remark":"","groupid":0,"tagid_list":[«tags»],"subscribe_scene":"«scene»",'
    '"qr_scene":«qr»,"qr_scene_str":"«qr_text»"}'
)
_GONE = '{"subscribe":0,"openid":"«openid»"}'
_SCENES = (
    "ADD_SCENE_QR_CODE",
    "ADD_SCENE_QR_CODE",
    "ADD_SCENE_SEARCH",
    "ADD_SCENE_PROFILE_CARD",
    "ADD_SCENE_PAID",
    "ADD_SCENE_PROFILE_LINK",
    "ADD_SCENE_OTHERS",
)
# old dumps were taken before WeChat stopped giving names and places on 2021-12-27
_OLD_FIRST_DAY, _OLD_DAYS = day_number(date(2019, 1, 1)), 1000
SNAPSHOTS = 2


def export_official_accounts(world: World, shelf: Shelf) -> None:
    """Write the followers of the last snapshots of both Official Accounts."""
    for span in spans_of(world.window, world.settings.file.contacts)[-SNAPSHOTS:]:
        known = (pl.col("followed_at") < span.end) & pl.col("follows")
        _write(world.accounts.filter(known), span, world, shelf, is_club=False)
        in_club = (pl.col("followed_at") < span.end) & pl.col("in_baby_club")
        _write(world.accounts.filter(in_club), span, world, shelf, is_club=True)


def followers_at(world: World, moment: int) -> pl.DataFrame:
    """Accounts that followed the brand's Official Account at a moment."""
    known = world.accounts.filter(pl.col("follows") & (pl.col("followed_at") < moment))
    return known.filter(pl.Series(is_alive(known["unfollowed_at"].to_numpy(), moment)))


def _write(
    followers: pl.DataFrame, span: Span, world: World, shelf: Shelf, *, is_club: bool
) -> None:
    folder = "baby_club/" if is_club else ""
    write_json_pages(
        shelf,
        "wechat_oa_user",
        f"{folder}user_info_batchget_{span.stamp}",
        followers,
        entries=lambda page: _users(page, span, world, is_club=is_club),
        head=lambda _page, _more: '{"user_info_list":[\n',
        tail=lambda _page, _more: "\n]}",
        per_page=world.settings.file.rows_per_page,
    )


def _users(page: pl.DataFrame, span: Span, world: World, *, is_club: bool) -> pl.Series:
    account = page["account"].to_numpy()
    openid = world.ids.baby_club_openid(account) if is_club else world.ids.oa_openid(account)
    people = world.people.select("nickname", "is_female", "place")[page["person"]]
    is_old = page["is_old_dump"] if not is_club else page["is_old_dump"] & False
    scene = picked(account, salt="scene", seed=world.seed, below=len(_SCENES))
    by_code = pl.Series(scene == 0)
    cells: Cells = {
        "openid": openid,
        **_old_cells(people, is_old),
        "since": numbers(unix_seconds(subscribed_at(page, world))),
        "unionid": "" if is_club else '"unionid":"' + world.ids.unionid(account) + '",',
        "tags": pl.Series(["", "128", "2,128", "129"]).gather(
            pl.Series(picked(account, salt="oa tags", seed=world.seed, below=4))
        ),
        "scene": pl.Series(_SCENES).gather(pl.Series(scene)),
        "qr": chosen(by_code, numbers(10_000 + account % 90), "0"),
        "qr_text": chosen(pl.Series(scene == 1), "store_hz_00" + numbers(account % 6 + 1), ""),
    }
    texts = filled(_USER, cells, rows=page.height)
    gone = filled(_GONE, {"openid": openid}, rows=page.height)
    follows = pl.Series(is_alive(page["unfollowed_at"].to_numpy(), span.end))
    return chosen(follows, texts, gone)


def subscribed_at(followers: pl.DataFrame, world: World) -> np.ndarray:
    """When they followed; those of old dumps years ago."""
    account = followers["account"].to_numpy()
    old = (_OLD_FIRST_DAY + picked(account, salt="old", seed=world.seed, below=_OLD_DAYS)) * DAY
    return np.where(
        followers["is_old_dump"].to_numpy(), old + 43_200, followers["followed_at"].to_numpy()
    )


def _old_cells(people: pl.DataFrame, is_old: pl.Series) -> dict[str, pl.Series]:
    place = people["place"]
    sex = chosen(people["is_female"], "2", "1")
    name = '"nickname":"' + escaped_json(people["nickname"]) + '","sex":' + sex + ","
    city = pl.Series([row[2].removesuffix("市") for row in PLACES]).gather(place)
    province = pl.Series([row[1] for row in PLACES]).gather(place)
    where = '"city":"' + city + '","province":"' + province
    return {
        "old": chosen(is_old, name, ""),
        "place": chosen(is_old, where + '","country":"中国","headimgurl":"",', ""),
    }
