"""What a brand may set about identity: the model of ``config/identity.yml``.

How the rules are applied stands in the modules named after each guard.
"""

from typing import Annotated, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Role = Literal["account", "contact", "device"]
TypedContact = Literal["agreeing", "both_unidentified", "without_own_contact", "uncontradicted"]
PositiveInt = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NamespaceRule(_Settings):
    """One kind of identifier; the order of namespaces in the file is their priority.

    Attributes:
        role: ``account`` (a platform vouches that it is one person's), ``contact`` (a phone or an
            email, which people share and pass on) or ``device``.
        limit: How many a customer may have in one scope; null = any number.
        names_a_person: Two different ones are two people, and one makes a customer identified.
        completes_scope: Seen without a scope, an identifier is the one of the only scope that
            knows it.
        usable: Regular expression an identifier must match whole to link anything.
    """

    role: Role
    limit: PositiveInt | None = None
    names_a_person: bool = False
    completes_scope: bool = False
    usable: str | None = None

    @field_validator("usable")
    @classmethod
    def _is_regular_expression(cls, pattern: str | None) -> str | None:
        return pattern if pattern is None else _checked_pattern(pattern)


class BlockList(_Settings):
    """Identifiers that link nothing.

    Attributes:
        why: Short word that stands in ``blocked_reason``.
        namespace: Where they count; null = in every namespace.
        identifiers: Whole identifiers.
        patterns: Regular expressions that match the whole identifier.
    """

    why: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    namespace: str | None = None
    identifiers: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _are_regular_expressions(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_pattern(pattern) for pattern in patterns)


class StrengthRule(_Settings):
    """Overrides the strength a source declares for one rule and namespace.

    Attributes:
        rule: Rule of the evidence, as in ``int_identifiers_observed``.
        namespace: Kind of identifier.
        strength: What it counts as here; ``ignored`` evidence links nothing.
    """

    rule: str
    namespace: str
    strength: Literal["strong", "candidate", "ignored"]


class FanOutRule(_Settings):
    """When a contact or device is shared by too many to link anything.

    Attributes:
        accounts: Most customers that may hold an account of one kind beside it.
        surnames: Most different surnames of receivers, unless one of them dominates.
        dominant_share: Share of records from which one surname dominates.
    """

    accounts: PositiveInt = 2
    surnames: PositiveInt = 2
    dominant_share: Share = 0.5


class ChangeLimits(_Settings):
    """How much changed rules may change in one night; more stops it until a person accepts.

    Attributes:
        merged_share: Share of customers that may be merged into others.
        split_share: Share of customers that may be split.
        changed_share: Share of known identifiers that may go to another customer id.
        from_customers: Number of customers from which the limits count.
    """

    merged_share: Share = 0.05
    split_share: Share = 0.02
    changed_share: Share = 0.05
    from_customers: PositiveInt = 1000


class IdentityRules(_Settings):
    """All settings of identity resolution.

    Attributes:
        version: Version of the settings, for the people who edit them.
        namespaces: Kinds of identifiers, most telling first.
        strengths: Strengths that differ from what the sources declare.
        block_lists: Identifiers that link nothing.
        fan_out: Limits of sharing.
        typed_contact: When a typed contact that somebody holds links without a second attribute:
            ``agreeing`` = never, ``both_unidentified`` = neither side has a person's account or
            another verified contact, ``without_own_contact`` = the account beside it has no
            verified contact of its own, ``uncontradicted`` = always.
        recycled_after_days: Silence after which a number may have gone to another person.
        receiver_records: Prefixes of records whose unverified name is a receiver's.
        placeholder_birthdays: Birthdays forms fill in by themselves; they say nothing.
        largest_component: Identifiers and records a cluster may have before the run stops.
        change_limits: How much one night may change.
    """

    version: PositiveInt
    namespaces: dict[str, NamespaceRule]
    strengths: tuple[StrengthRule, ...] = ()
    block_lists: tuple[BlockList, ...] = ()
    fan_out: FanOutRule = FanOutRule()
    typed_contact: TypedContact = "without_own_contact"
    recycled_after_days: PositiveInt = 90
    receiver_records: tuple[str, ...] = ("order:",)
    placeholder_birthdays: tuple[str, ...] = ()
    largest_component: PositiveInt = 20_000
    change_limits: ChangeLimits = ChangeLimits()

    @model_validator(mode="after")
    def _name_known_namespaces(self) -> Self:
        named = [rule.namespace for rule in self.strengths]
        named += [listed.namespace for listed in self.block_lists if listed.namespace]
        unknown = sorted({namespace for namespace in named if namespace not in self.namespaces})
        if unknown:
            raise ValueError(f"namespaces {unknown} are not declared under namespaces")
        return self

    def with_role(self, *roles: Role) -> list[str]:
        """Namespaces of some roles, in order of priority."""
        return [name for name, rule in self.namespaces.items() if rule.role in roles]


def _checked_pattern(pattern: str) -> str:
    # the engine that will match, which knows neither look-around nor back-references
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.ComputeError as refused:
        raise ValueError(f"is no regular expression: {refused}") from refused
    return pattern
