"""What each night knew: enough to answer its day again, when more is known today.

A record is written when a night has published and is never changed. Keeping records on disk is
the caller's part (`assets.nights`); which rule finds the night of a day stands in
``docs/decisions``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

import orjson

from siyu.business_day import end_of_day
from siyu.errors import SiyuError

FORMAT = 1


class NightRecordError(SiyuError):
    """A record of a night cannot be read; the days it answered cannot be answered as then."""


@dataclass(frozen=True)
class Night:
    """One night that ended well.

    Attributes:
        as_of_date: Day it answered for.
        ended_at: When, naive UTC.
        landed_until: Newest moment of loading among the exports that had landed, naive UTC; null
            when nothing had landed.
        identity_entries: Entries the identity ledger had; null in nights before records were
            kept, whose entries are those up to its day.
        lists: File below ``ledger/`` that people write → start of the hash of its content.
        config: File below ``config/`` → start of the hash of its content.
    """

    as_of_date: date
    ended_at: datetime
    landed_until: datetime | None
    identity_entries: int | None = None
    lists: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The record as it is kept."""
        return orjson.dumps({"format": FORMAT, **asdict(self)}, option=orjson.OPT_INDENT_2)

    def knew_the_same(self, other: "Night") -> bool:
        """Whether another night answered the same day from the same."""
        return self == replace(other, ended_at=self.ended_at)


def decode_night(content: bytes, *, file: str) -> Night:
    """Read a record.

    Args:
        content: What `Night.encode` gave.
        file: Its path, for the message.

    Raises:
        NightRecordError: It is no record, or a newer Siyu wrote it.
    """
    try:
        told = orjson.loads(content)
        if told.pop("format") != FORMAT:
            raise ValueError
        until = told.pop("landed_until")
        return Night(
            as_of_date=date.fromisoformat(told.pop("as_of_date")),
            ended_at=datetime.fromisoformat(told.pop("ended_at")),
            landed_until=None if until is None else datetime.fromisoformat(until),
            **told,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NightRecordError(
            f"{file} is no record of a night that this Siyu can read; restore the ledger from the "
            "last backup: `siyu restore FILE --home DIR` (docs/runbook.md)."
        ) from None


def night_of(
    nights: Sequence[Night], day: date, *, first_landed: datetime | None = None
) -> Night | None:
    """Whose knowledge answers a day: the last night for it, or else for the nearest day before.

    A day before the first night is answered from what had landed when the day ended, or, when
    nothing had, from what landed first; ids and lists are those of the first night.

    Args:
        nights: In the order in which they ran.
        day: The day to answer.
        first_landed: Oldest moment of loading in the home.

    Returns:
        The night, none when no night ran. Its ``as_of_date`` tells whether it is the day's own.

    Examples:
        >>> ran = [
        ...     Night(date(2026, 3, day), datetime(2026, 3, day + 1), None) for day in (1, 2, 5)
        ... ]
        >>> [night_of(ran, date(2026, 3, day)).as_of_date.day for day in (2, 4, 9)]
        [2, 2, 5]
    """
    known = [night for night in nights if night.as_of_date <= day]
    if known:
        nearest = max(night.as_of_date for night in known)
        return [night for night in known if night.as_of_date == nearest][-1]
    if not nights:
        return None
    first = nights[0]
    if first.landed_until is None or first_landed is None:
        return first
    until = max(end_of_day(day), first_landed)
    return replace(first, landed_until=min(first.landed_until, until))


def changed_since(night: Night, config: Mapping[str, str]) -> list[str]:
    """Files of the config that are not as the night read them.

    Args:
        night: The night; one of before records were kept says nothing about config.
        config: File → start of the hash of its content, as it is now.
    """
    if not night.config:
        return []
    return sorted(
        name for name in night.config.keys() | config if night.config.get(name) != config.get(name)
    )
