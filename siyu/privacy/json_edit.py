"""JSON text without a person: their objects go from the lists, all other bytes stay as they are.

An object that holds a word of theirs goes whole, up to the member of a list it is in; so a group
keeps its other members and a page its other rows. What is gone leaves an empty object or text, so
that the rows after it keep their numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from json.decoder import scanstring  # type: ignore[attr-defined]

from siyu.privacy.reading import Count, Rule, is_receiver

BLANK = re.compile(r"[ \t\r\n]*")
SCALAR = re.compile(r"[^\s,\]}]+")
BETWEEN = re.compile(r"[ \t\r\n,]*")


@dataclass
class Node:
    """One value of a JSON text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        value: Text of a string or number.
        members: Of an object, by key.
        items: Of a list.
    """

    start: int
    end: int = 0
    value: str | None = None
    members: list[tuple[str, "Node"]] | None = None
    items: list["Node"] | None = None


@dataclass(frozen=True)
class Record:
    """An object that is a row of its own: a member of a list, or the whole text.

    Attributes:
        node: The object.
        path: Its place in the text.
        rule: How its columns are called.
        around: The record it is part of.
    """

    node: Node
    path: str
    rule: Rule
    around: "Record | None" = None

    @cached_property
    def cells(self) -> dict[str, str]:
        """Canonical column → value, those of the records around it too."""
        own = _cells(self.node, self.path, self.rule)
        return {**(self.around.cells if self.around else {}), **dict(own)}


@dataclass
class Edits:
    """Replacements in a text: start → end and what is put there."""

    places: dict[int, tuple[int, str]] = field(default_factory=dict)

    def put(self, node: Node, text: str) -> None:
        """Replace a value, and forget what was to be replaced within it."""
        for start in [at for at in reversed(self.places) if node.start <= at < node.end]:
            del self.places[start]
        self.places[node.start] = (node.end, text)

    def applied(self, text: str) -> str:
        """The text with the replacements, as many lines as before."""
        parts, at = [], 0
        for start, (end, put) in sorted(self.places.items()):
            parts += [text[at:start], put, "\n" * text.count("\n", start, end)]
            at = end
        return "".join([*parts, text[at:]])


def edit_json(text: str, rule: Rule, count: Count) -> str | None:
    """A text of one or more JSON values without the person.

    Args:
        text: One value, or several one after another.
        rule: Whose data goes.
        count: What is taken out is added here.

    Returns:
        The new text, None when nothing of it is left.

    Raises:
        ValueError: It is no JSON.
    """
    edits = Edits()
    kept = 0
    for node in _values(text):
        if _is_theirs(node, "", Record(node, "", rule), edits, count):
            edits.put(node, "")
            count.records += 1
        else:
            kept += 1
    return edits.applied(text) if kept else None


def _cells(node: Node, path: str, rule: Rule) -> Iterator[tuple[str, str]]:
    """Declared values of an object and of the objects in it."""
    for key, member in node.members or ():
        place = f"{path}.{key}" if path else key
        column = rule.column_of(place)
        if column is not None and member.value is not None:
            yield column, member.value
        yield from _cells(member, place, rule)


def _is_theirs(node: Node, path: str, record: Record, edits: Edits, count: Count) -> bool:
    """Whether a value goes whole; parts of it that go alone are noted."""
    rule = record.rule
    if node.items is not None:
        _edit_list(node.items, path, record, edits, count)
        return False
    if node.members is None:
        return rule.in_cell(rule.column_of(path), node.value or "", record.cells)
    is_theirs, receives = False, False
    for key, member in node.members:
        place = f"{path}.{key}" if path else key
        if not _is_theirs(member, place, record, edits, count):
            continue
        column = rule.column_of(place)
        if member.members is not None or (
            rule.is_own(column) and not rule.is_of_another(column, member.value or "", record.cells)
        ):
            is_theirs = True
            continue
        edits.put(member, '""')
        count.parts += 1
        receives = receives or is_receiver(column)
    if receives and not is_theirs:
        _blank_receiver(node, path, rule, edits)
    return is_theirs


def _blank_receiver(node: Node, path: str, rule: Rule, edits: Edits) -> None:
    """Name and address of the receiver go with the phone."""
    for key, member in node.members or ():
        place = f"{path}.{key}" if path else key
        if member.value is not None and is_receiver(rule.column_of(place)):
            edits.put(member, '""')


def _edit_list(items: list[Node], path: str, record: Record, edits: Edits, count: Count) -> None:
    for item in items:
        before = count.parts
        inner = record if item.members is None else Record(item, path, record.rule, record)
        if _is_theirs(item, path, inner, edits, count):
            edits.put(item, "{}" if item.members is not None else '""')
            count.parts = before
            count.records += 1


def _values(text: str) -> Iterator[Node]:
    at = _after(BETWEEN, text, 1 if text.startswith("\ufeff") else 0)
    while at < len(text):
        node = _read(text, at)
        yield node
        at = _after(BETWEEN, text, node.end)


def _read(text: str, at: int) -> Node:
    first = text[at : at + 1]
    if first == "{":
        return _read_object(text, at)
    if first == "[":
        return _read_list(text, at)
    if first == '"':
        value, end = scanstring(text, at + 1, False)
        return Node(at, end, value=value)
    found = SCALAR.match(text, at)
    if not found:
        raise ValueError(at)
    return Node(at, found.end(), value=found.group())


def _read_object(text: str, at: int) -> Node:
    node = Node(at, members=[])
    at = _after(BETWEEN, text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise ValueError(at)
        key, at = scanstring(text, at + 1, False)
        at = _after(BLANK, text, at)
        if text[at : at + 1] != ":":
            raise ValueError(at)
        member = _read(text, _after(BLANK, text, at + 1))
        assert node.members is not None
        node.members.append((key, member))
        at = _after(BETWEEN, text, member.end)
    node.end = at + 1
    return node


def _read_list(text: str, at: int) -> Node:
    node = Node(at, items=[])
    at = _after(BETWEEN, text, at + 1)
    while text[at : at + 1] != "]":
        item = _read(text, at)
        assert node.items is not None
        node.items.append(item)
        at = _after(BETWEEN, text, item.end)
    node.end = at + 1
    return node


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
