"""Messages without people's data: what comes from a file or another program may hold some."""

import re

HIDDEN = "…"
EMAIL = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}|\+[1-9][0-9]{7,14})(?![0-9])"
)
# letters and digits mixed, as in the ids of platforms
ID = re.compile(r"\b(?=[0-9A-Za-z_-]*[0-9])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z_-]{16,}")
# names and addresses; long numbers
CELL = re.compile(r"[\u3400-\u9fff·]+|[0-9]{5,}")
QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def hide_people(text: str) -> str:
    """A message without mobile numbers and e-mails.

    Examples:
        >>> hide_people("line 3: 139-1234-5678 of a.b@qq.com is no amount")
        'line 3: … of … is no amount'
        >>> hide_people("+85260000005 is no heading")
        '… is no heading'
    """
    return MOBILE.sub(HIDDEN, EMAIL.sub(HIDDEN, text))


def hide_values(text: str) -> str:
    """A message of another program, without ids too.

    Examples:
        >>> hide_values("invalid openid oUnAeiAXePMAa0aeXXXX1234 rid: 66a1")
        'invalid openid … rid: 66a1'
    """
    return ID.sub(HIDDEN, hide_people(text))


def hide_quoted(text: str) -> str:
    """A database's message without the values it quotes.

    Examples:
        >>> hide_quoted("Could not convert string '张三' to INT32")
        "Could not convert string '…' to INT32"
    """
    return hide_values(QUOTED.sub(f"'{HIDDEN}'", text))


def hide_cells(text: str) -> str:
    """A library's message about a table without anything that may be a cell of it.

    Examples:
        >>> hide_cells('parsing failed for 1 value(s): [张三, "a1"] in 99123456')
        "parsing failed for 1 value(s): […, '…'] in …"
    """
    return CELL.sub(HIDDEN, hide_quoted(text))
