"""Identifiers that may link nothing: on a block list of the brand, or of no usable form."""

import polars as pl

from siyu.identity.rules import BlockList, IdentityRules


def blocked_reason(rules: IdentityRules, namespace: str | None = None) -> pl.Expr:
    """Why an identifier may link nothing, whoever it stands beside; null = it may.

    Args:
        rules: Settings of identity resolution.
        namespace: The only namespace of the rows, if they have but one.
    """
    reason = pl.lit(None, pl.String)
    for listed in rules.block_lists:
        if None in (namespace, listed.namespace) or namespace == listed.namespace:
            reason = pl.when(_is_listed(listed)).then(pl.lit(listed.why)).otherwise(reason)
    for name, rule in rules.namespaces.items():
        if rule.usable and namespace in (None, name):
            unusable = ~pl.col("identifier").str.contains(f"^(?:{rule.usable})$")
            in_namespace = pl.col("namespace").cast(pl.String) == name
            unlisted = pl.when(in_namespace & unusable).then(pl.lit("unusable"))
            reason = pl.coalesce(reason, unlisted)
    return reason.alias("blocked_reason")


def _is_listed(listed: BlockList) -> pl.Expr:
    hit = pl.col("identifier").is_in(list(listed.identifiers))
    if listed.patterns:
        pattern = "|".join(f"(?:{pattern})" for pattern in listed.patterns)
        hit = hit | pl.col("identifier").str.contains(f"^(?:{pattern})$")
    if listed.namespace is None:
        return hit
    return hit & (pl.col("namespace").cast(pl.String) == listed.namespace)
