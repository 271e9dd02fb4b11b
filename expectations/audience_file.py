"""The border on the way out: may this audience file leave?

What is judged is the file as it would be written, not the frame it was made from.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from expectations.expected import Expected, no_rows, not_null, row_count, unique
from expectations.validation import open_border
from expectations.verdict import Verdict

# channel → address column of members.csv and the form of an address that can be reached; masked
# and shortened ones have asterisks or too few characters
ADDRESS_FORMS: dict[str, tuple[str, str]] = {
    "wecom": ("external_userid", "[A-Za-z0-9_-]{6,64}"),
    "oa": ("openid", "[A-Za-z0-9_-]{6,64}"),
    "miniprogram": ("openid", "[A-Za-z0-9_-]{6,64}"),
    "sms": ("phone", r"1[3-9][0-9]{9}|[+][1-9][0-9]{6,14}"),
    "email": ("email", r"[^@\s,;]+@[^@\s,;]+[.][^@\s,;]+"),
}


@dataclass(frozen=True)
class AudienceFile:
    """An audience that is ready to be written.

    Attributes:
        audience: Its name.
        channel: Where its members are contacted.
        members_csv: Content of ``members.csv``.
        manifest_json: Content of ``manifest.json``.
        suppressed: ``customer_id`` of everyone on one of its suppression lists.
        holdout: ``customer_id`` of everyone held out.
        size_min: Fewest members it may have.
        size_max: Most members it may have.
    """

    audience: str
    channel: str
    members_csv: bytes
    manifest_json: bytes
    suppressed: pl.DataFrame
    holdout: pl.DataFrame
    size_min: int
    size_max: int


def judge_audiences(files: Sequence[AudienceFile]) -> list[Verdict]:
    """Judge audience files before they are written, one verdict each in the order given."""
    if not files:
        return []
    with open_border() as border:
        verdicts = []
        for file in files:
            border.fill(
                {
                    "members": _read_members(file),
                    "suppressed": file.suppressed.select("customer_id"),
                    "holdout": file.holdout.select("customer_id"),
                }
            )
            outcomes = border.judge("select * from members", declare_audience_suite(file))
            verdicts.append(Verdict(file.audience, outcomes))
        return verdicts


def declare_audience_suite(file: AudienceFile) -> list[Expected]:
    """The suite of one audience file."""
    column, form = ADDRESS_FORMS[file.channel]
    stated = json.loads(file.manifest_json)["members"]
    return [
        row_count(file.size_min, file.size_max),
        Expected(
            "as many members as the manifest states",
            "ExpectTableRowCountToEqual",
            {"value": stated},
        ),
        not_null("customer_id"),
        unique("customer_id"),
        not_null(column),
        no_rows(
            f"every {column} has the form of the channel",
            f"where not regexp_full_match({column}, '{form}')",
        ),
        *(
            no_rows(
                f"nobody is {table}",
                f"where customer_id in (select customer_id from {table})",
            )
            for table in ("suppressed", "holdout")
        ),
    ]


def _read_members(file: AudienceFile) -> pl.DataFrame:
    """Every cell as text; an empty cell is null."""
    return pl.read_csv(file.members_csv, infer_schema=False)
