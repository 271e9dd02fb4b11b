"""The invented world as a whole: people, accounts, orders; what every export draws from."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from siyu.demo.accounts import WechatIds, guide_count
from siyu.demo.phones import phone_numbers
from siyu.demo.settings import DemoSettings
from siyu.demo.streams import Ints
from siyu.demo.wall_time import Window


@dataclass(frozen=True)
class World:
    """Everything that is so, before any export tells of it.

    Attributes:
        seed: The demo's seed.
        settings: Rates.
        window: The days told of.
        people: One row per person.
        accounts: One row per WeChat account.
        members: One row per member of the stores' register.
        orders: One row per order, with ``source_order_id``.
        lines: One row per article of an order, sorted by order and number.
        effects: One row per person and campaign.
        consents: One row per statement of consent.
    """

    seed: int
    settings: DemoSettings
    window: Window
    people: pl.DataFrame
    accounts: pl.DataFrame
    members: pl.DataFrame
    orders: pl.DataFrame
    lines: pl.DataFrame
    effects: pl.DataFrame
    consents: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def ids(self) -> WechatIds:
        """Ids of WeChat accounts."""
        return WechatIds(self.seed)

    @property
    def guides(self) -> int:
        """Number of guides."""
        return guide_count(self.accounts.height)

    def phone_of(self, person: Ints, moments: Ints) -> pl.Series:
        """The number each person uses themselves at a moment; people change numbers."""
        return phone_numbers(self.phone_index_of(person, moments))

    def phone_index_of(self, person: Ints, moments: Ints) -> Ints:
        """Like ``phone_of``, the phone's index."""
        used = self.people.select("phone", "old_phone", "phone_since")[person]
        is_before = (used["old_phone"] >= 0) & (pl.Series(moments) < used["phone_since"])
        return np.where(is_before, used["old_phone"], used["phone"])

    def orders_of(self, platform: int) -> pl.DataFrame:
        """Orders of one platform in the order of time."""
        return self.orders.filter(pl.col("platform") == platform).sort("ordered_at", "order")

    def lines_of(self, orders: pl.DataFrame) -> pl.DataFrame:
        """Lines of orders, in the orders' own order, with ``row``: the place of their order."""
        first = np.searchsorted(self.lines["order"].to_numpy(), orders["order"].to_numpy())
        many = orders["line_count"].to_numpy().astype(np.int64)
        row = np.repeat(np.arange(len(many)), many)
        place = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
        lines: pl.DataFrame = self.lines[place]
        return lines.with_columns(row=pl.Series(row))
