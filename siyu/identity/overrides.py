"""What a person decided: two identifiers that always, or never, are one customer.

Rows of ``ledger/overrides.csv`` are replayed in every run; of two rows about one pair the newer
one holds.
"""

from dataclasses import dataclass

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.guards import APART_SCHEMA, ORDERED

ACTIONS = ("never_link", "always_link")
ENDS = ("left", "right")


class OverrideError(SiyuError):
    """A row of the overrides that says nothing usable."""


@dataclass(frozen=True)
class Orders:
    """Overrides in node numbers.

    Attributes:
        always: ``left``, ``right``, ``row`` (line of the file).
        never: Columns of ``APART_SCHEMA``.
    """

    always: pl.DataFrame
    never: pl.DataFrame


def number_overrides(overrides: pl.DataFrame, nodes: pl.DataFrame) -> Orders:
    """Replace identifiers by node numbers, the newest row of each pair.

    Args:
        overrides: Columns of ``OVERRIDES_SCHEMA``, oldest first.
        nodes: ``node``, ``namespace``, ``scope``, ``identifier``.

    Raises:
        OverrideError: An action is not known; names the row.
    """
    rows = overrides.with_row_index("row", offset=2)  # line 1 of the file holds the headings
    wrong = rows.filter(~pl.col("action").is_in(ACTIONS).fill_null(False))
    if wrong.height:
        raise OverrideError(
            f"ledger/overrides.csv:{wrong['row'][0]}: action must be one of {', '.join(ACTIONS)}"
        )
    named = pl.concat([rows["left_identifier"], rows["right_identifier"]]).unique()
    known = nodes.filter(pl.col("identifier").is_in(named.implode())).with_columns(
        pl.col("namespace", "scope").cast(pl.String)
    )
    for end in ENDS:
        keys = [f"{end}_namespace", f"{end}_scope", f"{end}_identifier"]
        rows = rows.with_columns(pl.col(f"{end}_scope").fill_null("")).join(
            known.select(pl.col("node").alias(end), "namespace", "scope", "identifier"),
            left_on=keys,
            right_on=["namespace", "scope", "identifier"],
            how="left",
        )
    found = rows.drop_nulls(["left", "right"]).sort("row")
    newest = (
        found.with_columns(
            low=pl.min_horizontal("left", "right").cast(pl.Int64),
            high=pl.max_horizontal("left", "right").cast(pl.Int64),
        )
        .filter(pl.col("low") != pl.col("high"))
        .unique(["low", "high"], keep="last", maintain_order=True)
        .select("action", "row", left="low", right="high")
        .sort("left", "right")
    )
    never = newest.filter(pl.col("action") == "never_link").select(
        "left", "right", reason=pl.lit("never_link"), from_class=pl.lit(ORDERED, pl.Int8)
    )
    return Orders(
        always=newest.filter(pl.col("action") == "always_link").select("left", "right", "row"),
        never=never.cast(APART_SCHEMA),
    )
