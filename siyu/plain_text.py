"""Messages without people's data: what comes from a file or another program may hold some."""

import re

HIDDEN = "…"
EMAIL = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")
# letters and digits mixed, as in the ids of platforms
ID = re.compile(r"\b(?=[0-9A-Za-z_-]*[0-9])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z_-]{16,}")
QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def hide_people(text: str) -> str:
    """A message without mobile numbers and e-mails.

    Examples:
        >>> hide_people("line 3: 139-1234-5678 of a.b@qq.com is no amount")
        'line 3: … of … is no amount'
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
