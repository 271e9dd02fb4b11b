"""What people look at first in audiences: how their sizes went over the days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl


def sizes_by_day(
    members: Mapping[date, pl.DataFrame], audiences: Iterable[str]
) -> tuple[Sequence[date], dict[str, list[int]]]:
    """Members of each audience on each day, those held out counted in.

    Args:
        members: Day → rows of ``audience_members`` of that day; at least one day.
        audiences: Names; one without members on a day has 0.

    Returns:
        The days, oldest first, and name → size on each of them.

    Examples:
        >>> rows = pl.DataFrame({"audience": ["vip", "vip"], "customer_id": ["C1", "C2"]})
        >>> sizes_by_day({date(2026, 6, 18): rows}, ["new", "vip"])
        ([datetime.date(2026, 6, 18)], {'new': [0], 'vip': [2]})
    """
    days = sorted(members)
    counted = [dict(members[day]["audience"].value_counts().iter_rows()) for day in days]
    return days, {name: [counts.get(name, 0) for counts in counted] for name in audiences}
