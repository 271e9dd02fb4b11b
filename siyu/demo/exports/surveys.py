"""Surveys: 金数据 form entries behind the Official Account, 问卷星 answer sheets."""

import numpy as np
import polars as pl

from siyu.demo.accounts import is_alive
from siyu.demo.catalogue import PLACES
from siyu.demo.contacts import phone_owners
from siyu.demo.phones import written_freely
from siyu.demo.phrases import review_texts, stars
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance, picked
from siyu.demo.text_lines import Cells, chosen, csv_rows, escaped_csv, escaped_json, filled
from siyu.demo.tokens import numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, day_text, spans_of, time_text, unix_seconds
from siyu.demo.world import World

FORM = "syDemo"
_ENTRY = (
    f'{{"form":"{FORM}","form_name":"会员生日礼登记","entry":{{"token":"t«no»","serial_number":«no»,'
    '"field_1":"«name»","field_2":"«phone»","field_3":["敏感肌"],"field_4":{"province":"«province»",'
    '"city":"«city»","district":"«district»","street":""},"field_5":"«birthday»",'
    '"x_field_weixin_openid":"«openid»",«unionid»"x_field_weixin_nickname":"«nick»",'
    '"x_field_weixin_gender":"«gender»","x_field_weixin_province_city":{"province":"«short»",'
    '"city":"«city»"},"info_filling_duration":44.0,"creator_name":"","created_at":"«time»",'
    '"updated_at":"«time»","info_remote_ip":"203.0.113.9"}}\n'
)
SHEET_HEADINGS = [
    "序号",
    "提交答卷时间",
    "所用时间",
    "来源",
    "来源详情",
    "来自IP",
    "1、您的性别是？",
    "2、您的手机号码",
    "3、您的肤质是？（多选）",
    "4、总体满意度",
    "5、其他建议",
    "总分",
]
_SKINS = ("敏感肌┋干皮", "油皮", "敏感肌┋混合皮", "干皮", "其他〖不清楚〗", "(跳过)")


