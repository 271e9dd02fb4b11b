"""Pospal (银豹): tickets of the stores' tills and the register of members."""

import numpy as np
import polars as pl

from siyu.demo.articles import of_product
from siyu.demo.catalogue import POSPAL, PRODUCTS
from siyu.demo.json_pages import write_json_pages
from siyu.demo.order_course import VOIDED, exported_in
from siyu.demo.people import LOYAL
from siyu.demo.phones import phone_numbers
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints, chance, picked
from siyu.demo.text_lines import Cells, chosen, filled, grouped, yuan
from siyu.demo.till_payments import PAY_CODES, pay_code_places
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import DAY, Span, compact_time_text, day_text, spans_of, time_text
from siyu.demo.world import World

_FIRST_UID = 1_393_920_057_000_000_000
_FIRST_MEMBER, _FIRST_TICKET, _FIRST_RETURN = 1_000_000, 100_000_000, 500_000_000
_LEVELS = ("", "银卡", "金卡", "钻石卡")
_CARD_NUMBER_FIRST = 8_000_001
WALK_IN_SHARE = 0.18
_HEAD = (
    '{"status":"success","messages":null,"data":{"postBackParameter":{"parameterType":'
    '"LAST_RESULT_MAX_ID","parameterValue":"%s"},"pageSize":100,"result":[\n'
)
_TAIL = "\n]}}"
_TICKET = (
    '{"cashierUid":«cashier»,"cashier":{"jobNumber":"«job»","name":"收银员«job»","uid":«cashier»},'
    '«customer»"uid":«uid»,"sn":"«sn»","datetime":"«time»","totalAmount":«amount»,'
    '"totalProfit":«profit»,"discount":100,"rounding":0.00,"ticketType":"«type»",'
    '"invalid":«void»,"items":[«items»],"payments":[{"code":"«payment»","amount":«amount»}]}'
)
_ITEM = (
    '{"name":"«title»","buyPrice":«cost»,"sellPrice":«price»,"customerPrice":«price»,'
    '"quantity":«quantity»,"discount":100,"totalAmount":«paid»,"productUid":«product»,'
    '"productBarcode":"«barcode»"}'
)
_MEMBER = (
    '{"customerUid":«uid»,"customrUid":«uid»,"categoryName":"«level»","number":"«number»",'
    '"name":"«name»","point":«points»,"discount":100,"balance":«balance»,"phone":"«phone»",'
    '"birthday":"«birthday»","qq":"","email":"","address":"","createdDate":"«created»",'
    '"password":"","onAccount":0,"enable":«enabled»}'
)


def export_pospal(world: World, shelf: Shelf) -> None:
    """Write tickets by period and the register as it is on the last day."""
    orders = world.orders_of(POSPAL)
    files = world.settings.file
    for span in spans_of(world.window, files.pospal_ticket):
        tickets = tickets_of(exported_in(orders, span, overlap_days=files.overlap_days), span)
        _write_tickets(tickets, span, world, shelf)
    write_json_pages(
        shelf,
        "pospal_member",
        f"queryCustomerPages_{spans_of(world.window, 'quarter')[-1].stamp}",
        world.members,
        entries=lambda page: _members(page, world),
        head=lambda page, _more: _HEAD % (_FIRST_UID + _FIRST_MEMBER + page["member"][-1]),
        tail=lambda _page, _more: _TAIL,
        per_page=files.rows_per_page,
    )


