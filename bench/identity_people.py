"""The people of a made-up brand, how dirty its data is, and a writer of observations.

What each channel writes about them is in `identity_brand`.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英建华文玉红晓彤宇浩欣怡子涵梓轩雨泽思远佳琪雪梅"
    "海燕志国春生家豪诗婷嘉俊鹏飞凯琳璐颖倩楠博睿晨曦"
)
START = datetime(2023, 1, 1)  # noqa: DTZ001 - tables hold naive UTC
DAYS = 1200


@dataclass(frozen=True)
class Dirt:
    """How dirty the brand is, as shares of people or records."""

    no_unionid: float = 0.2
    relative_phone: float = 0.08
    recycled_phone: float = 0.02
    gift_order: float = 0.06
    wrong_digit: float = 0.01
    masked_name: float = 0.5
    shop_phone: float = 0.01
    kiosk_event: float = 0.02
    people_per_kiosk: int = 400


HARD = Dirt(0.35, 0.16, 0.05, 0.12, 0.03, 0.6, 0.03, 0.06, 1500)


@dataclass(frozen=True)
class BrandSample:
    """Observations with their truth.

    Attributes:
        identifiers: As ``int_identifiers_observed``, with ``is_own`` (truth: the identifier is
            the person's).
        attributes: As ``int_attributes_observed``.
        truth: ``record_id``, ``person``.
    """

    identifiers: pl.DataFrame
    attributes: pl.DataFrame
    truth: pl.DataFrame


class World:
    def __init__(self, people: int, dirt: Dirt, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.count = people
        self.dirt = dirt
        weights = 1 / np.arange(1, len(SURNAMES) + 1) ** 0.8
        picked = self.random.choice(len(SURNAMES), people, p=weights / weights.sum())
        first = self.random.integers(0, len(GIVEN), people)
        second = self.random.integers(-len(GIVEN) // 3, len(GIVEN), people)
        self.family = np.where(
            self.random.random(people) < 0.6, np.arange(people) // 3, np.arange(people) + people
        )
        # members of a family mostly share the surname of its first member
        same = self.random.random(people) < 0.5
        picked = np.where(same, picked[(np.arange(people) // 3) * 3], picked)
        given = np.array(list(GIVEN))
        names = np.char.add(np.array(list(SURNAMES))[picked], given[first])
        self.name = np.where(second >= 0, np.char.add(names, given[second]), names)
        self.masked = np.char.add(np.array(list(SURNAMES))[picked], "*")
        self.birthday = (
            np.datetime64("1960-01-01") + self.random.integers(0, 17_000, people)
        ).astype(str)
        self.phone = self.random.permutation(people * 4)[:people]
        recycled = np.flatnonzero(self.chance(people, dirt.recycled_phone))
        self.joined = self.random.integers(0, DAYS - 100, people)
        # a stranger held the number before, and was last seen long before this person joined
        for_whom = recycled[: len(recycled) // 2]
        formerly = recycled[len(recycled) // 2 : len(recycled) // 2 * 2]
        self.phone[for_whom] = self.phone[formerly]
        self.left = np.full(people, DAYS)
        self.joined[formerly] = self.random.integers(0, 200, len(formerly))
        self.left[formerly] = self.joined[formerly] + 150
        self.joined[for_whom] = self.random.integers(500, DAYS - 100, len(for_whom))
        relatives = (np.arange(people) // 3) * 3 + self.random.integers(0, 3, people)
        self.relative = np.minimum(relatives, people - 1)
        self.has_unionid = self.random.random(people) >= dirt.no_unionid

    def chance(self, count: int, share: float) -> np.ndarray:
        return self.random.random(count) < share

    def some(self, share: float) -> np.ndarray:
        return np.flatnonzero(self.chance(self.count, share))

    def day(self, people: np.ndarray) -> np.ndarray:
        span = np.maximum(self.left[people] - self.joined[people], 1)
        return self.joined[people] + (self.random.random(len(people)) * span).astype(int)


class Writer:
    """Collects observations column by column."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.observed: list[pl.DataFrame] = []
        self.stated: list[pl.DataFrame] = []
        self.truth: list[pl.DataFrame] = []

    def records(self, kind: str, people: np.ndarray) -> tuple[pl.Series, np.ndarray]:
        record_id = pl.Series("record_id", np.arange(len(people))).cast(pl.String)
        record_id = (f"{kind}:" + record_id).alias("record_id")
        self.truth.append(pl.DataFrame({"record_id": record_id, "person": people}))
        return record_id, self.world.day(people)

    def truly(self, people: np.ndarray) -> None:
        """Say again whose the last records are."""
        self.truth[-1] = self.truth[-1].with_columns(person=pl.Series(people))

    def seen(
        self,
        record_id: pl.Series,
        day: np.ndarray,
        namespace: str,
        value: np.ndarray,
        *,
        strength: str = "strong",
        where: np.ndarray | None = None,
        own: np.ndarray | bool = True,
        scope: str = "",
    ) -> None:
        frame = pl.DataFrame(
            {
                "record_id": record_id,
                "identifier": _spelled(namespace, value),
                "seen_at": pl.Series(day).cast(pl.Int64),
                "is_own": np.broadcast_to(own, len(day)),
                "line_number": np.arange(len(day)),
            }
        ).with_columns(
            seen_at=pl.lit(START) + pl.duration(days=pl.col("seen_at")),
            namespace=pl.lit(namespace),
            scope=pl.lit(scope),
            strength=pl.lit(strength),
        )
        self.observed.append(frame if where is None else frame.filter(pl.Series(where)))

    def named(
        self, record_id: pl.Series, day: np.ndarray, name: np.ndarray, *, verified: bool = False
    ) -> None:
        self.state("name", record_id, day, name, verified=verified)

    def state(
        self,
        attribute: str,
        record_id: pl.Series,
        day: np.ndarray,
        value: np.ndarray,
        *,
        verified: bool = False,
    ) -> None:
        self.stated.append(
            pl.DataFrame(
                {"record_id": record_id, "value": value, "seen_at": pl.Series(day).cast(pl.Int64)}
            ).with_columns(
                seen_at=pl.lit(START) + pl.duration(days=pl.col("seen_at")),
                attribute=pl.lit(attribute),
                is_verified=pl.lit(verified),
            )
        )

    def finish(self) -> BrandSample:
        source = pl.col("record_id").str.split(":").list.get(1)
        extra = {"source": source, "source_file": pl.lit("bench.csv")}
        identifiers = pl.concat(self.observed).with_columns(rule=source, **extra)
        attributes = pl.concat(self.stated).with_columns(line_number=pl.lit(1), **extra)
        return BrandSample(identifiers, attributes, pl.concat(self.truth))


def _spelled(namespace: str, value: np.ndarray) -> pl.Series:
    number = pl.Series("identifier", value).cast(pl.Int64)
    if namespace == "phone":
        # ten million numbers after three digits
        return (13_100_000_000 + (number * 7 + 20_000_003)).cast(pl.String)
    prefixes = {"wechat_unionid": "oUn", "wechat_mp_openid": "oMp", "wechat_oa_openid": "oOa"}
    return prefixes.get(namespace, namespace[:2]) + number.cast(pl.String).str.zfill(12)
