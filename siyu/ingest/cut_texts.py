"""Texts cut within a character: JSON can write half an emoji, no other text can."""

import json
import re
from typing import Any

# the first or second half of a character beyond 16 bits; most stand beside their other half
WRITTEN_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
CUT_TEXT = "a text is cut within a character (half an emoji)"


def may_be_cut(data: bytes) -> bool:
    """Whether JSON writes halves of characters at all."""
    return WRITTEN_HALF.search(data) is not None


def is_cut(value: Any) -> bool:
    r"""Whether a parsed value holds half a character.

    Examples:
        >>> is_cut({"name": ["\ud83d"]}), is_cut({"name": ["🌸"]})
        (True, False)
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def without_halves(text: str) -> str:
    r"""A text with a question mark in place of each half.

    Examples:
        >>> without_halves("小\ud83d")
        '小?'
    """
    return text.encode("utf-8", "replace").decode()
