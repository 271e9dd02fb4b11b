"""Service: talks in WeCom customer service, complaints as Zendesk tickets, ratings on Taobao."""

import numpy as np
import polars as pl

from siyu.demo.articles import of_product
from siyu.demo.catalogue import PRODUCTS, SHOP, TAOBAO
from siyu.demo.json_pages import json_flag, write_json_pages
from siyu.demo.names import masked_name
from siyu.demo.order_course import FINISHED, seen_at
from siyu.demo.phrases import ANSWERS, COMPLAINTS, QUESTIONS, review_texts, stars
from siyu.demo.shelf import Shelf
from siyu.demo.streams import chance, picked
from siyu.demo.text_lines import Cells, chosen, escaped_json, filled, yuan
from siyu.demo.tokens import numbers, tokens
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import DAY, Span, spans_of, time_text, unix_seconds
from siyu.demo.world import World

_MESSAGE = (
    '{"msgid":"«id»","open_kfid":"wkSyNtAAAAkf0000000000000000001","external_userid":"«external»",'
    '"send_time":«time»,"origin":«origin»,«servicer»"msgtype":"text","text":{"content":"«text»",'
    '"menu_id":""}}'
)
_TICKET = (
    '{"id":«id»,"external_id":null,"via":{"channel":"web"},"created_at":"«created»",'
    '"updated_at":"«updated»","type":"problem","subject":"«subject»","raw_subject":"«subject»",'
    '"description":"«text»","priority":"«priority»","status":"«status»","requester_id":«requester»,'
    '"submitter_id":«requester»,"assignee_id":235323,"group_id":98738,"tags":[«tags»],'
    '"satisfaction_rating":{"score":"«score»"},"custom_fields":[{"id":27642,"value":"«phone»"},'
    '{"id":27643,"value":"«order»"}]}'
)
_RATING = (
    '{"tid":«tid»,"oid":«oid»,"role":"buyer","nick":"«nick»","result":"«result»","created":"«time»",'
    f'"rated_nick":"{SHOP}","item_title":"«title»","item_price":"«price»","content":"«text»",'
    '"num_iid":«item»,"valid_score":true}'
)


