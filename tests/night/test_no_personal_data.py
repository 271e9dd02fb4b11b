"""No log, run page, message or published table names a person or the home's secret."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from siyu.home import Home
from tests.night.conftest import run_night
from tests.night.test_privacy import contents

WORD = re.compile(rb"[0-9A-Za-z_@.+#=/-]{7,}")
MOBILE = re.compile(rb"(?<![0-9a-fA-F.])1[3-9][0-9]{9}(?![0-9a-fA-F])")
# pages of a database set short words one after another: a run of digits there is made of several
PACKED = re.compile(rb"(?=(1[3-9][0-9]{9}))")
# numbers of dbt's unit tests, which stand in what dbt parsed of the project
NOBODY = {b"1990000%04d" % number for number in (1000, 1001, 1002, 1003, 1004, 9999)}


@pytest.fixture(scope="module")
def secrets(brand: Home) -> set[bytes]:
    truth = brand.root / "truth"
    identifiers = pl.read_parquet(truth / "identifiers.parquet").filter(
        ~pl.col("namespace").is_in(["anonymous_id", "app_user_id"])
    )["identifier"]
    key = (brand.ledger / "hmac.key").read_bytes()
    return {word.encode() for word in identifiers if len(word) >= 7} | {key}


def told(home: Home) -> list[Path]:
    """Everything people and monitoring look at."""
    places = [home.root / ".dagster", home.root / ".dbt", home.reports]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    return [*files, home.published_database]


def test_logs_run_pages_and_published_tables_name_nobody(brand, secrets):
    names = {
        name.encode() for name in pl.read_parquet(brand.root / "truth" / "persons.parquet")["name"]
    }
    long_names = {name for name in names if len(name) >= 9}
    for path in told(brand):
        for content in contents(path, path.read_bytes()):
            assert not set(WORD.findall(content)) & secrets, path
            assert not set(PACKED.findall(content)) & secrets, path
            if content[8:12] != b"DUCK":
                assert not set(MOBILE.findall(content)) - NOBODY, path
            assert not [name for name in long_names if name in content], path


def test_a_night_of_bad_files_names_nobody(tmp_path):
    home = Home(tmp_path / "home")
    person = ("13912345678", "zhang.san@example.com", "张三丰", "oUnAeiAXePMAa0aeXXXXXXX12345")
    phone, email, name, openid = person
    exports = {
        "sms_reply/no_headings.csv": f"{phone},{name},2026-06-18 20:00:00,TD\n",
        "sms_reply/bad_row.csv": f"手机号,回复内容,回复时间\n{phone},TD,{name}\n",
        "wechat_oa_user/error.json": json.dumps(
            {"errcode": 40003, "errmsg": f"invalid openid {openid} {email}"}
        ),
        "wxapp_login/broken.jsonl": f'{{"openid": "{openid}\n{{"openid": "{openid}", "{phone}"\n',
        "consent_ledger/short.csv": f"{name},{email}\n{phone}\n",
    }
    for file, content in exports.items():
        (home.raw / file).parent.mkdir(parents=True, exist_ok=True)
        (home.raw / file).write_text(content, encoding="utf-8")
    night = run_night(home)
    shown = [night.stdout.encode(), night.stderr.encode()]
    shown += [content for path in told(home) for content in contents(path, path.read_bytes())]
    for value in person:
        assert not any(value.encode() in content for content in shown), value
