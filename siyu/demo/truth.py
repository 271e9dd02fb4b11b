"""Tables of the truth that follow from the world alone."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import BRAND, PLACES, PLATFORMS, POSPAL, PRODUCTS, TAOBAO, WECHAT, YOUZAN
from siyu.demo.exports import pospal, taobao_api
from siyu.demo.exports.wxpay import bill_entries, wx_refund_numbers
from siyu.demo.miniprogram import transaction_numbers
from siyu.demo.people import LIVES
from siyu.demo.phones import phone_numbers
from siyu.demo.true_identifiers import note_identifiers
from siyu.demo.true_orders import OrderTotals, note_orders, yuan_amounts
from siyu.demo.truth_book import TruthBook, person_ids, utc_times
from siyu.demo.world import World

_CONSENT_KEY = ("person_id", "purpose", "channel")


def note_world(world: World, book: TruthBook) -> OrderTotals:
    """Write persons, identifiers, records of orders, orders, consents, products.

    Returns:
        What the true orders add up to.
    """
    totals = note_orders(world, book)
    book.append("persons", _persons(world, totals))
    book.append("consents", _consents(world))
    book.append("products", _products())
    book.append("campaign_effects", _effects(world))
    note_identifiers(world, book)
    _note_orders(world, book)
    _note_accounts(world, book)
    return totals


def _persons(world: World, totals: OrderTotals) -> pl.DataFrame:
    people = world.people
    place = people["place"]
    return pl.DataFrame(
        {
            "person_id": person_ids(people["person"]),
            "name": people["name"],
            "nickname": people["nickname"],
            "gender": people["is_female"].replace_strict(
                {True: "female", False: "male"}, return_dtype=pl.String
            ),
            "birth_date": people["birth_day"].cast(pl.Int32).cast(pl.Date),
            "province": pl.Series([row[1] for row in PLACES]).gather(place),
            "city": pl.Series([row[2] for row in PLACES]).gather(place),
            "phone": phone_numbers(people["phone"].to_numpy()),
            "life": pl.Series(LIVES).gather(people["life"]),
            "main_platform": pl.Series(PLATFORMS).gather(people["main_platform"]),
            "household_person_id": person_ids(people["household_of"]),
            "starts_at": utc_times(people["starts_at"]),
            "leaves_at": utc_times(people["leaves_at"]),
            "order_count": totals.counts,
            "net_amount": yuan_amounts(totals.nets),
        }
    )


def _consents(world: World) -> pl.DataFrame:
    told = world.consents.filter(pl.col("status") != "none")
    replied = pl.when(pl.col("reply") != "").then(pl.lit("sms_reply"))
    stated = told.select(
        "person",
        "purpose",
        "channel",
        "at",
        state="status",
        source=replied.otherwise(pl.lit("consent_ledger")),
    )
    left = world.accounts.filter(pl.col("follows") & (pl.col("unfollowed_at") > 0)).select(
        pl.col("person").cast(pl.Int64),
        purpose=pl.lit("marketing"),
        channel=pl.lit("oa"),
        at="unfollowed_at",
        state=pl.lit("withdrawn"),
        source=pl.lit("wechat_oa_event"),
    )
    rows = pl.concat([stated, left])
    statements = pl.DataFrame(
        {
            "person_id": person_ids(rows["person"]),
            "purpose": rows["purpose"],
            "channel": rows["channel"],
            "state": rows["state"],
            "effective_at": utc_times(rows["at"]),
            "source": rows["source"],
        }
    )
    # of two statements in one second the withdrawal holds
    ordered = statements.sort(*_CONSENT_KEY, "effective_at", "state")
    return ordered.with_columns(
        is_latest=pl.int_range(pl.len()).over(_CONSENT_KEY) == pl.len().over(_CONSENT_KEY) - 1
    )


def _effects(world: World) -> pl.DataFrame:
    effects = world.effects
    return pl.DataFrame(
        {
            "campaign": effects["name"],
            "title": effects["title"],
            "channel": effects["channel"],
            "person_id": person_ids(effects["person"]),
            "arm": effects["arm"],
            "sent_at": utc_times(effects["sent_at"]),
            "is_incremental": effects["ordered_at"] > 0,
        }
    )


def _products() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sku": [article.sku for article in PRODUCTS],
            "title": [article.title for article in PRODUCTS],
            "price_fen": [article.price_fen for article in PRODUCTS],
            "cost_fen": [article.cost_fen for article in PRODUCTS],
            "is_baby": [article.is_baby for article in PRODUCTS],
            "refill_days": [article.refill_days for article in PRODUCTS],
            "brand": [BRAND] * len(PRODUCTS),
        }
    )


def _note_orders(world: World, book: TruthBook) -> None:
    """Records of order exports: one per order, however often it was exported."""
    sources = {
        "taobao_order": 0,
        "jd_order": 1,
        "douyin_order": 2,
        "kuaishou_order": 3,
        "xiaohongshu_order": 4,
        "pdd_order": 5,
        "youzan_trade": YOUZAN,
        "wxapp_order": WECHAT,
    }
    for source, platform in sources.items():
        orders = world.orders_of(platform).filter(~pl.col("is_bill_only"))
        number = orders["source_order_id"]
        book.records(source, number, orders["person"], PLATFORMS[platform] + ":" + number)
    on_taobao = world.orders_of(TAOBAO)
    told = on_taobao.filter(taobao_api.known_by_api(on_taobao, world))
    number = told["source_order_id"]
    book.records("taobao_trade_api", number, told["person"], "taobao:" + number)
    _note_tickets(world, book)
    _note_bill(world, book)


def _note_tickets(world: World, book: TruthBook) -> None:
    sales = world.orders_of(POSPAL)
    number = sales["source_order_id"]
    book.records("pospal_ticket", number, sales["person"], "pospal:" + number)
    back = pospal.returns_of(sales).filter(pl.col("ticket_at") < world.window.end)
    book.records("pospal_ticket", back["sn"], back["person"], "pospal:" + back["sn"])


def _note_bill(world: World, book: TruthBook) -> None:
    entries = bill_entries(world).filter(pl.col("at") < world.window.end)
    keys = transaction_numbers(entries) + "|" + wx_refund_numbers(entries)
    platform = pl.Series(PLATFORMS).gather(entries["platform"])
    book.records("wxpay_bill", keys, entries["person"], platform + ":" + entries["source_order_id"])


def _note_accounts(world: World, book: TruthBook) -> None:
    accounts = world.accounts
    for condition, made in (
        ("follows", world.ids.oa_openid),
        ("in_baby_club", world.ids.baby_club_openid),
    ):
        told = accounts.filter(pl.col(condition))
        book.records("wechat_oa_user", made(told["account"].to_numpy()), told["person"])
    friends = accounts.filter(pl.col("is_friend"))
    external = world.ids.external_userid(friends["account"].to_numpy())
    book.records("wecom_customer", external, friends["person"])
    members = world.members
    uids = pospal.member_uids(np.asarray(members["member"].to_numpy()))
    book.records("pospal_member", uids, members["person"])