def export_service(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write talks, tickets and ratings of each period."""
    talks, tickets, ratings = _talks(world), _complaints(world), _ratings(world)
    for span in spans_of(world.window, world.settings.file.contacts):
        _write_talks(_in(talks, span), span, world, shelf, book)
        _write_tickets(_in(tickets, span), span, world, shelf, book)
        _write_ratings(_in(ratings, span), span, world, shelf, book)


def _in(rows: pl.DataFrame, span: Span) -> pl.DataFrame:
    return rows.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))


def _talks(world: World) -> pl.DataFrame:
    """Four messages a talk: question, answer, thanks or complaint, answer."""
    friends = world.accounts.filter(pl.col("is_friend"))
    share = world.settings.engagement.service_talk
    account = friends["account"].to_numpy()
    talks = friends.filter(pl.Series(chance(account, salt="talk", seed=world.seed, share=share)))
    account = talks["account"].to_numpy()
    days = picked(account, salt="talk day", seed=world.seed, below=40)
    start = np.maximum(talks["befriended_at"].to_numpy(), world.window.start) + days * DAY
    parts = [
        talks.select("account", "person").with_columns(
            at=pl.Series(start + 60 * turn), turn=pl.lit(turn, dtype=pl.Int64)
        )
        for turn in range(4)
    ]
    return pl.concat(parts).sort("at", "account", "turn")


def _write_talks(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    write_json_pages(
        shelf,
        "wecom_kf_message",
        f"kf_sync_msg_{span.stamp}",
        told,
        entries=lambda page: filled(_MESSAGE, _message_cells(page, world), rows=page.height),
        head=lambda _page, _more: '{"errcode":0,"errmsg":"ok","msg_list":[\n',
        tail=lambda page, has_more: (
            f'\n],"next_cursor":"{page["account"][-1]:019d}","has_more":{int(has_more)}}}'
        ),
        per_page=world.settings.file.rows_per_page,
    )
    if told.height:
        book.records("wecom_kf_message", _message_cells(told, world)["id"], told["person"])


def _message_cells(told: pl.DataFrame, world: World) -> dict[str, pl.Series]:
    account, turn = told["account"].to_numpy(), told["turn"].to_numpy()
    place = picked(account, salt="talk text", seed=world.seed, below=1000)
    rating = stars(account, seed=world.seed)
    question = pl.Series(QUESTIONS).gather(pl.Series(place % len(QUESTIONS)))
    answer = pl.Series(ANSWERS).gather(pl.Series((place + turn) % len(ANSWERS)))
    closing = chosen(
        pl.Series(rating >= 3), "好的谢谢", review_texts(account, rating, seed=world.seed)
    )
    by_customer = pl.Series(turn % 2 == 0)
    text = chosen(by_customer, chosen(pl.Series(turn == 0), question, closing), answer)
    return {
        "id": tokens(account * 4 + turn, salt="kf", seed=world.seed, length=29, prefix="kf"),
        "external": world.ids.external_userid(account),
        "time": numbers(unix_seconds(told["at"].to_numpy())),
        "origin": chosen(by_customer, "3", "5"),
        "servicer": chosen(by_customer, "", '"servicer_userid":"kf_01",'),
        "text": escaped_json(text),
    }


def _complaints(world: World) -> pl.DataFrame:
    orders = world.orders.filter(pl.col("finished_at") > 0)
    share = world.settings.engagement.complaint
    order = orders["order"].to_numpy()
    complains = chance(order, salt="complaint", seed=world.seed, share=share)
    return (
        orders.filter(pl.Series(complains))
        .with_columns(at=pl.col("finished_at") + DAY // 2)
        .sort("at", "order")
    )


def _write_tickets(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    write_json_pages(
        shelf,
        "zendesk_ticket",
        f"incremental_tickets_{span.stamp}",
        told,
        entries=lambda page: filled(_TICKET, _ticket_cells(page, world), rows=page.height),
        head=lambda _page, _more: '{"tickets":[\n',
        tail=lambda page, has_more: (
            f'\n],"count":{page.height},"end_time":{int(page["at"][-1]) - 28_800},'
            f'"end_of_stream":{json_flag(not has_more)},"next_page":null}}'
        ),
        per_page=world.settings.file.rows_per_page,
    )
    if told.height:
        book.records("zendesk_ticket", numbers(_ticket_numbers(told)), told["person"])


def _ticket_numbers(told: pl.DataFrame) -> np.ndarray:
    return told["order"].to_numpy() + 30_000


def _ticket_cells(told: pl.DataFrame, world: World) -> Cells:
    order, person = told["order"].to_numpy(), told["person"].to_numpy()
    kind = pl.Series(picked(order, salt="complaint kind", seed=world.seed, below=len(COMPLAINTS)))
    subject, text, tags, priority = zip(*COMPLAINTS, strict=True)
    words = [",".join(f'"{tag}"' for tag in some) for some in tags]
    at = told["at"].to_numpy()
    solved = pl.Series(picked(order, salt="solved", seed=world.seed, below=10) < 8)
    return {
        "id": numbers(_ticket_numbers(told)),
        "created": _utc_text(at),
        "updated": _utc_text(at + 3 * 3600),
        "subject": pl.Series(subject).gather(kind),
        "text": pl.Series(text).gather(kind),
        "priority": pl.Series(priority).gather(kind),
        "tags": pl.Series(words).gather(kind),
        "status": chosen(solved, "solved", "open"),
        "score": chosen(solved, "good", "bad"),
        "requester": numbers(20_000_000 + person),
        "phone": world.phone_of(person, at),
        "order": told["source_order_id"],
    }


def _utc_text(seconds: np.ndarray) -> pl.Series:
    return time_text(unix_seconds(seconds)).str.replace(" ", "T", literal=True) + "Z"


def _ratings(world: World) -> pl.DataFrame:
    orders = seen_at(world.orders_of(TAOBAO), world.window.end)
    share = world.settings.engagement.review
    rates = chance(orders["order"].to_numpy(), salt="rating", seed=world.seed, share=share)
    done = (orders["state"] == FINISHED) & pl.Series(rates)
    return orders.filter(done).with_columns(at=pl.col("finished_at") + DAY).sort("at", "order")


def _write_ratings(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    write_json_pages(
        shelf,
        "taobao_rating",
        f"traderates_get_{span.stamp}",
        told,
        entries=lambda page: filled(_RATING, _rating_cells(page, world), rows=page.height),
        head=lambda _page, has_more: (
            f'{{"traderates_get_response":{{"total_results":{told.height},'
            f'"has_next":{json_flag(has_more)},"trade_rates":{{"trade_rate":[\n'
        ),
        tail=lambda _page, _more: "\n]}}}",
        per_page=world.settings.file.rows_per_page,
    )
    if told.height:
        number = told["source_order_id"]
        keys = number + "|" + number + "|buyer"
        book.records("taobao_rating", keys, told["person"], "taobao:" + number)


def _rating_cells(told: pl.DataFrame, world: World) -> Cells:
    order = told["order"].to_numpy()
    rating = stars(order, seed=world.seed)
    first = world.lines_of(told).filter(pl.col("number") == 0)
    result = np.select([rating >= 4, rating == 3], ["good", "neutral"], "bad")
    price = np.array([article.price_fen for article in PRODUCTS])[first["product"].to_numpy()]
    nick = masked_name(world.people["nickname"].gather(told["person"]))
    return {
        "tid": told["source_order_id"],
        "oid": told["source_order_id"],
        "nick": escaped_json(nick),
        "result": pl.Series(result.astype(object), dtype=pl.String),
        "time": time_text(told["at"].to_numpy()),
        "title": of_product(first, "title"),
        "price": yuan(price),
        "text": escaped_json(review_texts(order, rating, seed=world.seed)),
        "item": numbers(600_000_000_001 + first["product"].to_numpy().astype(np.int64)),
    }
