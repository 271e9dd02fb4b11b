"""The one statement a database is asked: named columns of one table, as text.

The database itself turns values into text, so no digit of an id or an amount is lost on the way;
the declared source reads the text, as it does that of any export.
"""

from datetime import datetime, timedelta

from siyu.pull.failures import PullRefusedError
from siyu.pull.settings import DatabasePull

# times with an offset are shown in the brand's time zone, as exports are
SESSION = {
    "postgresql": [
        "set timezone to 'Asia/Shanghai'",
        "set session characteristics as transaction read only",
    ],
    "mysql": ["set time_zone = '+08:00'", "set session transaction read only"],
}
DEFAULT_PORTS = {"postgresql": 5432, "mysql": 3306}


def select_rows(settings: DatabasePull, watermark: str | None) -> str:
    """The query of one pull.

    Args:
        settings: Table, columns and watermark column.
        watermark: Largest value seen; rows from there on, and those without one, are asked for.

    Raises:
        PullRefusedError: The watermark is neither a time nor a number.
    """
    columns = ", ".join(
        f"{_text(settings, column)} as {_name(settings, heading)}"
        for heading, column in settings.columns.items()
    )
    table = ".".join(_name(settings, part) for part in settings.table.split("."))
    query = f"select {columns} from {table}"
    if settings.watermark is None or watermark is None:
        return query
    column = _name(settings, settings.watermark)
    start = _literal(settings, watermark)
    return f"{query} where {column} >= {start} or {column} is null"


def watermark_key(value: str, settings: DatabasePull) -> tuple[int, datetime | int]:
    """What watermark values are compared by: numbers as numbers, times as times.

    Raises:
        PullRefusedError: The value is neither.
    """
    if value.isdecimal():
        return (0, int(value))
    try:
        return (1, datetime.fromisoformat(value))
    except ValueError:
        raise PullRefusedError(
            f"{settings.name}: watermark {settings.watermark} holds values that are neither times "
            "nor whole numbers; name another column or leave watermark out"
        ) from None


def _text(settings: DatabasePull, column: str) -> str:
    name = _name(settings, column)
    if settings.kind == "mysql":
        return f"cast({name} as char)"
    # unlike a cast it writes times in ISO form with the whole offset, and arrays as JSON
    return f"to_jsonb({name}) #>> '{{}}'"


def _name(settings: DatabasePull, name: str) -> str:
    quote = "`" if settings.kind == "mysql" else '"'
    return quote + name.replace(quote, quote * 2) + quote


def _literal(settings: DatabasePull, watermark: str) -> str:
    _, value = watermark_key(watermark, settings)
    if isinstance(value, int):
        return str(value)
    early = value - timedelta(hours=settings.repeat_hours)
    return f"'{early.isoformat(sep=' ')}'"
