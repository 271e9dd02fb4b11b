"""WeCom: friends of guides in both shapes of the customer-contact API."""

import numpy as np
import polars as pl

from siyu.demo.accounts import guide_ids
from siyu.demo.contacts import friends_at
from siyu.demo.json_pages import write_json_pages
from siyu.demo.people import LOYAL
from siyu.demo.shelf import Shelf
from siyu.demo.streams import picked
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled
from siyu.demo.tokens import numbers, tokens
from siyu.demo.wall_time import DAY, Span, spans_of, unix_seconds
from siyu.demo.world import World

TAG_VIP = "etSyNtAAAAtagVip0000000000000001"
TAG_SENSITIVE = "etSyNtAAAAtagSkin000000000000002"
TAG_BABY = "etSyNtAAAAtagBaby000000000000003"
_CONTACT = (
    '{"external_contact":{"external_userid":"«id»","name":"«name»","type":1,'
    '"avatar":"http://wx.qlogo.cn/mmhead/SYNTH/0","gender":«gender»«unionid»},'
    '"follow_info":{"userid":"«guide»","remark":"«remark»","description":"","createtime":«added»,'
    '"tag_id":[«tags»],"remark_mobiles":[«phones»],"oper_userid":"«oper»","add_way":«way»«state»}}'
)
_COMPANY = (
    '{"external_contact":{"external_userid":"«id»","name":"«name»","position":"采购",'
    '"avatar":"http://p.qlogo.cn/bizmail/SYNTH/0","corp_name":"样例商贸","corp_full_name":'
    '"样例商贸有限公司","type":2,"gender":0},"follow_info":{"userid":"«guide»","remark":"«name»",'
    '"description":"","createtime":«added»,"remark_corp_name":"样例商贸","tag_id":[],'
    '"remark_mobiles":[],"oper_userid":"«guide»","add_way":4}}'
)
_GET = (
    '{"errcode":0,"errmsg":"ok","external_contact":{"external_userid":"«id»","name":"«name»",'
    '"type":1,"avatar":"http://wx.qlogo.cn/mmhead/SYNTH/0","gender":«gender»«unionid»},'
    '"follow_user":[«followers»]}'
)
_FOLLOWER = (
    '{"userid":"«guide»","remark":"«remark»","description":"","createtime":«added»,'
    '"tags":[«tag_objects»],"remark_mobiles":[«phones»],"add_way":«way»,"oper_userid":"«oper»"«state»}'
)
_TAG_OBJECT = '{"group_name":"会员等级","tag_name":"VIP","tag_id":"' + TAG_VIP + '","type":1}'
_COMPANY_NAMES = ("赵经理", "钱经理", "孙采购", "李总")
_WAYS = ("1", "1", "1", "2", "4", "8", "16", "201")
SNAPSHOTS, CUSTOMERS_PER_COMPANY, FETCHED_ALONE = 2, 500, 6


def export_wecom(world: World, shelf: Shelf) -> None:
    """Write the contacts of the last snapshots, and some contacts fetched one by one."""
    spans = spans_of(world.window, world.settings.file.contacts)
    for span in spans[-SNAPSHOTS:]:
        _write_batch(span, world, shelf)
    _write_single(spans[-1], world, shelf)


def _write_batch(span: Span, world: World, shelf: Shelf) -> None:
    friends = friends_at(world, span.end)
    companies = _companies(world)
    write_json_pages(
        shelf,
        "wecom_customer",
        f"wecom_batch_get_by_user_{span.stamp}",
        pl.concat([friends, companies], how="diagonal"),
        entries=lambda page: _contacts(page, world),
        head=lambda _page, _more: '{"errcode":0,"errmsg":"ok","external_contact_list":[\n',
        tail=lambda page, has_more: (
            f'\n],"next_cursor":"{_cursor(page, world) if has_more else ""}"}}'
        ),
        per_page=world.settings.file.rows_per_page,
    )


def _companies(world: World) -> pl.DataFrame:
    """Buyers of companies: WeCom contacts of type 2, who never have a unionid."""
    count = 1 + world.people.height // CUSTOMERS_PER_COMPANY
    return pl.DataFrame(
        {
            "account": pl.Series(-1 - np.arange(count), dtype=pl.Int64),
            "person": pl.Series(np.full(count, -1), dtype=pl.Int64),
            "guide": pl.Series(np.arange(count) % world.guides, dtype=pl.Int16),
            "added_at": pl.Series(
                np.full(count, world.window.start) + 3600 * np.arange(count) % DAY
            ),
        }
    )


