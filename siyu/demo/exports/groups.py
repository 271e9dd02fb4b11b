"""WeCom: groups and their members, tags, results of group sends, callbacks."""

import numpy as np
import polars as pl

from siyu.demo.accounts import guide_ids
from siyu.demo.catalogue import PLACES
from siyu.demo.community import make_group_members
from siyu.demo.exports.wecom import TAG_BABY, TAG_SENSITIVE, TAG_VIP
from siyu.demo.shelf import Shelf
from siyu.demo.streams import picked
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled
from siyu.demo.tokens import numbers, tokens
from siyu.demo.truth_book import TruthBook, person_ids, utc_times
from siyu.demo.wall_time import DAY, day_of, spans_of, unix_seconds
from siyu.demo.world import World

_MEMBER = (
    '{"userid":"«id»","type":2,«unionid»"join_time":«joined»,"join_scene":«scene»,«state»'
    '"group_nickname":"","name":"«name»"}'
)
_TOPICS = ("福利群", "敏感肌交流群", "宝妈育儿群", "新品体验群")
_TAGS = (
    '{"errcode":0,"errmsg":"ok","tag_group":['
    '{"group_id":"etSyNtAAAAgrpLevel000000000000001","group_name":"会员等级","create_time":'
    f'1704067200,"order":1,"deleted":false,"tag":[{{"id":"{TAG_VIP}","name":"VIP",'
    '"create_time":1704067200,"order":1}]},'
    '{"group_id":"etSyNtAAAAgrpSkin0000000000000002","group_name":"关注点","create_time":'
    f'1704067200,"order":2,"deleted":false,"tag":[{{"id":"{TAG_SENSITIVE}","name":"敏感肌",'
    f'"create_time":1704067200,"order":1,"deleted":false}},{{"id":"{TAG_BABY}","name":"宝妈",'
    '"create_time":1704067200,"order":2,"deleted":false}]}]}'
)
_SENT = '{"external_userid":"«id»","userid":"«guide»","status":«status»«time»}'


def export_groups(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write each group's members as of the last day, one group a file, and the list of groups."""
    members = make_group_members(world)
    stamp = spans_of(world.window, "quarter")[-1].stamp
    group_ids = []
    for (group,), own in members.group_by("group", maintain_order=True):
        number = int(str(group))
        chat_id = _chat_id(number, world)
        group_ids.append(chat_id)
        content = _group_file(number, chat_id, own, world)
        file = f"groupchat_get_{stamp}_{number + 1:04d}.json"
        shelf.put("wecom_group_member", file, content.encode(), rows=own.height + 1)
        keys = chat_id + "|" + world.ids.external_userid(own["account"].to_numpy())
        book.records("wecom_group_member", keys, own["person"])
    chats = ",\n".join(f'{{"chat_id":"{chat_id}","status":0}}' for chat_id in group_ids)
    listed = f'{{"errcode":0,"errmsg":"ok","group_chat_list":[\n{chats}\n],"next_cursor":""}}'
    shelf.put("wecom_group", f"groupchat_list_{stamp}.json", listed.encode(), rows=len(group_ids))
    shelf.put("wecom_tag", f"get_corp_tag_list_{stamp}.json", _TAGS.encode(), rows=2)
    book.append(
        "group_members",
        pl.DataFrame(
            {
                "chat_id": pl.Series(group_ids).gather(members["group"].rank("dense") - 1),
                "person_id": person_ids(members["person"]),
                "joined_at": utc_times(members["joined_at"]),
                "is_lurker": members["is_lurker"],
            }
        ),
    )


def export_sends(world: World, shelf: Shelf) -> None:
    """Write the results of each campaign's group send to friends."""
    treated = world.effects.filter((pl.col("channel") == "wecom") & (pl.col("arm") == "treatment"))
    friends = world.accounts.filter(pl.col("is_friend") & ~pl.col("is_second"))
    for (name,), sent in treated.group_by("name", maintain_order=True):
        rows = sent.join(friends, on="person", how="inner", maintain_order="left")
        rows = rows.filter(pl.col("befriended_at") < pl.col("sent_at"))
        if rows.height == 0:
            continue
        body = filled(_SENT, _send_cells(rows, world), rows=rows.height)
        text = '{"errcode":0,"errmsg":"ok","next_cursor":"","send_list":[\n'
        text += ",\n".join(body) + "\n]}"
        pulled = day_of(int(rows["sent_at"][0]) // DAY + 3)
        file = f"groupmsg_send_result_{name}_{pulled:%Y%m%d}.json"
        shelf.put("wecom_send_result", file, text.encode(), rows=rows.height)


def _send_cells(rows: pl.DataFrame, world: World) -> Cells:
    account = rows["account"].to_numpy()
    sent_at = rows["sent_at"].to_numpy()
    ended = rows["unfriended_at"].to_numpy()
    lost = (ended > 0) & (ended < sent_at)
    drawn = picked(account + sent_at, salt="send", seed=world.seed, below=100)
    status = np.select([lost, drawn < 6, drawn < 14], [2, 3, 0], 1)
    late = sent_at + drawn * 30
    time = ',"send_time":' + numbers(unix_seconds(late))
    return {
        "id": world.ids.external_userid(account),
        "guide": guide_ids(world.guides).gather(rows["guide"]),
        "status": numbers(status),
        "time": chosen(pl.Series(status == 1), time, ""),
    }


def _group_file(number: int, chat_id: str, members: pl.DataFrame, world: World) -> str:
    guide = guide_ids(world.guides)[number % world.guides]
    created = int(members["joined_at"][0]) - DAY
    city = (PLACES[number % len(PLACES)][2] or "线上").removesuffix("市")
    name = f"{city}{_TOPICS[number % len(_TOPICS)]}{number + 1}"
    opened = int(unix_seconds(np.array([created]))[0])
    owner = (
        f'{{"userid":"{guide}","type":1,"join_time":{opened},"join_scene":1,'
        f'"invitor":{{"userid":"{guide}"}},"group_nickname":"","name":"导购"}}'
    )
    rows = filled(_MEMBER, _member_cells(members, guide, world), rows=members.height)
    return (
        f'{{"errcode":0,"errmsg":"ok","group_chat":{{"chat_id":"{chat_id}","name":"{name}",'
        f'"owner":"{guide}","create_time":{opened},"notice":"","member_list":[\n'
        + ",\n".join([owner, *rows])
        + f'\n],"admin_list":[{{"userid":"{guide}"}}],"member_version":"{number:032x}"}}}}'
    )


def _member_cells(members: pl.DataFrame, guide: str, world: World) -> Cells:
    account = members["account"].to_numpy()
    unionid = '"unionid":"' + world.ids.unionid(account) + '",'
    shows = world.accounts["union_in_wecom"].gather(members["account"])
    invited = members["join_scene"] == 1
    return {
        "id": world.ids.external_userid(account),
        "unionid": chosen(shows, unionid, ""),
        "joined": numbers(unix_seconds(members["joined_at"].to_numpy())),
        "scene": members["join_scene"].cast(pl.String),
        "state": chosen(invited, f'"invitor":{{"userid":"{guide}"}},', '"state":"poster",'),
        "name": escaped_json(world.people["nickname"].gather(members["person"])),
    }


def _chat_id(number: int, world: World) -> str:
    index = np.array([number])
    return str(tokens(index, salt="chat", seed=world.seed, length=26, prefix="wrSyNt")[0])
