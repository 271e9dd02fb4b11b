"""Names as far as an export shows them, and whether two of them can be one person's.

Takes what forms, members of staff and masked exports write: ``王晓彤``, ``王*``, ``王女士``,
``A王晓彤 敏感肌``. Nicknames are not names and never come here.
"""

import polars as pl

from siyu.identity.surnames import (
    CALLINGS,
    COMPOUND,
    MEN,
    NO_NAME_PARTS,
    NO_NAMES,
    RELATIVES,
    SINGLE,
    UNTITLED,
    WOMEN,
)

NAME_SCHEMA = pl.Schema(
    {
        "name": pl.String(),
        "surname": pl.String(),
        "given": pl.String(),
        "tail": pl.String(),
        "title": pl.String(),
        "text": pl.String(),
        "whole": pl.String(),
    }
)
NAME_FIELDS = ("surname", "given", "tail", "title", "text", "whole")

CONFLICT, UNKNOWN, PARTLY, WHOLLY = -1, 0, 1, 2

_SURNAME = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
_HONORIFIC = f"(?:{'|'.join((*WOMEN, *MEN, *UNTITLED))})"
_CALLING = f"(?:{'|'.join(CALLINGS)})"
_RELATIVE = rf"^\p{{Han}}+(?:{'|'.join(RELATIVES)})$"
_NOBODY = f"(?i)^(?:{'|'.join(NO_NAMES)})$"
_GIVEN = rf"[^\P{{Han}}{NO_NAME_PARTS}]{{1,2}}"
# names of other peoples of China carry a dot: 阿依古丽·买买提
_DOTTED = r"\p{Han}+·[\p{Han}·]+"
# forms spread names of two and three characters to one width: 王 晓彤
_SPREAD = rf"^\s*({_SURNAME})\s+(\p{{Han}})\s*(\p{{Han}}?)\s*$"


def parse_names(values: pl.Series) -> pl.DataFrame:
    """Read what names say: surname, given name, or the end of a masked one.

    Args:
        values: Names as exported, String, not null.

    Returns:
        One row per different value, columns of ``NAME_SCHEMA``. ``surname`` null = not shown;
        ``given`` null = not shown whole; ``tail`` = what a masked given name ends in; ``title``
        = ``woman`` or ``man`` where a title after the name says so; ``text`` = the whole value
        without spaces, null when masked; ``whole`` = what must be equal for two names to be the
        same full name.

    Examples:
        >>> parse_names(pl.Series(["A王晓彤 敏感肌", "王*彤", "李女士"])).select(
        ...     "surname", "given", "tail"
        ... ).rows()
        [('王', '晓彤', None), ('王', None, '彤'), ('李', None, None)]
    """
    names = values.unique(maintain_order=True).rename("name").to_frame()
    plain = pl.col("name").str.normalize("NFKC").str.replace_all(r"[(（\[【].*?[)）\]】]", "")
    plain = plain.str.replace(_SPREAD, "$1$2$3")
    # staff put letters and digits before a name to sort their contacts
    shown = plain.str.replace_all("某", "*").str.extract(r"([\p{Han}·*]{2,})", 1)
    # 辰辰妈妈 tells the child's name, not hers
    is_relative = shown.str.contains(_RELATIVE).fill_null(False)
    run = pl.when(~is_relative).then(
        shown.str.replace(f"^(.+?){_HONORIFIC}$", "$1").str.replace(f"^{_CALLING}(.+)$", "$1")
    )
    return (
        names.with_columns(run=run, title=_title(shown), compact=_compact(plain))
        .with_columns(
            surname=pl.coalesce(
                pl.col("run").str.extract(f"^({_SURNAME})(?:{_GIVEN})?$", 1),
                pl.col("run").str.extract(f"^({_SURNAME})\\p{{Han}}?\\*+\\p{{Han}}*$", 1),
                pl.col("run").str.extract(f"^({_DOTTED})$", 1),
            ),
            given=pl.coalesce(
                pl.col("run").str.extract(f"^{_SURNAME}({_GIVEN})$", 1),
                pl.col("run").str.extract(f"^({_DOTTED})$", 1),
            ),
            tail=pl.col("run").str.extract(r"\*+(\p{Han}+)$", 1),
        )
        # 欧阳 alone is a surname, not a 欧 called 阳
        .with_columns(given=pl.when(~pl.col("run").is_in(COMPOUND)).then("given"))
        .with_columns(text=pl.when(_is_text()).then("compact"))
        .with_columns(whole=_whole())
        .with_columns(text=pl.when(~is_relative).then("text"))
        .select(*NAME_SCHEMA)
    )


