"""Identifiers as people may see them: enough to recognise, too little to contact."""

import polars as pl


def mask_identifiers(identifier: pl.Expr) -> pl.Expr:
    """Mask identifiers of any kind.

    Args:
        identifier: Identifiers in the clear.

    Examples:
        >>> identifiers = ["13912345678", "lilei@qq.com", "8000002", "1@#4lieZHOnwomfAh=="]
        >>> pl.select(mask_identifiers(pl.Series(identifiers))).to_series().to_list()
        ['139****5678', 'l***@qq.com', '8****02', '1@#4****Ah==']
    """
    length = identifier.str.len_chars()
    # an openid of Douyin has an @ in it, too
    is_email = identifier.str.contains(r"^[^@]+@[^@#=/+]+\.[^@#=/+.]+$")
    return (
        pl.when(is_email)
        .then(identifier.str.replace(r"^(.)[^@]*@", "${1}***@"))
        .when(length >= 16)
        .then(identifier.str.slice(0, 4) + "****" + identifier.str.slice(-4))
        .when(length >= 11)
        .then(identifier.str.slice(0, 3) + "****" + identifier.str.slice(-4))
        .when(length >= 6)
        .then(identifier.str.slice(0, 1) + "****" + identifier.str.slice(-2))
        .otherwise(pl.lit("****"))
    )


def describe_node(namespace: str, identifier: str) -> str:
    """An identifier in a message, masked."""
    masked = pl.select(mask_identifiers(pl.lit(identifier))).item()
    return f"{namespace} {masked}"
