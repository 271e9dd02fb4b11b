"""Phone numbers: from what an export shows to a number a person can be recognised by.

The only home of phone rules. Which well-formed numbers never link people (hotlines, junk) is
decided in siyu.identity; how a number is masked for readers, where it is published.
"""

import re
import unicodedata

import polars as pl

# three digits together after the country code: 1-541-754-3010 is American, 199-0000-1001 is not
BETWEEN = "[ .-]*"  # digits of a mainland number
MAINLAND = (
    r"^(?:[(]?(?:\+|00)?86[)]?[ -]*|0)?(1[3-9][0-9])" f"{BETWEEN}((?:[0-9]{BETWEEN}){{7}}[0-9])$"
)
PLAIN = r"^1[3-9][0-9]{9}$"
MAINLAND_CODE = 86
WITH_COUNTRY_CODE = r"(?:\+|00)([0-9][0-9 ().-]{5,24})"
INTERNATIONAL = f"^{WITH_COUNTRY_CODE}$"
DASHES = "[\u2010-\u2015\u2212\u30fc]"
# no width: what address books put around copied numbers, byte order marks
UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
# a mobile number has too few digits for a spreadsheet to lose any
FLOATED = r"^(1[3-9][0-9]{9})\.0$"


def usable_numbers(shown: pl.Series) -> pl.Series:
    """Numbers a person can be recognised by, one per shown text, else null.

    A mainland mobile number becomes its bare 11 digits, a mobile number of another country E.164.
    Masked, encrypted and virtual numbers (``1xxxxxxxxxx-1234``), landlines and free text become
    null: they point at nobody, or at a different person next month.

    Args:
        shown: Texts as exported, wrappings of the export already taken off.

    Examples:
        >>> usable_numbers(pl.Series(["+86 199-0000-1002", "１９９００００１００４"])).to_list()
        ['19900001002', '19900001004']
        >>> usable_numbers(pl.Series(["199****1001", "19900001005-1234", "(空)"])).to_list()
        [None, None, None]
        >>> usable_numbers(pl.Series(["+85260000005", "0571-88880000"])).to_list()
        ['+85260000005', None]
    """
    texts = _plain(shown.cast(pl.String))
    plain = texts.str.contains(PLAIN)
    if plain.all():
        return texts
    written = texts.filter(~plain).drop_nulls().unique()
    known = dict(zip(written.to_list(), _as_numbers(written).to_list(), strict=True))
    numbers = texts.replace_strict(known, default=texts, return_dtype=pl.String)
    return numbers.rename(shown.name)


def _as_numbers(texts: pl.Series) -> pl.Series:
    texts = texts.str.replace(FLOATED, "$1")
    first, rest = texts.str.extract(MAINLAND, 1), texts.str.extract(MAINLAND, 2)
    mainland = first + rest.str.replace_all("[ .-]", "")
    is_foreign = mainland.is_null() & texts.str.contains(INTERNATIONAL)
    foreign = [
        foreign_number(text) if may_be else None
        for text, may_be in zip(texts.to_list(), is_foreign.to_list(), strict=True)
    ]
    return mainland.fill_null(pl.Series(foreign, dtype=pl.String))


def foreign_number(text: str) -> str | None:
    """E.164 of a possible mobile number written with its country code, else None.

    Examples:
        >>> foreign_number("+852 6000 0005"), foreign_number("+86 571 8888 0000")
        ('+85260000005', None)
    """
    # only few exports hold foreign numbers, and the tables behind this import are large
    import phonenumbers as numbers

    written = "+" + text.removeprefix("+").removeprefix("00")
    try:
        number = numbers.parse(written)
    except numbers.NumberParseException:
        return None
    # number plans grow faster than the tables: what they do not know may still be a mobile number
    may_be_mobile = numbers.number_type(number) in {
        numbers.PhoneNumberType.MOBILE,
        numbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        numbers.PhoneNumberType.UNKNOWN,
    }
    is_mainland = number.country_code == MAINLAND_CODE
    if is_mainland or not may_be_mobile or not numbers.is_possible_number(number):
        return None
    return numbers.format_number(number, numbers.PhoneNumberFormat.E164)


def plain_text(text: str) -> str:
    """A text in the characters its numbers are read in: narrow, seen, with one kind of dash.

    Examples:
        >>> plain_text("１３９\u200b–5821－4073")
        '139-5821-4073'
    """
    if text.isascii():
        return text
    narrow = re.sub(UNSEEN, "", unicodedata.normalize("NFKC", text))
    return re.sub(DASHES, "-", narrow)


def _plain(shown: pl.Series) -> pl.Series:
    texts = shown.str.strip_chars()
    if (texts.str.len_bytes() == texts.str.len_chars()).all():
        return texts
    narrow = texts.str.normalize("NFKC").str.replace_all(UNSEEN, "")
    return narrow.str.replace_all(DASHES, "-").str.strip_chars()
