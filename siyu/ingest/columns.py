"""One declared column: which headings or paths it comes from, and what it becomes in landing."""

import re
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MONEY = pl.Decimal(18, 2)
DECIMAL = pl.Decimal(18, 6)
MOMENT = pl.Datetime("us")

# declared type → type in landing; money is yuan, moments are naive UTC
LANDED_TYPES: dict[str, pl.DataType] = {
    "id": pl.String(),
    "text": pl.String(),
    "json": pl.String(),
    "list": pl.String(),
    "phone": pl.String(),
    "phones": pl.String(),
    "email": pl.String(),
    "money_yuan": MONEY,
    "money_yuan_loose": MONEY,
    "money_fen": MONEY,
    "decimal": DECIMAL,
    "int": pl.Int64(),
    "bool": pl.Boolean(),
    "ts_cn": MOMENT,
    "ts_s": MOMENT,
    "ts_ms": MOMENT,
    "ts_us": MOMENT,
    "ts_iso": MOMENT,
    "ts_any": MOMENT,
    "ts_ctime": MOMENT,
    "date": pl.Date(),
}
# these land what can be used beside what the file shows (masked, virtual, landline, …)
SHOWN_TYPES = frozenset({"phone", "phones", "email"})
SEPARATED_TYPES = frozenset({"list", "phones"})

LINEAGE: dict[str, pl.DataType] = {
    "_source_file": pl.String(),
    "_line_number": pl.Int64(),
    "_content_hash": pl.String(),
    "_loaded_at": MOMENT,
    "_exported_at": MOMENT,
    "_extra": pl.String(),
}


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Declaration(BaseModel):
    """Part of a source's YAML; unknown settings are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(Declaration):
    """One column of a source.

    Attributes:
        name: Canonical name in landing.
        type: Declared type; ``list(,)`` and ``phones(,)`` name the separator in brackets.
        headings: Headings of a table or dotted paths of a document, the preferred one first; a
            path from ``/`` starts at the document instead of the row, ``.`` is the row itself.
        required: ``value``: a row without it is rejected; ``column``: a file without it is
            refused, a row may leave it empty; null: the file may lack it.
        match: ``contains``: a heading that holds the text is enough (questions of a survey).
        no_value: Cells that say nothing here, beside those of the source.
        pick: From a list of objects take this key of each.
        usually: What most cells of every file hold, ``not negative`` or words; a file in which
            they do not was read as something it is not.
        never: ``negative``: a row whose number is below zero is rejected.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: str
    headings: Annotated[Texts, Field(alias="from", min_length=1)]
    required: Literal["value", "column"] | None = None
    match: Literal["exact", "contains"] = "exact"
    no_value: Texts = ()
    pick: str | None = None
    usually: Texts = ()
    # exports of sources that do not say it need not land again because others do
    never: Annotated[Literal["negative"] | None, Field(exclude_if=lambda it: it is None)] = None

    @model_validator(mode="after")
    def _type_is_known(self) -> Self:
        if self.kind not in LANDED_TYPES:
            known = ", ".join(LANDED_TYPES)
            raise ValueError(f"type {self.type!r} is not known; use one of: {known}")
        if self.kind == "list" and not self.separator:
            raise ValueError("type list needs its separator: list(,)")
        if self.separator and self.kind not in SEPARATED_TYPES:
            raise ValueError(f"type {self.kind} takes no separator")
        if self.never and not LANDED_TYPES[self.kind].is_numeric():
            raise ValueError(f"type {self.kind} is no number, which never: negative is for")
        return self

    @property
    def kind(self) -> str:
        """The type without the separator."""
        return self.type.split("(", 1)[0]

    @property
    def separator(self) -> str:
        """What stands between the parts of a list, '' where the list is JSON."""
        found = re.fullmatch(r"\w+\((.+)\)", self.type)
        return found.group(1) if found else ""

    def landed(self) -> dict[str, pl.DataType]:
        """Names and types in landing: one, or the usable value beside the shown one."""
        columns = {self.name: LANDED_TYPES[self.kind]}
        if self.kind in SHOWN_TYPES:
            columns[f"{self.name}_shown"] = pl.String()
        return columns