def tickets_of(seen: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Sales and, as tickets of their own, returns of one export's days.

    Returns:
        The orders and: is_return, ticket_at, ticket_fen, ticket_uid, sn.
    """
    order = seen["order"].to_numpy().astype(np.int64)
    sales = seen.with_columns(
        is_return=pl.lit(False),
        ticket_at=pl.col("ordered_at"),
        ticket_fen=pl.col("gross_fen"),
        ticket_uid=numbers(_FIRST_UID + _FIRST_TICKET + order),
        sn=pl.col("source_order_id"),
    ).filter(pl.col("ordered_at") >= span.start - DAY)
    returns = returns_of(seen).filter(
        (pl.col("ticket_at") < span.end) & (pl.col("ticket_at") >= span.start - DAY)
    )
    return pl.concat([sales, returns]).sort("ticket_at", "ticket_uid")


def returns_of(orders: pl.DataFrame) -> pl.DataFrame:
    """Return tickets of orders; each has a number of its own."""
    back = orders.filter(pl.col("refund_1_fen") > 0)
    order = back["order"].to_numpy().astype(np.int64)
    at = back["refund_1_at"].to_numpy()
    return back.with_columns(
        is_return=pl.lit(True),
        ticket_at=pl.col("refund_1_at"),
        ticket_fen=pl.col("refund_1_fen"),
        ticket_uid=numbers(_FIRST_UID + _FIRST_RETURN + order),
        sn=compact_time_text(at) + "9" + numbers(order % 1_000_000, digits=6),
    )


def member_uids(members: Ints) -> pl.Series:
    """``customerUid`` of members."""
    return numbers(_FIRST_UID + _FIRST_MEMBER + np.asarray(members).astype(np.int64))


def member_numbers(members: pl.DataFrame, world: World) -> pl.Series:
    """Card numbers: the phone for most, else a number of the register's own."""
    phone = member_phones(members, world)
    card = numbers(_CARD_NUMBER_FIRST + members["member"].to_numpy().astype(np.int64))
    return chosen(members["number_is_phone"] & (phone != ""), phone, card)


def member_phones(members: pl.DataFrame, world: World) -> pl.Series:
    """Number given at the till; some give a relative's, some none."""
    return phone_numbers(member_phone_index(members, world))


def member_phone_index(members: pl.DataFrame, world: World) -> Ints:
    """Like ``member_phones``, the phone's index; -1 = none given."""
    person = member_phone_people(members, world)
    index = world.phone_index_of(person, members["registered_at"].to_numpy())
    return np.where(members["has_phone"].to_numpy(), index, -1)


def member_phone_people(members: pl.DataFrame, world: World) -> Ints:
    """Whose number it is: those who share a household's phone gave that one."""
    person = members["person"].to_numpy().astype(np.int64)
    household = world.people["household_of"].to_numpy()[person]
    return np.where(household >= 0, household, person)


def members_of_people(world: World) -> Ints:
    """Member number per person, -1 = not in the register."""
    table = np.full(world.people.height, -1)
    table[world.members["person"].to_numpy()] = world.members["member"].to_numpy()
    return table


def shows_member(orders: pl.DataFrame, world: World) -> pl.Series:
    """Which tickets name the member: buyers in the register, after joining, unless they forgot."""
    member = members_of_people(world)[orders["person"].to_numpy()]
    joined = world.members["registered_at"].to_numpy()[np.maximum(member, 0)]
    forgot = chance(
        orders["order"].to_numpy(), salt="walk in", seed=world.seed, share=WALK_IN_SHARE
    )
    return pl.Series((member >= 0) & (joined <= orders["ordered_at"].to_numpy()) & ~forgot)


def _write_tickets(tickets: pl.DataFrame, span: Span, world: World, shelf: Shelf) -> None:
    write_json_pages(
        shelf,
        "pospal_ticket",
        f"queryTicketPages_{span.stamp}",
        tickets,
        entries=lambda page: _tickets(page, world),
        head=lambda page, _more: _HEAD % page["ticket_uid"][-1],
        tail=lambda _page, _more: _TAIL,
        per_page=world.settings.file.rows_per_page,
    )


def _tickets(tickets: pl.DataFrame, world: World) -> pl.Series:
    lines = world.lines_of(tickets)
    is_part = (tickets["is_return"] & (tickets["refund_1_fen"] < tickets["gross_fen"])).gather(
        lines["row"]
    )
    lines = lines.filter(~is_part | (lines["number"] == 0))
    cost = np.array([article.cost_fen for article in PRODUCTS])[lines["product"].to_numpy()]
    costs = np.bincount(
        lines["row"].to_numpy(), weights=cost * lines["quantity"].to_numpy(), minlength=len(tickets)
    ).astype(np.int64)
    member = members_of_people(world)[tickets["person"].to_numpy()]
    customer = '"customerUid":' + member_uids(np.maximum(member, 0)) + ","
    job = numbers(1 + tickets["order"].to_numpy() % 6, digits=2)
    cells: Cells = {
        "cashier": str(_FIRST_UID)[:-2] + job,
        "job": job,
        "customer": chosen(shows_member(tickets, world), customer, ""),
        "uid": tickets["ticket_uid"],
        "sn": tickets["sn"],
        "time": time_text(tickets["ticket_at"].to_numpy()),
        "amount": yuan(tickets["ticket_fen"].to_numpy()),
        "profit": yuan(tickets["ticket_fen"].to_numpy() - costs),
        "type": chosen(tickets["is_return"], "SELL_RETURN", "SELL"),
        "void": chosen((tickets["state"] == VOIDED) & ~tickets["is_return"], "1", "0"),
        "items": _items(lines, cost),
        "payment": pl.Series(PAY_CODES).gather(pay_code_places(tickets, world)),
    }
    return filled(_TICKET, cells, rows=tickets.height)


def _items(lines: pl.DataFrame, cost: Ints) -> pl.Series:
    product = lines["product"].to_numpy().astype(np.int64)
    items = filled(
        _ITEM,
        {
            "title": of_product(lines, "title"),
            "cost": yuan(cost),
            "price": yuan((lines["list_fen"] // lines["quantity"]).to_numpy()),
            "quantity": lines["quantity"].cast(pl.String),
            "paid": yuan(lines["paid_fen"].to_numpy()),
            "product": numbers(_FIRST_UID + 900 + product),
            "barcode": numbers(6_900_000_000_001 + product),
        },
        rows=lines.height,
    )
    return grouped(items, lines["row"].to_numpy())["text"]


def _members(members: pl.DataFrame, world: World) -> pl.Series:
    people = world.people.select("name", "birth_day", "life")[members["person"]]
    member = members["member"].to_numpy()
    born = people["birth_day"].to_numpy()
    how = members["has_birthday"]
    whole, day = day_text(born), day_text(born, "%m-%d")
    birthday = chosen(how == 2, whole, chosen(how == 1, day, ""))
    points = picked(member, salt="points", seed=world.seed, below=3000)
    balance = picked(member, salt="balance", seed=world.seed, below=50) * (member % 9 == 0) * 1000
    cells: Cells = {
        "uid": member_uids(member),
        "level": pl.Series(_LEVELS).gather(members["level"]),
        "number": member_numbers(members, world),
        "name": people["name"],
        "points": numbers(points * (people["life"].to_numpy() == LOYAL)),
        "balance": yuan(balance),
        "phone": member_phones(members, world),
        "birthday": birthday,
        "created": time_text(members["registered_at"].to_numpy()),
        "enabled": chosen(members["is_enabled"], "1", "0"),
    }
    return filled(_MEMBER, cells, rows=members.height)
