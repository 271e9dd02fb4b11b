"""XML callbacks and HTML tables without a person; what is gone leaves its lines behind."""

import re
from collections.abc import Mapping

from siyu.privacy.reading import Count, Rule

END = "</xml>"
ELEMENT = re.compile(r"<(\w+)>(?:\s*<!\[CDATA\[(.*?)\]\]>\s*|([^<]*))</\1>", re.DOTALL)
ROW = re.compile(r"(<tr\b[^>]*>)(.*?)(</tr\s*>)", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")


def edit_callbacks(text: str, rule: Rule, count: Count) -> tuple[str, str]:
    """Callbacks of a log without the person's.

    Args:
        text: Part of the log.
        rule: Whose data goes.
        count: What is taken out is added here.

    Returns:
        The text up to the end of the last whole callback, and the rest as it was.
    """
    *bodies, rest = text.split(END)
    return "".join(_edited(body + END, rule, count) for body in bodies), rest


def _edited(callback: str, rule: Rule, count: Count) -> str:
    if not rule.may_concern(callback):
        return callback
    beside = {
        column: _value(element)
        for element in ELEMENT.finditer(callback)
        if (column := rule.column_of(_path(element, rule))) is not None
    }
    if not _names(callback, rule, beside):
        return callback
    found = Count()

    def blank_other(element: re.Match[str]) -> str:
        value, column = _value(element), rule.column_of(_path(element, rule))
        is_mention = not rule.is_own(column) or rule.is_of_another(column, value, beside)
        if is_mention and rule.tombstones.in_text(value):
            found.parts += 1
            return f"<{element.group(1)}></{element.group(1)}>"
        return element.group()

    changed = ELEMENT.sub(blank_other, callback)
    if found.parts and not _names(changed, rule, beside):
        count.parts += found.parts
        return changed
    count.records += 1
    return "\n" * callback.count("\n")


def _path(element: re.Match[str], rule: Rule) -> str:
    """The declared path that ends in this element; its own name when none does."""
    ends = (path for path in rule.columns_at if path.rpartition(".")[2] == element.group(1))
    return next(ends, element.group(1))


def _value(element: re.Match[str]) -> str:
    return element.group(2) or element.group(3) or ""


def _names(callback: str, rule: Rule, beside: Mapping[str, str]) -> bool:
    return rule.tombstones.in_text(callback) or any(
        rule.in_cell(rule.column_of(_path(element, rule)), _value(element), beside)
        for element in ELEMENT.finditer(callback)
    )


def edit_page(text: str, rule: Rule, count: Count) -> str:
    """Tables of a web page without the person's rows."""

    def edited(row: re.Match[str]) -> str:
        if not rule.tombstones.in_text(TAGS.sub(" ", row.group(2))):
            return row.group()
        count.records += 1
        return row.group(1) + row.group(3)

    return ROW.sub(edited, text)
