"""The eight RFM segments and their names.

Source:
    The RFM matrix of eight of Chinese retail practice; names as the trade writes them.
"""

import polars as pl

# (near, frequent, high amount) → segment, Chinese name
SEGMENTS: dict[tuple[bool, bool, bool], tuple[str, str]] = {
    (True, True, True): ("important_value", "重要价值"),
    (True, False, True): ("important_develop", "重要发展"),
    (False, True, True): ("important_keep", "重要保持"),
    (False, False, True): ("important_winback", "重要挽留"),
    (True, True, False): ("general_value", "一般价值"),
    (True, False, False): ("general_develop", "一般发展"),
    (False, True, False): ("general_keep", "一般保持"),
    (False, False, False): ("general_winback", "一般挽留"),
}


def name_segments() -> list[pl.Expr]:
    """Columns ``rfm_segment`` and ``rfm_segment_zh`` from ``is_near, is_frequent, is_high``.

    All three null, as of customers without an order, gives null names.
    """
    code = (
        pl.col("is_near").cast(pl.Int8) * 4
        + pl.col("is_frequent").cast(pl.Int8) * 2
        + pl.col("is_high").cast(pl.Int8)
    )
    codes = [near * 4 + frequent * 2 + high for near, frequent, high in SEGMENTS]
    return [
        code.replace_strict(
            codes,
            [names[place] for names in SEGMENTS.values()],
            default=None,
            return_dtype=pl.String,
        ).alias(column)
        for place, column in enumerate(("rfm_segment", "rfm_segment_zh"))
    ]
