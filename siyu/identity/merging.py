"""Rows that stay and rows made anew as one table, in the order of a table made at once.

The rows that stay are never held: they pass from last night's file into tonight's.
"""

import polars as pl

from siyu.identity.packing import HASHES
from siyu.identity.rules import IdentityRules

_KEY = "order_key"
_KEY_DIGITS = 16  # of a hash in hex: as many as links are sorted by


def merge_rows(kept: pl.LazyFrame, made: pl.LazyFrame, key: pl.Expr) -> pl.LazyFrame:
    """Two tables in order as one in order.

    Args:
        kept: Rows in order.
        made: Others, in order too.
        key: What they are in order of.
    """
    one, other = (rows.with_columns(key.alias(_KEY)) for rows in (kept, made))
    return one.merge_sorted(other, key=_KEY).drop(_KEY)


def node_key(rules: IdentityRules) -> pl.Expr:
    """What ``identity_nodes`` are in order of: priority of the namespace, scope, identifier.

    Args:
        rules: Settings of identity resolution.
    """
    places = {name: f"{place:04}" for place, name in enumerate(rules.namespaces)}
    priority = pl.col("namespace").replace_strict(places, return_dtype=pl.String)
    # a scope goes before those that begin with it
    return pl.concat_str(priority, "scope", pl.lit("\0"), "identifier")


def link_key() -> pl.Expr:
    """What ``identity_links`` are in order of: the hashes of both ends, and the rule."""
    ends = (pl.col(end).str.slice(0, _KEY_DIGITS) for end in HASHES["links"])
    return pl.concat_str(*ends, "rule")


def record_key() -> pl.Expr:
    """What ``identity_records`` are in order of: a number made of the id."""
    # text takes twenty times as long, and nobody reads the order
    return pl.col("record_id").hash()
