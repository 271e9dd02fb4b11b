"""The order in which sources are believed, from `config/survivorship.yml`.

The choice itself is made in dbt (`int_attributes_survived`); this is the table it joins.
"""

from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator

RANKS_SCHEMA = pl.Schema(
    {"attribute": pl.String(), "source": pl.String(), "source_rank": pl.Int64()}
)

Attribute = Literal[
    "nickname",
    "name",
    "gender",
    "birth_date",
    "birth_day",
    "province",
    "city",
    "member_level",
    "email",
]


class Survivorship(BaseModel):
    """Settings of survivorship; read with ``load_config(path, Survivorship)``.

    Attributes:
        version: Format of the file.
        attributes: For each attribute the sources in the order they are believed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    attributes: dict[Attribute, list[str]] = Field(min_length=1)

    @field_validator("attributes")
    @classmethod
    def _each_source_once(
        cls, attributes: dict[Attribute, list[str]]
    ) -> dict[Attribute, list[str]]:
        for attribute, sources in attributes.items():
            twice = sorted({source for source in sources if sources.count(source) > 1})
            if twice:
                raise ValueError(f"{attribute} names {', '.join(twice)} twice; keep one place")
        return attributes


def attribute_ranks(survivorship: Survivorship) -> pl.DataFrame:
    """Number the sources of each attribute in the order they are believed.

    Args:
        survivorship: Settings of survivorship.

    Returns:
        One row per attribute and source, in the order of the settings: ``attribute``,
        ``source`` (String), ``source_rank`` (Int64, 1 is believed first).

    Examples:
        >>> ranks = {"version": 1, "attributes": {"city": ["youzan_trade", "taobao_order"]}}
        >>> attribute_ranks(Survivorship.model_validate(ranks)).rows()
        [('city', 'youzan_trade', 1), ('city', 'taobao_order', 2)]
    """
    rows = [
        (attribute, source, rank)
        for attribute, sources in survivorship.attributes.items()
        for rank, source in enumerate(sources, start=1)
    ]
    return pl.DataFrame(rows, schema=RANKS_SCHEMA, orient="row")
