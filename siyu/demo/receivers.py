"""Who a parcel goes to and how a platform shows their number and address."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import PLACES, ROADS
from siyu.demo.orders import GIFT, HOUSEHOLD, JUNK_PHONE, SHOP_PHONE
from siyu.demo.phones import JUNK, masked, phone_numbers, shop_phones
from siyu.demo.streams import Ints, chance, picked
from siyu.demo.tokens import BASE64, numbers, tokens
from siyu.demo.world import World


def with_receivers(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Orders with who gets the parcel.

    Returns:
        The orders and: receiver_person (-1 = the number is nobody's), receiver_name,
        receiver_phone (bare number), province, city, district, street.
    """
    person = orders["person"].to_numpy().astype(np.int64)
    to_person, whose_phone = receiver_people(orders, world)
    phone = world.phone_of(np.maximum(whose_phone, 0), orders["ordered_at"].to_numpy())
    order, kind = orders["order"].to_numpy(), orders["receiver"].to_numpy()
    shops = shop_phones(world.settings.identity.shop_phones)
    shop = pl.Series(shops).gather(
        pl.Series(picked(order, salt="shop phone", seed=world.seed, below=len(shops)))
    )
    junk = pl.Series(JUNK).gather(
        pl.Series(picked(order, salt="junk", seed=world.seed, below=len(JUNK)))
    )
    number = pl.select(
        pl.when(pl.lit(pl.Series(kind == SHOP_PHONE)))
        .then(shop)
        .when(pl.lit(pl.Series(kind == JUNK_PHONE)))
        .then(junk)
        .otherwise(phone)
    ).to_series()
    homes = world.people.select("place", "street_no", "name")[to_person]
    return orders.with_columns(
        receiver_person=pl.Series(whose_phone),
        receiver_name=homes["name"],
        receiver_phone=number,
        **_addresses(homes, person, world.seed),
    )


def receiver_people(orders: pl.DataFrame, world: World) -> tuple[Ints, Ints]:
    """The person a parcel is for, and the person whose phone stands on it (-1 = nobody's)."""
    person = orders["person"].to_numpy().astype(np.int64)
    order, kind = orders["order"].to_numpy(), orders["receiver"].to_numpy()
    household = world.people["household_of"].to_numpy()[person]
    friend = picked(order, salt="gift", seed=world.seed, below=world.people.height)
    to_person = np.where(kind == GIFT, friend, person)
    whose_phone = np.select([kind == GIFT, kind == HOUSEHOLD], [friend, household], person)
    return to_person, np.where(kind >= SHOP_PHONE, -1, whose_phone)


def masked_and_virtual(orders: pl.DataFrame, world: World) -> pl.Series:
    """Numbers as marketplaces show them: some masked, some virtual with an extension."""
    identity, order = world.settings.identity, orders["order"].to_numpy()
    drawn = picked(order, salt="phone shown", seed=world.seed, below=10_000) / 10_000
    phone = orders["receiver_phone"]
    extension = numbers(1000 + picked(order, salt="extension", seed=world.seed, below=9000))
    virtual = (
        phone_numbers(picked(order, salt="virtual", seed=world.seed, below=9_000_000))
        + "-"
        + extension
    )
    is_masked = drawn < identity.masked_phone
    is_virtual = drawn < identity.masked_phone + identity.virtual_phone
    return pl.select(
        pl.when(pl.lit(pl.Series(is_masked)))
        .then(masked(phone))
        .when(pl.lit(pl.Series(is_virtual)))
        .then(virtual)
        .otherwise(phone)
    ).to_series()


def ciphered(orders: pl.DataFrame, world: World) -> tuple[pl.Series, pl.Series, np.ndarray]:
    """Ciphertext of receiver and number as Douyin gives it, and which orders show it."""
    order = orders["order"].to_numpy()
    name = "##" + tokens(order, salt="cipher name", seed=world.seed, length=43, alphabet=BASE64)
    phone = "$$" + tokens(order, salt="cipher phone", seed=world.seed, length=43, alphabet=BASE64)
    is_shown = chance(
        order, salt="ciphered", seed=world.seed, share=world.settings.identity.ciphered_phone
    )
    return name + "=##", phone + "=$$", is_shown


def clear_phones(orders: pl.DataFrame, world: World) -> np.ndarray:
    """Which orders show the receiver's number in the clear in a marketplace's export."""
    return (masked_and_virtual(orders, world) == orders["receiver_phone"]).to_numpy()


def _addresses(homes: pl.DataFrame, person: Ints, seed: int) -> dict[str, pl.Series]:
    place = homes["place"]
    road = pl.Series(ROADS).gather(
        pl.Series(picked(person, salt="road", seed=seed, below=len(ROADS)))
    )
    floor = numbers(101 + picked(person, salt="floor", seed=seed, below=30) * 100)
    street = road + homes["street_no"].cast(pl.String) + "号" + floor + "室"
    columns = {
        name: pl.Series([row[at] for row in PLACES]).gather(place)
        for at, name in ((0, "province"), (2, "city"), (3, "district"))
    }
    return {**columns, "street": street}
