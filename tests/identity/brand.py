"""Writes observations the short way, for tests of identity."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from siyu.config_file import load_config
from siyu.identity.attributes import ATTRIBUTES_SCHEMA
from siyu.identity.changes import Input
from siyu.identity.evidence import IDENTIFIERS_SCHEMA
from siyu.identity.ledger import LOG_SCHEMA, OVERRIDES_SCHEMA, REGISTRY_SCHEMA
from siyu.identity.metrics import measure_tables
from siyu.identity.resolution import Resolution
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import IdentityRules

ROOT = Path(__file__).parents[2]
RULES = load_config(ROOT / "config" / "identity.yml", IdentityRules)
SECRET = b"s" * 32
DAY = date(2026, 6, 20)
SHORT = {
    "unionid": "wechat_unionid",
    "mp": "wechat_mp_openid",
    "oa": "wechat_oa_openid",
    "wecom": "wecom_external_userid",
    "youzan": "youzan_open_id",
    "taobao": "taobao_open_uid",
    "jd": "jd_account",
    "pospal": "pospal_customer_uid",
    "member": "member_no",
    "user": "app_user_id",
    "phone": "phone",
    "email": "email",
    "device": "anonymous_id",
}
Node = tuple[str, str, str]


def node(text: str) -> Node:
    """``jd:a`` or ``mp@wxA:a`` as a node."""
    kind, identifier = text.split(":", 1)
    name, _, scope = kind.partition("@")
    return (SHORT[name], scope, identifier)


def phone(number: int) -> str:
    return f"phone:199{number:08d}"


def seen_on(day: int) -> datetime:
    """Moment at which a record of that day is seen."""
    return datetime(2026, 1, 1) + timedelta(days=day)  # noqa: DTZ001 - naive UTC as in tables


@dataclass
class Brand:
    """Collects records and resolves them, keeping its ledger."""

    rules: IdentityRules = RULES
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    stated: list[tuple[Any, ...]] = field(default_factory=list)
    overrides: list[tuple[str, ...]] = field(default_factory=list)
    registry: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REGISTRY_SCHEMA))
    log: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LOG_SCHEMA))

    def record(
        self,
        record: str,
        strong: str = "",
        typed: str = "",
        *,
        name: str | None = None,
        verified: bool = False,
        birthday: str | None = None,
        day: int | None = 0,
        rule: str = "register",
    ) -> "Brand":
        """Add a record: words of ``strong`` and ``typed`` are its identifiers."""
        seen_at = None if day is None else seen_on(day)
        line = len(self.rows) + 1
        for strength, words in (("strong", strong), ("candidate", typed)):
            for word in words.split():
                self.rows.append(
                    (record, *node(word), strength, rule, seen_at, "src", "f.csv", line)
                )
        for attribute, value in (("name", name), ("birth_date", birthday)):
            if value is not None:
                self.stated.append(
                    (record, attribute, value, verified, seen_at, "src", "f.csv", line)
                )
        return self

    def order(self, action: str, left: str, right: str) -> "Brand":
        self.overrides.append((*node(left), *node(right), action, "ann", "2026-06-20", "test"))
        return self

    def identifiers(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=IDENTIFIERS_SCHEMA, orient="row")

    def attributes(self) -> pl.DataFrame:
        return pl.DataFrame(self.stated, schema=ATTRIBUTES_SCHEMA, orient="row")

    def ordered(self) -> pl.DataFrame:
        return pl.DataFrame(self.overrides, schema=OVERRIDES_SCHEMA, orient="row")

    def input(self) -> Input:
        return Input(self.identifiers(), self.attributes(), self.ordered())

    def resolve(self, run_date: date = DAY, *, shuffle: int | None = None) -> Resolution:
        """Resolve everything so far and keep the ledger."""
        identifiers, attributes = self.identifiers(), self.attributes()
        if shuffle is not None:
            identifiers = identifiers.sample(fraction=1, shuffle=True, seed=shuffle)
            attributes = attributes.sample(fraction=1, shuffle=True, seed=shuffle)
        resolution = resolve_identities(
            identifiers,
            attributes,
            rules=self.rules,
            overrides=self.ordered(),
            registry=self.registry,
            log=self.log,
            run_date=run_date,
            secret=SECRET,
        )
        self.registry, self.log = resolution.registry, resolution.log
        return resolution


def metrics_of(brand: Brand, resolution: Resolution) -> pl.DataFrame:
    return measure_tables(resolution.tables, resolution.log, brand.input(), rules=brand.rules)


def customer_of(resolution: Resolution, word: str) -> str | None:
    namespace, scope, identifier = node(word)
    found = resolution.nodes.filter(namespace=namespace, scope=scope, identifier=identifier)
    return found["customer_id"].item()


def record_customer(resolution: Resolution, record: str) -> str | None:
    return resolution.records.filter(record_id=record)["customer_id"].item()


def together(resolution: Resolution, *words: str) -> bool:
    """Whether all identifiers belong to one customer."""
    customers = {customer_of(resolution, word) for word in words}
    return len(customers) == 1 and None not in customers


def partition(resolution: Resolution) -> set[frozenset[str]]:
    """Sets of identifiers and records of each customer, without their ids."""
    members: dict[str, set[str]] = {}
    for namespace, scope, identifier, customer in resolution.nodes.select(
        "namespace", "scope", "identifier", "customer_id"
    ).iter_rows():
        if customer:
            members.setdefault(customer, set()).add(f"{namespace}@{scope}:{identifier}")
    for record, customer in resolution.records.iter_rows():
        if customer:
            members.setdefault(customer, set()).add(f"record {record}")
    return {frozenset(names) for names in members.values()}


def reasons(resolution: Resolution, **where: str) -> set[str]:
    """Why links were refused."""
    return set(resolution.links.filter(**where)["blocked_reason"]) - {None}
