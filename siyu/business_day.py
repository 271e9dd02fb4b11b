"""The brand's calendar: days and quarters in Asia/Shanghai, moments in naive UTC.

Reading clocks does not belong here: the as-of date is always an argument.
"""

from datetime import date, datetime, timedelta, timezone

# China has one time zone and no summer time since 1991
SHANGHAI_OFFSET = timedelta(hours=8)
SHANGHAI = timezone(SHANGHAI_OFFSET)
MONTHS_PER_QUARTER = 3
QUARTERS_PER_YEAR = 4


def end_of_day(day: date) -> datetime:
    """First moment after a business day, naive UTC: facts before it count on that day.

    Examples:
        >>> end_of_day(date(2026, 6, 18))
        datetime.datetime(2026, 6, 18, 16, 0)
    """
    return datetime(day.year, day.month, day.day) + timedelta(days=1) - SHANGHAI_OFFSET  # noqa: DTZ001


def quarter_start(day: date, *, quarters_back: int = 0) -> date:
    """First day of the calendar quarter a day lies in, or of an earlier one.

    Examples:
        >>> quarter_start(date(2026, 6, 18)), quarter_start(date(2026, 2, 1), quarters_back=3)
        (datetime.date(2026, 4, 1), datetime.date(2025, 4, 1))
    """
    quarter = day.year * QUARTERS_PER_YEAR + (day.month - 1) // MONTHS_PER_QUARTER - quarters_back
    year, number = divmod(quarter, QUARTERS_PER_YEAR)
    return date(year, number * MONTHS_PER_QUARTER + 1, 1)
