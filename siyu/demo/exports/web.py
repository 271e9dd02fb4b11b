"""The brand's web magazine (Segment calls), and what the Official Account's articles reached."""

import numpy as np
import polars as pl

from siyu.demo.exports.sensors import login_ids
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance, picked
from siyu.demo.text_lines import Cells, filled
from siyu.demo.tokens import HEX, numbers, tokens
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, day_text, spans_of, time_text, unix_seconds
from siyu.demo.world import World

_CONTEXT = (
    '{"anonymousId":"«device»","context":{"library":{"name":"analytics.js","version":"2.11.1"},'
    '"locale":"zh-CN","timezone":"Asia/Shanghai","ip":"203.0.113.9"},"integrations":{"All":true},'
    '"version":2,"type":"«type»","messageId":"«id»",'
)
_PAGE = (
    _CONTEXT + '"userId":null,"name":"Magazine","properties":{"url":"https://shop.example.com/'
    'magazine/«article»","path":"/magazine/«article»"},"timestamp":"«time»"}\n'
)
_IDENTIFY = (
    _CONTEXT + '"userId":"«user»","traits":{"name":"«name»","email":"«email»","phone":"+86«phone»",'
    '"createdAt":"«time»"},"timestamp":"«time»"}\n'
)
_ARTICLE = (
    '{"ref_date":"«day»","user_source":0,"msgid":"«msg»_1","title":"«title»","int_page_read_user":'
    '«readers»,"int_page_read_count":«reads»,"ori_page_read_user":11,"ori_page_read_count":12,'
    '"share_scene":0,"share_user":«sharers»,"share_count":«shares»,"add_to_fav_user":«favs»,'
    '"add_to_fav_count":«favs»}'
)
_TITLES = ("换季敏感肌清单", "宝宝湿疹护理", "囤货攻略", "防晒怎么选", "新品试用招募")
READER_SHARE, PAGES = 0.12, 4


def export_web(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write the magazine's calls and the articles' figures of each period."""
    calls = web_calls(world)
    for span in spans_of(world.window, world.settings.file.contacts):
        told = calls.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))
        if told.height:
            file = f"segment_calls_{span.last_day}.jsonl"
            with shelf.export("segment_event", file) as work:
                work.write_lines(_lines(told, world))
            shelf.expect("segment_event", file, rows=told.height)
            book.records("segment_event", _message_ids(told, world), told["person"])
        _write_articles(span, world, shelf)


def web_readers(world: World) -> pl.DataFrame:
    """Accounts that read the magazine and gave their e-mail address."""
    users = world.accounts.filter(pl.col("has_mp") & ~pl.col("is_second"))
    reads = chance(users["account"].to_numpy(), salt="web", seed=world.seed, share=READER_SHARE)
    return users.filter(pl.Series(reads) & (users["registered_at"] + 9 * DAY < world.window.end))


def web_calls(world: World) -> pl.DataFrame:
    """One row per call: account, person, at, turn (0–2 pages, 3 identify)."""
    readers = web_readers(world)
    account = readers["account"].to_numpy()
    start = readers["registered_at"].to_numpy() + DAY
    start = start + picked(account, salt="web day", seed=world.seed, below=7) * DAY
    parts = [
        readers.select("account", "person").with_columns(
            at=pl.Series(start + turn * 40), turn=pl.lit(turn, dtype=pl.Int64)
        )
        for turn in range(PAGES)
    ]
    return pl.concat(parts).sort("at", "account", "turn")


def web_devices(accounts: Ints, world: World) -> pl.Series:
    """``anonymousId`` of readers' browsers."""
    return tokens(accounts, salt="browser", seed=world.seed, length=24, alphabet=HEX)


def email_addresses(accounts: Ints) -> pl.Series:
    """Addresses of a domain reserved for examples, as readers typed them."""
    return "Reader." + numbers(np.asarray(accounts) + 1) + "@Example.com"


def _lines(told: pl.DataFrame, world: World) -> pl.Series:
    told = told.with_columns(place=pl.Series(np.arange(told.height)))
    parts = []
    for is_last, template in ((False, _PAGE), (True, _IDENTIFY)):
        own = told.filter((pl.col("turn") == PAGES - 1) == is_last)
        lines = filled(template, _cells(own, world), rows=own.height)
        parts.append(pl.DataFrame({"place": own["place"], "line": lines}))
    return pl.concat(parts).sort("place")["line"]


def _cells(told: pl.DataFrame, world: World) -> Cells:
    account, at = told["account"].to_numpy(), told["at"].to_numpy()
    time = time_text(unix_seconds(at)).str.replace(" ", "T", literal=True) + ".000Z"
    is_identify = told["turn"] == PAGES - 1
    return {
        "device": web_devices(account, world),
        "type": is_identify.replace_strict(
            {True: "identify", False: "page"}, return_dtype=pl.String
        ),
        "id": _message_ids(told, world),
        "article": numbers(at // DAY % 50),
        "time": time,
        "user": login_ids(account),
        "name": world.people["name"].gather(told["person"]),
        "email": email_addresses(account),
        "phone": world.phone_of(told["person"].to_numpy(), at),
    }


def _message_ids(told: pl.DataFrame, world: World) -> pl.Series:
    index = told["account"].to_numpy() * PAGES + told["turn"].to_numpy()
    return tokens(index, salt="call", seed=world.seed, length=32, alphabet=HEX)


def _write_articles(span: Span, world: World, shelf: Shelf) -> None:
    """One article a week; figures follow the number of followers."""
    days = np.arange(span.start // DAY, span.end // DAY)
    days = days[days % 7 == 0]
    if len(days) == 0:
        return
    followers = int(world.accounts["follows"].sum())
    drawn = picked(days, salt="article", seed=world.seed, below=100)
    readers = followers * (5 + drawn // 5) // 100
    cells: Cells = {
        "day": day_text(days),
        "msg": numbers(2_247_480_000 + days),
        "title": pl.Series(_TITLES).gather(pl.Series(days // 7 % len(_TITLES))),
        "readers": numbers(readers),
        "reads": numbers(readers * 6 // 5),
        "sharers": numbers(readers // 50),
        "shares": numbers(readers // 40),
        "favs": numbers(readers // 120),
    }
    texts = filled(_ARTICLE, cells, rows=len(days))
    content = '{"list":[\n' + ",\n".join(texts) + "\n]}"
    file = f"getarticlesummary_{span.last_day}.json"
    shelf.put("wechat_oa_article", file, content.encode(), rows=len(days))
