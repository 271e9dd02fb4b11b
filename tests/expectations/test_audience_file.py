"""The border on the way out: what may not leave is stopped, with numbers and without names."""

import json

import polars as pl
import pytest

from expectations.audience_file import AudienceFile, judge_audiences

GOOD = (
    b"customer_id,external_userid,corp_id,sender,display_name\n"
    b"C1,wmSyNtAf8VicOenD6gaWTW3Lqy-KQ,,guide,\xe7\x8e\x8b\n"
    b'C2,wmSyNtEOj6gDPw1Myzt9uXpoy6U2g,,guide,"a,b"\n'
)


def audience(members_csv=GOOD, **changes):
    stated = changes.pop("stated", members_csv.count(b"\n") - 1)
    people = {
        name: pl.DataFrame(
            {"customer_id": changes.pop(name, [])}, schema={"customer_id": pl.String}
        )
        for name in ("suppressed", "holdout")
    }
    settings = {"audience": "spring", "channel": "wecom", "size_min": 0, "size_max": 1000}
    manifest = json.dumps({"members": stated}).encode()
    return AudienceFile(
        members_csv=members_csv, manifest_json=manifest, **people, **{**settings, **changes}
    )


def sms(*phones):
    lines = "".join(f"C{place},{phone}\n" for place, phone in enumerate(phones))
    return audience(f"customer_id,phone\n{lines}".encode(), channel="sms")


def test_judge_audiences_lets_good_files_pass_with_their_numbers():
    good, empty = judge_audiences(
        [audience(suppressed=["C8"], holdout=["C9"]), audience(GOOD.splitlines(keepends=True)[0])]
    )
    assert good.passed
    assert empty.passed
    unique = next(one for one in good.outcomes if one.name == "customer_id is unique")
    assert (unique.evaluated, unique.unexpected_count) == (2, 0)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (audience(GOOD + GOOD.splitlines(keepends=True)[1]), "customer_id is unique"),
        (audience(GOOD + b"C3,,,guide,x\n"), "external_userid is given"),
        (audience(GOOD + b",wmSyNtAf8VicOenD6gaWTW3,,guide,x\n"), "customer_id is given"),
        (audience(stated=3), "as many members as the manifest states, but found 2"),
        (audience(size_max=1), "rows are between 0 and 1, but found 2"),
        (audience(size_min=3), "rows are between 3 and 1000, but found 2"),
        (audience(suppressed=["C2"]), "nobody is suppressed"),
        (audience(holdout=["C1"]), "nobody is holdout"),
        (sms("199****1001"), "every phone has the form of the channel"),
        (sms("0571-88880000"), "every phone has the form of the channel"),
        (sms("1990000100"), "every phone has the form of the channel"),
    ],
)
def test_judge_audiences_stops_a_file_that_is_wrong(file, reason):
    (verdict,) = judge_audiences([file])
    assert not verdict.passed
    assert reason in verdict.reason
    assert "199" not in json.dumps(verdict.metadata)


def test_judge_audiences_takes_numbers_at_home_and_abroad():
    (verdict,) = judge_audiences([sms("19900001001", "+85260000005")])
    assert verdict.passed, verdict.reason
