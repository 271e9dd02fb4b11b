"""Words of a text that may be identifiers, in the form a tombstone keeps them.

One way of cutting text for every format, so that an identifier is found in a cell, a key, a
remark or a web address alike.
"""

import re
from collections.abc import Callable, Iterator

# letters, digits and the marks that identifiers hold; everything else parts two words
WORD = re.compile(r"[0-9A-Za-z_@.+#$*~/=-]{5,}")
ENDS = ".-+/=*~#$"
# begins with a plain character: looking for a country code first takes ten times as long
PHONE = re.compile(r"1[3-9](?:[ -]*[0-9]){9}(?![0-9])")
COUNTRY = re.compile(r"(?:^|[^0-9]|(?:^|[^0-9])(?:00)?86)$")
COUNTRY_LENGTH = 5
# what stands between the words of addresses of pages and of forms
PARTS = re.compile(r"[/=]")
WIDE = str.maketrans("０１２３４５６７８９－＋＠．", "0123456789-+@.")
HAS_WIDE = re.compile("[０-９＠]")

SHORTEST_TEXT = 10
SHORTEST_NUMBER = 14
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def words(text: str) -> set[str]:
    """Every word of a text that is long enough to be an identifier; e-mails in small letters.

    Examples:
        >>> sorted(words("电话139-1234-5678, A.B@qq.com"))
        ['139-1234-5678', '13912345678', 'a.b@qq.com']
    """
    if HAS_WIDE.search(text):
        text = text.translate(WIDE)
    found = set(_words(text))
    found.update(_phones(text))
    return found


def star_words(text: str, is_theirs: Callable[[str], bool]) -> tuple[str, int]:
    """A text in which words of a person are stars of the same length, and how many were.

    Examples:
        >>> star_words("x13912345678 139-1234-5678", {"139-1234-5678"}.__contains__)
        ('x13912345678 *************', 1)
    """
    gone = 0

    def starred(word: re.Match[str]) -> str:
        nonlocal gone
        if not is_theirs(word.group()):
            return word.group()
        gone += 1
        return "*" * len(word.group())

    for pattern in (WORD, PHONE):
        text = pattern.sub(starred, text)
    return text, gone


def word_of(identifier: str) -> str:
    """The word an identifier is found by: its longest, '' when it has none.

    Examples:
        >>> word_of("oUnAeiAXePMAa0ae"), word_of("1@#4lieZHOnwomfAh="), word_of("小明")
        ('oUnAeiAXePMAa0ae', '1@#4liezhonwomfah', '')
    """
    return max(sorted(words(identifier)), key=len, default="")


def is_telling(word: str) -> bool:
    """Whether a word points at one thing wherever it stands; short numbers do not.

    Examples:
        >>> [is_telling(word) for word in ("13912345678", "8000002", "1781870400000", "a@b.co.cn")]
        [True, False, False, True]
    """
    if word.isdigit():
        return len(word) >= SHORTEST_NUMBER or MOBILE.fullmatch(word) is not None
    has_digit_or_at = any(character.isdigit() for character in word) or "@" in word
    is_mixed = word != word.lower() and word != word.upper()
    if "@" in word:
        return True
    return len(word) >= SHORTEST_TEXT and (has_digit_or_at or is_mixed)


def _words(text: str) -> Iterator[str]:
    for word in set(WORD.findall(text)):
        yield _plain(word)
        if "/" in word or "=" in word:
            yield from (_plain(part) for part in PARTS.split(word))


def _phones(text: str) -> Iterator[str]:
    for phone in PHONE.finditer(text):
        start = phone.start()
        if COUNTRY.search(text[max(0, start - COUNTRY_LENGTH) : start]):
            yield phone.group().replace(" ", "").replace("-", "")


def _plain(word: str) -> str:
    word = word.strip(ENDS).removesuffix(".0")
    return word.lower() if "@" in word else word
