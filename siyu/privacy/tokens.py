r"""Words of a text that may be identifiers, in the form a tombstone keeps them.

One way of cutting text for every format, so that an identifier is found in a cell, a key, a
remark or a web address alike. Phones are read as `siyu.phone` reads them; escapes of JSON (``\\n``,
``\\u0040``, ``\\/``) as what they stand for.
"""

import re
from collections.abc import Callable, Iterator

from siyu.phone import BETWEEN, WITH_COUNTRY_CODE, plain_text

# letters, digits and the marks that identifiers hold; everything else parts two words
WORD = re.compile(r"[0-9A-Za-z_@.+#$*~/=-]{5,}")
ENDS = ".-+/=*~#$"
# begins with a plain character: looking for a country code first takes ten times as long
PHONE = re.compile(rf"1[3-9](?:{BETWEEN}[0-9]){{9}}(?![0-9])")
COUNTRY = re.compile(r"(?:^|[^0-9]|(?:^|[^0-9])(?:(?:00)?86|0))$")
COUNTRY_LENGTH = 5
FOREIGN = re.compile(rf"(?<![0-9A-Za-z]){WITH_COUNTRY_CODE}")
FOREIGN_DIGITS = range(7, 16)  # E.164 has at most 15
DIGITS = re.compile(r"[0-9]+")
DOMAIN = re.compile(r"@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
LOCAL = re.compile(r"[\w.+%-]+$")
LOCAL_LENGTH = 64
# what stands between the words of addresses of pages and of forms
PARTS = re.compile(r"[/=]")
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
ESCAPED_BLANKS = "nrtbf"
DEEPEST = 4  # texts of JSON within texts of JSON

SHORTEST_TEXT = 10
SHORTEST_NUMBER = 14
MOBILE = re.compile(r"1[3-9][0-9]{9}|\+[0-9]{7,15}")


def words(text: str) -> set[str]:
    r"""Every word of a text that is long enough to be an identifier; e-mails in small letters.

    Examples:
        >>> sorted(words("电话139–1234-5678, A.B@qq.com"))
        ['139-1234-5678', '13912345678', 'a.b@qq.com']
        >>> sorted(words(r"\nli\u0040qq.com")), sorted(words("+852 6000 0005"))
        (['li@qq.com', 'u0040qq.com'], ['+8526000', '+85260000005'])
    """
    found: set[str] = set()
    for reading in _readings(text):
        found.update(_words(reading), _phones(reading), _foreign(reading), _addresses(reading))
    return found


def star_words(text: str, is_theirs: Callable[[str], bool]) -> tuple[str, int]:
    """A text in which words of a person are stars of the same length, and how many were.

    Examples:
        >>> star_words("x13912345678 139–1234-5678", {"139-1234-5678"}.__contains__)
        ('x13912345678 *************', 1)
    """
    plain, places = _with_places(text)
    parts, at, gone = [], 0, 0
    for start, end in sorted(set(_spans(plain))):
        if places[start] < at or not is_theirs(plain[start:end]):
            continue
        gone += 1
        parts += [text[at : places[start]], "*" * (places[end] - places[start])]
        at = places[end]
    return "".join([*parts, text[at:]]), gone


def word_of(identifier: str) -> str:
    """The word an identifier is found by: its longest, '' when it has none.

    Examples:
        >>> word_of("oUnAeiAXePMAa0ae"), word_of("1@#4lieZHOnwomfAh="), word_of("小明")
        ('oUnAeiAXePMAa0ae', '1@#4liezhonwomfah', '')
        >>> word_of("李四@qq.com"), word_of("+85260000005")
        ('李四@qq.com', '+85260000005')
    """
    return max(sorted(words(identifier)), key=len, default="")


def is_telling(word: str) -> bool:
    """Whether a word points at one thing wherever it stands; short numbers do not.

    Examples:
        >>> [is_telling(word) for word in ("13912345678", "8000002", "1781870400000", "a@b.co.cn")]
        [True, False, False, True]
    """
    if MOBILE.fullmatch(word):
        return True
    if word.isdigit():
        return len(word) >= SHORTEST_NUMBER
    has_digit_or_at = any(character.isdigit() for character in word) or "@" in word
    is_mixed = word != word.lower() and word != word.upper()
    if "@" in word:
        return True
    return len(word) >= SHORTEST_TEXT and (has_digit_or_at or is_mixed)


def _readings(text: str) -> Iterator[str]:
    """A text as it stands, and as a reader of JSON takes it."""
    text = plain_text(text)
    yield text
    for _ in range(DEEPEST if "\\" in text else 0):
        text, before = plain_text(ESCAPE.sub(_unescaped, text)), text
        if text == before:
            return
        yield text


def _unescaped(escape: re.Match[str]) -> str:
    code, character = escape.groups()
    if code:
        return chr(int(code, 16))
    return " " if character in ESCAPED_BLANKS else str(character)


def _with_places(text: str) -> tuple[str, list[int] | range]:
    """A text as a reader takes it, and where each of its characters stands."""
    if text.isascii() and "\\" not in text:
        return text, range(len(text) + 1)
    parts, places = [], []
    at = 0
    while at < len(text):
        escape = ESCAPE.match(text, at)
        read = plain_text(_unescaped(escape) if escape else text[at])
        parts.append(read)
        places += [at] * len(read)
        at = escape.end() if escape else at + 1
    return "".join(parts), [*places, len(text)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (WORD, PHONE):
        yield from (word.span() for word in pattern.finditer(text))
    for number in FOREIGN.finditer(text):
        for group in DIGITS.finditer(text, number.start(1), number.end(1)):
            yield number.start(), group.end()
    for domain in DOMAIN.finditer(text):
        yield _local_start(text, domain), domain.end()


def _words(text: str) -> Iterator[str]:
    for word in set(WORD.findall(text)):
        yield _plain(word)
        if "/" in word or "=" in word:
            yield from (_plain(part) for part in PARTS.split(word))


def _phones(text: str) -> Iterator[str]:
    for phone in PHONE.finditer(text):
        start = phone.start()
        if COUNTRY.search(text[max(0, start - COUNTRY_LENGTH) : start]):
            yield "".join(DIGITS.findall(phone.group()))


def _foreign(text: str) -> Iterator[str]:
    """Every number a country code may begin; where it ends, only its groups of digits say."""
    for number in FOREIGN.finditer(text):
        digits = ""
        for group in DIGITS.findall(number.group(1)):
            digits += group
            if len(digits) in FOREIGN_DIGITS:
                yield f"+{digits}"


def _addresses(text: str) -> Iterator[str]:
    """E-mails with letters that other words do not have: 李四@qq.com."""
    if text.isascii() or "@" not in text:
        return
    for domain in DOMAIN.finditer(text):
        address = text[_local_start(text, domain) : domain.end()]
        if not address.isascii():
            yield address.lower()


def _local_start(text: str, domain: re.Match[str]) -> int:
    before = max(0, domain.start() - LOCAL_LENGTH)
    local = LOCAL.search(text[before : domain.start()])
    return before + local.start() if local else domain.start()


def _plain(word: str) -> str:
    word = word.lstrip(f"{ENDS}@").rstrip(ENDS).removesuffix(".0")
    return word.lower() if "@" in word else word
