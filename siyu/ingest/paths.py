"""Dotted paths into documents: ``a.b``; from the document's root ``/a.b``; the row itself ``.``."""

from collections.abc import Iterator, Sequence
from typing import Any

ROOT = "/"
ITSELF = "."
Keys = tuple[str, ...]


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

    def at(self, keys: Keys) -> Sequence[Any]:
        """What stands at a path in each row, None where it ends early."""
        if keys not in self._found:
            key = keys[-1]
            above = self.at(keys[:-1])
            self._found[keys] = [v.get(key) if type(v) is dict else None for v in above]
        return self._found[keys]


class Leftovers:
    """Members of rows at no used path, so that nothing a document says is lost."""

    def __init__(self, used: set[Keys]) -> None:
        """Leave out these paths."""
        self._used = used
        self._above = {path[:length] for path in used for length in range(1, len(path))}
        self._plain: dict[Keys, bool] = {}

    def of(self, row: Any) -> dict[str, Any]:
        """Under their dotted paths, empty ones left out.

        Examples:
            >>> Leftovers({("a", "b")}).of({"a": {"b": 1, "c": 2}, "d": ""})
            {'a.c': 2}
        """
        return dict(self._left(row, ())) if type(row) is dict else {}

    def leaves_nothing(self, shape: Keys) -> bool:
        """Whether rows with these keys have no other members, whatever they hold."""
        known = self._plain.get(shape)
        if known is None:
            known = self._plain[shape] = all((key,) in self._used for key in shape)
        return known

    def _left(self, value: dict[str, Any], above: Keys) -> Iterator[tuple[str, Any]]:
        for key, member in value.items():
            path = (*above, key)
            if path in self._used or member in (None, "", [], {}):
                continue
            if path in self._above and isinstance(member, dict):
                yield from self._left(member, path)
            else:
                yield ITSELF.join(path), member
