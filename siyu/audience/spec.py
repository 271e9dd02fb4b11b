"""One audience as a brand declares it in ``config/audiences/<audience>.yml``."""

import json
import re
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from siyu.audience.columns import COLUMNS_BY_NAME
from siyu.audience.destination_settings import CHANNEL_OF_FORMAT, Destination
from siyu.audience.rule import parse_rule
from siyu.audience.rule_checks import RuleError
from siyu.config_file import ConfigFile, read_config_file
from siyu.errors import ConfigError

NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")
RANK_TERM = re.compile(r"(?P<column>[a-z_0-9]+)(?:\s+(?P<direction>asc|desc))?", re.IGNORECASE)

Channel = Literal["wecom", "oa", "miniprogram", "sms", "email"]


def _is_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("must be lower-case letters, digits and underscores")
    return name


def _is_column(name: str) -> str:
    if name not in COLUMNS_BY_NAME:
        raise ValueError(
            f"unknown column {name!r}; columns are {', '.join(sorted(COLUMNS_BY_NAME))}"
        )
    return name


def _is_rank_term(term: str) -> str:
    found = RANK_TERM.fullmatch(term.strip())
    if not found:
        raise ValueError("must be a profile column, then asc or desc")
    _is_column(found["column"])
    return term.strip().lower()


Name = Annotated[str, AfterValidator(_is_name)]
Column = Annotated[str, AfterValidator(_is_column)]
RankTerm = Annotated[str, AfterValidator(_is_rank_term)]
Words = Annotated[str, Field(min_length=1)]


class Settings(BaseModel):
    """Settings that refuse what they do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Settings):
    """What the audience is called, in both languages."""

    zh: Words
    en: Words


class FrequencyCap(Settings):
    """At most so many contacts on the channel in so many days, the as-of date included."""

    contacts: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1, le=366)]


class Holdout(Settings):
    """The share kept out to measure against.

    Attributes:
        share: 0 to below 1.
        experiment: Audiences of one experiment share their arms.
    """

    share: Annotated[Decimal, Field(ge=0, lt=1)]
    experiment: Name


class SizeBand(Settings):
    """Bounds of the number of members; outside them the file does not leave."""

    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=0)] = 10_000_000

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is above max")
        return self


class AudienceSpec(Settings):
    """One declared audience.

    Attributes:
        audience: Its name, which is the file's.
        title: For people.
        owner: Who answers for it.
        purpose: Purpose of consent it needs.
        channel: Where its members are contacted.
        where: SQL condition over profile columns; unknown does not match.
        rank: Who comes first when there is a limit; nulls last, ``customer_id`` breaks ties.
        limit: At most so many people, both arms together; null = all.
        suppress: Suppression lists of ``ledger/suppression/``.
        frequency_cap: Bound of contacts; null = none.
        holdout: Who is kept out.
        size: Bounds of the number of members.
        attributes: Profile columns ``members.csv`` shows beside the address.
        destination: The file for the channel.
    """

    audience: Name
    title: Title
    owner: Words
    purpose: Words
    channel: Channel
    where: Words
    rank: tuple[RankTerm, ...] = ()
    limit: Annotated[int, Field(ge=1)] | None = None
    suppress: tuple[Name, ...] = ()
    frequency_cap: FrequencyCap | None = None
    holdout: Holdout
    size: SizeBand = SizeBand()
    attributes: tuple[Column, ...] = ()
    destination: Destination

    @model_validator(mode="after")
    def _destination_fits(self) -> Self:
        channel = CHANNEL_OF_FORMAT.get(self.destination.format, self.channel)
        if channel != self.channel:
            raise ValueError(f"{self.destination.format} is for {channel}, not {self.channel}")
        for column in self.destination.columns:
            _is_column(column)
        return self

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Profile columns that leave with a member: attributes, then what templates need."""
        return tuple(dict.fromkeys((*self.attributes, *self.destination.columns)))

    @property
    def rank_terms(self) -> list[tuple[str, bool]]:
        """Rank columns and whether each is descending."""
        return [(term.split()[0], term.endswith(" desc")) for term in self.rank]

    @property
    def rank_columns(self) -> tuple[str, ...]:
        """Profile columns the rank uses."""
        return tuple(column for column, _ in self.rank_terms)

    @property
    def rule_hash(self) -> str:
        """Digest of everything declared: another digest, another audience."""
        declared = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return sha256(declared.encode()).hexdigest()


def load_audiences(folder: Path) -> list[AudienceSpec]:
    """Read every ``*.yml`` of ``config/audiences/``, in the order of their names.

    Raises:
        ConfigError: Every setting that cannot be used, with file and line; or no audience at all.
    """
    problems: list[str] = []
    audiences: list[AudienceSpec] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            audiences.append(load_audience(path))
        except ConfigError as refused:
            problems.append(str(refused))
    if problems:
        raise ConfigError("\n".join(problems))
    if not audiences:
        raise ConfigError(f"{folder}: holds no audience; add <audience>.yml")
    return audiences


def load_audience(path: Path) -> AudienceSpec:
    """Read one audience.

    Raises:
        ConfigError: A setting cannot be used; the message names file, line and column.
    """
    file = read_config_file(path)
    spec = file.parse(AudienceSpec)
    if spec.audience != path.stem:
        raise file.error(("audience",), f"must be the file's name, {path.stem}")
    _check_rule(file, spec)
    return spec


def _check_rule(file: ConfigFile, spec: AudienceSpec) -> None:
    try:
        parse_rule(spec.where)
    except RuleError as refused:
        raise file.error(("where",), refused.problem, text_line=refused.line) from refused
