"""Inventing the world: people first, then where they are known, what they buy, what they allow."""

from dataclasses import replace
from datetime import date

import polars as pl

from siyu.demo.accounts import make_accounts, make_members
from siyu.demo.baskets import make_lines, priced, with_parcels
from siyu.demo.campaigns import make_effects
from siyu.demo.consents import make_consents
from siyu.demo.order_course import order_numbers
from siyu.demo.orders import make_orders
from siyu.demo.people import make_people
from siyu.demo.season import season_of
from siyu.demo.settings import DemoSettings
from siyu.demo.wall_time import window_of
from siyu.demo.world import World


def make_world(
    customers: int, *, days: int, seed: int, end_date: date, settings: DemoSettings
) -> World:
    """Invent the world of one brand."""
    window = window_of(end_date, days)
    season = season_of(window)
    people = make_people(customers, window=window, season=season, seed=seed, settings=settings)
    accounts = make_accounts(people, window=window, seed=seed, settings=settings)
    members = make_members(people, window=window, seed=seed, settings=settings)
    effects = make_effects(people, window=window, seed=seed, settings=settings)
    orders = make_orders(
        people,
        accounts,
        window=window,
        season=season,
        seed=seed,
        settings=settings,
        extra=effects.filter(pl.col("ordered_at") > 0),
    )
    lines = make_lines(orders, people, seed=seed)
    orders = priced(orders, lines, seed=seed, settings=settings)
    orders, lines = with_parcels(orders, lines)
    orders = orders.with_columns(source_order_id=order_numbers(orders))
    world = World(
        seed=seed,
        settings=settings,
        window=window,
        people=people,
        accounts=accounts,
        members=members,
        orders=orders,
        lines=lines,
        effects=effects,
    )
    return replace(world, consents=make_consents(world))