def _contacts(page: pl.DataFrame, world: World) -> pl.Series:
    friends, companies = page.filter(pl.col("account") >= 0), page.filter(pl.col("account") < 0)
    texts = filled(_CONTACT, contact_cells(friends, world), rows=friends.height)
    if companies.height == 0:
        return texts
    number = -companies["account"].to_numpy().astype(np.int64)
    cells: Cells = {
        "id": tokens(number, salt="company", seed=world.seed, length=26, prefix="woSyNt"),
        "name": pl.Series(_COMPANY_NAMES).gather(pl.Series(number % len(_COMPANY_NAMES))),
        "guide": guide_ids(world.guides).gather(companies["guide"]),
        "added": numbers(unix_seconds(companies["added_at"].to_numpy())),
    }
    return pl.concat([texts, filled(_COMPANY, cells, rows=companies.height)])


def contact_cells(friends: pl.DataFrame, world: World) -> Cells:
    """Cells of contacts in either shape."""
    account = friends["account"].to_numpy()
    people = world.people.select("nickname", "name", "is_female", "life", "buys_for_baby")[
        friends["person"]
    ]
    guide = guide_ids(world.guides).gather(friends["guide"])
    external = world.ids.external_userid(account)
    way = pl.Series(_WAYS).gather(
        pl.Series(picked(account, salt="way", seed=world.seed, below=len(_WAYS)))
    )
    way = chosen(friends["is_first"], way, "201")
    channel = numbers(picked(account, salt="channel", seed=world.seed, below=40))
    remark = people["name"] + chosen(people["buys_for_baby"], " 宝妈", "")
    tags = _joined(
        chosen(people["life"] == LOYAL, f'"{TAG_VIP}"', ""),
        chosen(people["buys_for_baby"], f'"{TAG_BABY}"', f'"{TAG_SENSITIVE}"'),
    )
    added = friends["added_at"].to_numpy()
    unknown = pl.Series(picked(account, salt="gender", seed=world.seed, below=5) == 0)
    return {
        "id": external,
        "name": escaped_json(people["nickname"]),
        "gender": chosen(unknown, "0", chosen(people["is_female"], "2", "1")),
        "unionid": chosen(
            friends["union_in_wecom"], ',"unionid":"' + world.ids.unionid(account) + '"', ""
        ),
        "guide": guide,
        "remark": chosen(friends["remark_name"], remark, ""),
        "added": numbers(unix_seconds(added)),
        "tags": chosen(friends["is_first"], tags, ""),
        "tag_objects": chosen(people["life"] == LOYAL, _TAG_OBJECT, ""),
        "phones": chosen(friends["typed"] != "", '"' + friends["typed"] + '"', ""),
        "oper": chosen(way == "1", external, guide),
        "way": way,
        "state": chosen(way == "1", ',"state":"channelCode-' + channel + '"', ""),
    }


def _write_single(span: Span, world: World, shelf: Shelf) -> None:
    friends = friends_at(world, span.end)
    for number, account in enumerate(friends["account"].unique().sort().head(FETCHED_ALONE)):
        own = friends.filter(pl.col("account") == account)
        cells = contact_cells(own, world)
        followers = filled(_FOLLOWER, cells, rows=own.height)
        one = {
            name: cell if isinstance(cell, str) else cell.head(1) for name, cell in cells.items()
        }
        text = filled(_GET, {**one, "followers": ",".join(followers)}, rows=1)[0]
        file = f"wecom_externalcontact_get_{span.stamp}_{number + 1:02d}.json"
        shelf.put("wecom_customer", file, text.encode(), rows=own.height)


def _cursor(page: pl.DataFrame, world: World) -> str:
    last = page["account"].to_numpy()[-1:].astype(np.int64)
    return str(tokens(last, salt="cursor", seed=world.seed, length=43)[0])


def _joined(left: pl.Series, right: pl.Series) -> pl.Series:
    return left + chosen((left != "") & (right != ""), ",", "") + right