def _compact(plain: pl.Expr) -> pl.Expr:
    return plain.str.replace_all(r"\s+", "").str.to_lowercase()


def _title(shown: pl.Expr) -> pl.Expr:
    return (
        pl.when(shown.str.contains(f"(?:{'|'.join(WOMEN)})$"))
        .then(pl.lit("woman"))
        .when(shown.str.contains(f"(?:{'|'.join(MEN)})$"))
        .then(pl.lit("man"))
    )


def _is_text() -> pl.Expr:
    """Whether a value may hold a name: a mask or a mere 王女士 holds none."""
    shown = ~pl.col("compact").str.contains("*", literal=True)
    bare_surname = pl.col("surname").is_not_null() & pl.col("given").is_null()
    return shown & ~bare_surname & (pl.col("compact").str.len_chars() >= 2)


def _whole() -> pl.Expr:
    """What must be equal for two names to be one: the full name, or a text that is no remark."""
    remark = pl.col("text").str.contains(f"[{NO_NAME_PARTS}]")
    remark = remark | pl.col("text").str.contains(_NOBODY)
    return pl.coalesce(pl.col("surname") + pl.col("given"), pl.when(~remark).then("text"))


def compare_names(left: str, right: str) -> pl.Expr:
    """Whether two parsed names can be one person's.

    Args:
        left: Prefix of the left name's columns (``<left>surname``, ``<left>given``, …).
        right: Prefix of the right name's columns.

    Returns:
        ``WHOLLY`` = the same full name, ``PARTLY`` = the same as far as both are shown,
        ``UNKNOWN`` = nothing to compare or a slip of one character, ``CONFLICT`` = two people.
    """
    one, other = _fields(left), _fields(right)
    same = (one["whole"] == other["whole"]).fill_null(False)
    wholly = same | _holds(one, other) | _holds(other, one)
    surnames_differ = (one["surname"] != other["surname"]).fill_null(False)
    givens = one["given"].is_not_null() & other["given"].is_not_null()
    givens_differ = givens & ~_slip(one["given"], other["given"]).fill_null(False)
    tails_differ = _ends_apart(one, other) | _ends_apart(other, one)
    # 王先生 and 王女士 at one phone are a family
    titles_differ = (one["title"] != other["title"]).fill_null(False)
    partly = (one["surname"] == other["surname"]).fill_null(False) & ~givens
    tails_agree = _ends_alike(one, other) | _ends_alike(other, one)
    return (
        pl.when(wholly)
        .then(WHOLLY)
        .when(surnames_differ | givens_differ | tails_differ | titles_differ)
        .then(CONFLICT)
        .when(partly | tails_agree)
        .then(PARTLY)
        .otherwise(UNKNOWN)
        .cast(pl.Int8)
    )


def _fields(prefix: str) -> dict[str, pl.Expr]:
    fields = {field: pl.col(f"{prefix}{field}") for field in NAME_FIELDS}
    return {**fields, "full": fields["surname"] + fields["given"]}


def _holds(text: dict[str, pl.Expr], name: dict[str, pl.Expr]) -> pl.Expr:
    # a two-character name inside a longer one is another name: 王晓 in 王晓彤
    long_enough = (name["full"].str.len_chars() >= 3) | text["given"].is_null()
    held = text["text"].str.contains(name["full"], literal=True)
    return (held & long_enough).fill_null(False)


def _slip(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """One character off, as typing makes it: 晓彤 for 小彤, 彤 for 晓彤."""
    first = one.str.slice(0, 1) == other.str.slice(0, 1)
    last = one.str.slice(-1, 1) == other.str.slice(-1, 1)
    return first | last


def _ends_apart(masked: dict[str, pl.Expr], shown: dict[str, pl.Expr]) -> pl.Expr:
    return (~shown["given"].str.ends_with(masked["tail"])).fill_null(False)


def _ends_alike(masked: dict[str, pl.Expr], shown: dict[str, pl.Expr]) -> pl.Expr:
    return shown["given"].str.ends_with(masked["tail"]).fill_null(False)
