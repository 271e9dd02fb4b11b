"""Dotted paths into documents: ``a.b``; from the document's root ``/a.b``; the row itself ``.``."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

ROOT = "/"
ITSELF = "."
Keys = tuple[str, ...]
NUMBERS = (bool, int, float)
NO_MEMBERS: dict[str, Any] = {}


def split_path(path: str) -> Keys:
    """Keys of a path, none for the row itself."""
    return () if path == ITSELF else tuple(path.removeprefix(ROOT).split("."))


def follow(value: Any, keys: Keys) -> Any:
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


class Members:
    """Values at paths of many rows at once; what two paths share is followed once."""

    def __init__(self, rows: Sequence[Any]) -> None:
        """Follow paths into these rows."""
        self._found: dict[Keys, Sequence[Any]] = {(): rows}
        self._objects: dict[Keys, list[dict[str, Any]]] = {}

    def at(self, keys: Keys) -> Sequence[Any]:
        """What stands at a path in each row, None where it ends early."""
        if keys not in self._found:
            objects = self._objects_at(keys[:-1])
            # a loop of its own takes twice as long
            self._found[keys] = list(map(dict.get, objects, repeat(keys[-1])))
        return self._found[keys]

    def _objects_at(self, keys: Keys) -> list[dict[str, Any]]:
        if keys not in self._objects:
            self._objects[keys] = [v if type(v) is dict else NO_MEMBERS for v in self.at(keys)]
        return self._objects[keys]


class Leftovers:
    """Members of rows at no used path, so that nothing a document says is lost."""

    def __init__(self, used: set[Keys]) -> None:
        """Leave out these paths."""
        self._used = used
        self._above = {path[:length] for path in used for length in range(1, len(path))}
        self._unused: dict[Keys, Keys] = {}

    def of(self, row: Any) -> dict[str, Any]:
        """Under their dotted paths, empty ones left out.

        Examples:
            >>> Leftovers({("a", "b")}).of({"a": {"b": 1, "c": 2}, "d": ""})
            {'a.c': 2}
        """
        return dict(self._left(row, (), self.unused(tuple(row)))) if type(row) is dict else {}

    def unused(self, shape: Keys) -> Keys:
        """Of the keys of a row those that may hold other members, whatever they hold."""
        known = self._unused.get(shape)
        if known is None:
            known = self._unused[shape] = tuple(key for key in shape if (key,) not in self._used)
        return known

    def _left(
        self, value: dict[str, Any], above: Keys, keys: Iterable[str]
    ) -> Iterator[tuple[str, Any]]:
        for key in keys:
            member = value[key]
            # no and 0 say something
            if not member and type(member) not in NUMBERS:
                continue
            path = (*above, key)
            if path in self._used:
                continue
            if type(member) is dict and path in self._above:
                yield from self._left(member, path, member)
            else:
                yield ITSELF.join(path), member
