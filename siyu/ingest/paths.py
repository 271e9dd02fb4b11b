"""Dotted paths into a document: ``a.b``; from its root ``/a.b``; the row itself ``.``."""

from collections.abc import Iterator
from typing import Any

ROOT = "/"
ITSELF = "."


def split_path(path: str) -> tuple[str, ...]:
    """Keys of a path, none for the row itself."""
    return () if path == ITSELF else tuple(path.removeprefix(ROOT).split("."))


def follow(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands at a path, None where it ends early.

    Examples:
        >>> follow({"a": {"b": 1}}, ("a", "b")), follow({"a": 1}, ("a", "b"))
        (1, None)
    """
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def leftovers(row: Any, used: set[tuple[str, ...]]) -> dict[str, Any]:
    """Members of a row at no used path, under their dotted paths; empty ones left out.

    Examples:
        >>> leftovers({"a": {"b": 1, "c": 2}, "d": ""}, {("a", "b")})
        {'a.c': 2}
    """
    return dict(_left(row, used, ()))


def _left(
    value: Any, used: set[tuple[str, ...]], above: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        path = (*above, key)
        if path in used or member in (None, "", [], {}):
            continue
        if any(other[: len(path)] == path for other in used):
            yield from _left(member, used, path)
        else:
            yield ITSELF.join(path), member
