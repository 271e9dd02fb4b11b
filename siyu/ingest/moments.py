"""Moments and days out of text: local times of China and offsets become naive UTC.

A text that is no such moment becomes null; the caller rejects its row.
"""

import polars as pl

from siyu.business_day import SHANGHAI_OFFSET
from siyu.ingest.columns import MOMENT
from siyu.ingest.wrappings import narrow, unwrap_ids

PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-5][0-9]:[0-5][0-9]$"
PLAIN_FORMAT = "%Y-%m-%d %H:%M:%S"
SHOWN = (
    r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    r"(?:[T ]\s*([0-9]{1,2})[:时]([0-5][0-9])(?:[:分]([0-5][0-9])秒?(?:[.,]([0-9]{1,9}))?)?分?)?"
    r"\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?$"
)
DAY = r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ]\s*00:00(?::00(?:\.0+)?)?)?$"
COMPACT_DAY = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
COMPACT_TIME = r"^(20[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-5][0-9])([0-5][0-9])$"
# what a spreadsheet shows of a date whose cell has lost its format: days since 1899-12-30
BARE_DIGITS = r"[0-9]{5}(?:[0-9]{9}|\.[0-9]+)?['`]*$"
SERIAL_DAY = r"^[1-7][0-9]{4}$"
SERIAL_TIME = r"^[3-7][0-9]{4}(?:\.[0-9]+)?$"
# five digits of a day are less than half a second
TO_THE_SECOND = r"\.[0-9]{5,}$"
SECONDS_A_DAY, QUARTER_HOUR = 86_400, 900
FIRST_SERIAL = -25_569 * SECONDS_A_DAY
# Thu Jun 18 20:05:00 +0800 2026
CTIME = r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4} [0-9]{4}$"

# an export of private-domain trade holds no moment outside these; a birthday may be older
FIRST_YEAR, LAST_YEAR = 2000, 2099
FIRST_BIRTH_YEAR = 1900
MICROSECONDS = {"ts_s": 1_000_000, "ts_ms": 1_000, "ts_us": 1}
# MySQL writes these where there is no date
ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "0001-01-01 00:00:00")


def read_local_times(cells: pl.Series) -> pl.Series:
    """Times of Asia/Shanghai, or with an offset of their own, as naive UTC.

    Examples:
        >>> read_local_times(pl.Series(["2026-06-18 20:00:00", "2026/6/18 8:05"])).to_list()
        [datetime.datetime(2026, 6, 18, 12, 0), datetime.datetime(2026, 6, 18, 0, 5)]
        >>> read_local_times(pl.Series(["20260618200000", "46191.833333333"])).to_list()
        [datetime.datetime(2026, 6, 18, 12, 0), datetime.datetime(2026, 6, 18, 12, 0)]
    """
    moments = _read_times(cells, minutes_east=480)
    bare = moments.is_null() & cells.str.contains(BARE_DIGITS).fill_null(False)
    if bare.any():
        moments = moments.fill_null(_read_bare_times(cells.set(~bare, None)))
    return _within_years(moments)


def read_utc_times(cells: pl.Series) -> pl.Series:
    """Times of UTC, or with an offset of their own, as naive UTC.

    Examples:
        >>> read_utc_times(pl.Series(["2026-06-18T12:03:50.875Z"])).to_list()
        [datetime.datetime(2026, 6, 18, 12, 3, 50, 875000)]
        >>> read_utc_times(pl.Series(["2026-06-18T20:03:50+08:00"])).to_list()
        [datetime.datetime(2026, 6, 18, 12, 3, 50)]
    """
    return _within_years(_read_times(cells, minutes_east=0))


def read_epochs(cells: pl.Series, *, unit: str) -> pl.Series:
    """Unix time in seconds, milliseconds or microseconds (``ts_s``, ``ts_ms``, ``ts_us``).

    Examples:
        >>> read_epochs(pl.Series(["1781784000", "0"]), unit="ts_s").to_list()
        [datetime.datetime(2026, 6, 18, 12, 0), None]
    """
    digits = _only(cells, r"^[0-9]{1,17}$")
    microseconds = digits.cast(pl.Int64) * MICROSECONDS[unit]
    return _within_years(microseconds.cast(MOMENT, strict=False))


def read_any_times(cells: pl.Series) -> pl.Series:
    """Unix seconds (10 digits), milliseconds (12 or 13), else a time of Asia/Shanghai.

    Source:
        GrowingIO ``gio-importer``, ``data_format_util.py``.
    """
    seconds, millis = _only(cells, r"^[0-9]{10}$"), _only(cells, r"^[0-9]{12,13}$")
    moments = read_epochs(seconds, unit="ts_s").fill_null(read_epochs(millis, unit="ts_ms"))
    return moments.fill_null(read_local_times(cells))


