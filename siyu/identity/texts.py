"""Texts picked out of many others, in memory of their own."""

import polars as pl


def copied(column: pl.Series) -> pl.Series:
    """The same texts without those they were picked from.

    A picked text points into the memory of all texts that were read beside it, and keeps them.

    Args:
        column: Texts.
    """
    return pl.Series(column.name, column.to_arrow(compat_level=pl.CompatLevel.oldest()))
