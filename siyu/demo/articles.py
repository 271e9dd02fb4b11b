"""How exports name the articles of an order."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import PRODUCTS
from siyu.demo.text_lines import grouped
from siyu.demo.tokens import numbers


def of_product(lines: pl.DataFrame, what: str) -> pl.Series:
    """One attribute of each line's article: ``sku``, ``title``, ``size``."""
    return pl.Series([str(getattr(article, what)) for article in PRODUCTS]).gather(lines["product"])


def article_ids(lines: pl.DataFrame, first: int) -> pl.Series:
    """A platform's own numbers of articles, counted from its first one."""
    return numbers(first + lines["product"].to_numpy().astype(np.int64))


def order_titles(lines: pl.DataFrame, *, between: str) -> pl.Series:
    """The titles in each order joined; one text per order, in the orders' own order."""
    titles = of_product(lines, "title") + of_product(lines, "size")
    return grouped(titles, lines["row"].to_numpy(), between=between)["text"]


def order_descriptions(lines: pl.DataFrame) -> pl.Series:
    """``舒缓面霜*1`` joined by commas; one text per order."""
    texts = of_product(lines, "title") + "*" + lines["quantity"].cast(pl.String)
    return grouped(texts, lines["row"].to_numpy(), between="，")["text"]


def order_quantities(lines: pl.DataFrame, orders: int) -> pl.Series:
    """Pieces in each order as text."""
    pieces = np.bincount(
        lines["row"].to_numpy(), weights=lines["quantity"].to_numpy(), minlength=orders
    )
    return numbers(pieces.astype(np.int64))