def read_ctimes(cells: pl.Series) -> pl.Series:
    """Times as C prints them, with an offset.

    Examples:
        >>> read_ctimes(pl.Series(["Thu Jun 18 20:05:00 +0800 2026"])).to_list()
        [datetime.datetime(2026, 6, 18, 12, 5)]
    """
    moments = _only(cells, CTIME).str.to_datetime(
        "%a %b %d %H:%M:%S %z %Y", time_unit="us", time_zone="UTC", strict=False
    )
    return _within_years(moments.dt.replace_time_zone(None))


def read_days(cells: pl.Series) -> pl.Series:
    """Calendar days: ``2026-06-18``, ``20260618``, ``2026/6/18``; no time of day but midnight.

    Examples:
        >>> read_days(pl.Series(["20170313", "2026/6/8", "2026-06-18 20:00:00"])).to_list()
        [datetime.date(2017, 3, 13), datetime.date(2026, 6, 8), None]
        >>> read_days(pl.Series(["46191"])).to_list()
        [datetime.date(2026, 6, 18)]
    """
    texts = narrow(unwrap_ids(cells))
    parts = [
        texts.str.extract(DAY, number).fill_null(texts.str.extract(COMPACT_DAY, number))
        for number in (1, 2, 3)
    ]
    days = (parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)).str.to_date(
        "%Y-%m-%d", strict=False
    )
    serial = _only(texts, SERIAL_DAY)
    if serial.is_not_null().any():
        days = days.fill_null(_from_serial(serial).dt.date())
    outside = ~days.dt.year().is_between(FIRST_BIRTH_YEAR, LAST_YEAR)
    return days.set(outside.fill_null(False), None)


def _read_times(cells: pl.Series, *, minutes_east: int) -> pl.Series:
    offset = pl.duration(minutes=minutes_east)
    if cells.str.contains(PLAIN).all():
        moments = cells.str.to_datetime(PLAIN_FORMAT, time_unit="us", strict=False)
        return moments.to_frame("at").select(pl.col("at") - offset)["at"]
    texts = narrow(unwrap_ids(cells)).alias("text").to_frame()
    part = [pl.col("text").str.extract(SHOWN, number) for number in range(1, 9)]
    clock = [part[number].fill_null("0").str.zfill(2) for number in (3, 4, 5)]
    days = [part[0], *(part[number].str.zfill(2) for number in (1, 2))]
    written = pl.concat_str([*days, *clock], separator=" ")
    fraction = part[6].fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    zone = part[7].str.replace(":", "")
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    east = (
        pl.when(zone.is_in(["Z", "UTC"]))
        .then(0)
        .when(zone.is_not_null())
        .then(sign * (zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60))
        .otherwise(None)
    )
    rest = sign * zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    return texts.select(
        (
            written.str.to_datetime("%Y %m %d %H %M %S", time_unit="us", strict=False)
            + pl.duration(microseconds=fraction)
            - pl.duration(minutes=(east + rest).fill_null(minutes_east))
        ).alias("at")
    )["at"]


def _read_bare_times(cells: pl.Series) -> pl.Series:
    """Local times written as digits only: ``20260618200000``, or a spreadsheet's day number."""
    texts = narrow(unwrap_ids(cells))
    compact = texts.str.replace(COMPACT_TIME, "$1-$2-$3 $4:$5:$6")
    moments = compact.str.to_datetime(PLAIN_FORMAT, time_unit="us", strict=False)
    moments = moments.fill_null(_from_serial(_only(texts, SERIAL_TIME)))
    return moments - SHANGHAI_OFFSET


def _from_serial(serial: pl.Series) -> pl.Series:
    """Local moments of day numbers, to the second; null where too few digits were kept."""
    moments = (serial.cast(pl.Float64) * SECONDS_A_DAY).round().cast(pl.Int64)
    if not serial.str.contains(TO_THE_SECOND).any():
        # 46191.83 is 19:55:12 or any of the 863 seconds around it; 46191.75 is 18:00
        moments = moments.set((moments % QUARTER_HOUR != 0).fill_null(True), None)
    return ((moments + FIRST_SERIAL) * MICROSECONDS["ts_s"]).cast(MOMENT)


def _only(cells: pl.Series, pattern: str) -> pl.Series:
    """Cells of a pattern, the others null."""
    fits = cells.str.contains(pattern)
    return cells if fits.all() else cells.set((~fits).fill_null(True), None)


def _within_years(moments: pl.Series) -> pl.Series:
    local = moments + SHANGHAI_OFFSET
    outside = ~local.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return moments.set(outside.fill_null(False), None) if outside.any() else moments