def export_surveys(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write entries and answer sheets of each period."""
    entries, sheets = form_entries(world), answer_sheets(world)
    for span in spans_of(world.window, world.settings.file.contacts):
        told = (pl.col("at") >= span.start) & (pl.col("at") < span.end)
        _write_entries(entries.filter(told), span, world, shelf, book)
        _write_sheets(sheets.filter(told), span, world, shelf, book)


def form_entries(world: World) -> pl.DataFrame:
    """One row per entry of the form: account, person, at, entry (number), phone_person."""
    followers = world.accounts.filter(pl.col("follows"))
    share = world.settings.contact.survey
    account = followers["account"].to_numpy()
    fills = chance(account, salt="form", seed=world.seed, share=share)
    told = followers.filter(pl.Series(fills))
    since = np.maximum(told["followed_at"].to_numpy(), world.window.start)
    at = (
        since
        + (1 + picked(told["account"].to_numpy(), salt="form day", seed=world.seed, below=30)) * DAY
    )
    alive = is_alive(told["unfollowed_at"].to_numpy(), 1 << 40) | (
        told["unfollowed_at"].to_numpy() > at
    )
    return _numbered(told.select("account", "person"), at, alive, "entry", world)


def answer_sheets(world: World) -> pl.DataFrame:
    """One row per answer sheet: person, at, sheet (number), phone_person."""
    share = world.settings.contact.survey / 2
    person = world.people["person"].to_numpy()
    fills = chance(person, salt="sheet", seed=world.seed, share=share)
    told = world.people.select("person", "starts_at").filter(pl.Series(fills))
    since = np.maximum(told["starts_at"].to_numpy(), world.window.start)
    days = 2 + picked(told["person"].to_numpy(), salt="sheet day", seed=world.seed, below=40)
    at = since + days * DAY + 12 * 3600
    return _numbered(told.select("person"), at, np.ones(told.height, bool), "sheet", world)


def entry_phones(entries: pl.DataFrame, world: World) -> pl.Series:
    """Bare numbers people gave: their own or their household's."""
    return world.phone_of(entries["phone_person"].to_numpy(), entries["at"].to_numpy())


def _numbered(
    rows: pl.DataFrame, at: Ints, keeps: np.ndarray, number: str, world: World
) -> pl.DataFrame:
    owner = phone_owners(rows["person"].to_numpy(), world)
    told = rows.with_columns(at=pl.Series(at), phone_person=pl.Series(owner))
    told = told.filter(pl.Series(keeps) & (pl.Series(at) < world.window.end)).sort("at", "person")
    return told.with_columns(pl.Series(number, np.arange(1, told.height + 1)))


def _write_entries(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    if told.height == 0:
        return
    file = f"jinshuju_{FORM}_{span.stamp}.jsonl"
    with shelf.export("jinshuju_entry", file) as work:
        work.write_lines(filled(_ENTRY, _entry_cells(told, world), rows=told.height))
    shelf.expect("jinshuju_entry", file, rows=told.height)
    keys = f"{FORM}|" + numbers(told["entry"].to_numpy())
    book.records("jinshuju_entry", keys, told["person"])


def _entry_cells(told: pl.DataFrame, world: World) -> Cells:
    account = told["account"].to_numpy()
    people = world.people.select("name", "nickname", "is_female", "birth_day", "place")[
        told["person"]
    ]
    place = people["place"]
    share = world.settings.identity.remark_written_freely
    phone = written_freely(entry_phones(told, world), account, seed=world.seed, share=share)
    time = time_text(unix_seconds(told["at"].to_numpy())).str.replace(" ", "T", literal=True)
    return {
        "no": numbers(told["entry"].to_numpy()),
        "name": people["name"],
        "phone": phone,
        **{
            name: pl.Series([row[at] for row in PLACES]).gather(place)
            for at, name in ((0, "province"), (1, "short"), (2, "city"), (3, "district"))
        },
        "birthday": day_text(people["birth_day"].to_numpy()),
        "openid": world.ids.oa_openid(account),
        "unionid": '"x_field_weixin_unionid":"' + world.ids.unionid(account) + '",',
        "nick": escaped_json(people["nickname"]),
        "gender": chosen(people["is_female"], "女", "男"),
        "time": time + ".000Z",
    }


def _write_sheets(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    if told.height == 0:
        return
    file = f"wjx_answers_{span.stamp}.csv"
    with shelf.export("wjx_answers", file, encoding="gb18030") as work:
        work.write(",".join(SHEET_HEADINGS) + "\r\n")
        rows = csv_rows(
            SHEET_HEADINGS, _sheet_cells(told, world), rows=told.height, line_end="\r\n"
        )
        work.write_lines(rows)
    shelf.expect("wjx_answers", file, rows=told.height)
    book.records("wjx_answers", numbers(told["sheet"].to_numpy()), told["person"])


def _sheet_cells(told: pl.DataFrame, world: World) -> Cells:
    person = told["person"].to_numpy()
    share = world.settings.identity.remark_written_freely * 2
    phone = written_freely(entry_phones(told, world), person, seed=world.seed, share=min(share, 1))
    rating = stars(person, seed=world.seed)
    seconds = picked(person, salt="seconds", seed=world.seed, below=260)
    skin = pl.Series(_SKINS).gather(
        pl.Series(picked(person, salt="skin", seed=world.seed, below=len(_SKINS)))
    )
    score = numbers(rating)
    return {
        "序号": numbers(told["sheet"].to_numpy()),
        "提交答卷时间": _slashed(told["at"].to_numpy() + seconds),
        "所用时间": numbers(40 + seconds) + "秒",
        "来源": "微信",
        "来源详情": "N/A",
        "来自IP": "203.0.113.9(浙江-杭州)",
        "1、您的性别是？": chosen(world.people["is_female"].gather(told["person"]), "女", "男"),
        "2、您的手机号码": chosen(pl.Series(sheet_has_phone(told, world)), phone, "(空)"),
        "3、您的肤质是？（多选）": skin,
        "4、总体满意度": score,
        "5、其他建议": escaped_csv(review_texts(person, rating, seed=world.seed)),
        "总分": score,
    }


def sheet_has_phone(told: pl.DataFrame, world: World) -> np.ndarray:
    """Answer sheets that give a number at all."""
    return chance(told["person"].to_numpy(), salt="sheet phone", seed=world.seed, share=0.8)


def _slashed(seconds: Ints) -> pl.Series:
    """``2026/6/18 8:00:09``: no zeros in front of month, day and hour."""
    return (
        time_text(seconds)
        .str.replace_all("-", "/", literal=True)
        .str.replace_all(r"/0", "/", literal=True)
        .str.replace(" 0", " ", literal=True)
    )
