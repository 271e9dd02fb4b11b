"""What a brand writes into config/pulls: read, or refused with file and line."""

import re
from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.pull.declared import load_pulls
from siyu.pull.secrets import MissingSecretError, Secrets
from siyu.pull.settings import variables_of
from tests.pull.conftest import ROOT, Puller

DOCS = (ROOT / "docs" / "pulls.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(pull: (\w+)\n.*?)```", DOCS, re.DOTALL)

S3 = """\
kind: s3
source: taobao_order
bucket: b
access_key_id_env: KEY_ID
secret_access_key_env: SECRET
"""
DATABASE = """\
kind: mysql
source: pos_sales
host: till
database: d
user: u
password_env: PASSWORD
table: t
columns: [流水号, 销售时间, 实收]
"""
WECOM = """\
kind: wecom
corp_id: ww1
secret_env: WECOM
"""


def test_every_example_of_the_docs_is_a_pull(puller: Puller):
    assert len(EXAMPLES) == 4
    puller.config.mkdir()
    for text, name in EXAMPLES:
        (puller.config / f"{name}.yml").write_text(text, encoding="utf-8")
    pulls = load_pulls(puller.config, puller.sources)
    assert {pull.kind for pull in pulls.values()} == {"s3", "sftp", "postgresql", "wecom"}
    assert variables_of(pulls["taobao_bucket"]) == ("OSS_KEY_ID", "OSS_SECRET")


def test_no_pull_is_declared_by_default(puller: Puller):
    assert load_pulls(ROOT / "config" / "pulls", puller.sources) == {}
    assert load_pulls(Path("nowhere"), puller.sources) == {}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("kind: ftp\n", "2:7", "kind must be one of s3, sftp, postgresql, mysql, wecom"),
        (S3.replace("taobao_order", "taobao_orders"), "3:9", "no source named taobao_orders"),
        (S3.replace("KEY_ID", "key id"), "5:20", "access_key_id_env: String should match"),
        (S3 + "secret: hunter2\n", "7:9", "secret: Extra inputs are not permitted"),
        (S3 + "endpoint_url: https://me:hunter2@oss\n", "7:15", "holds credentials"),
        (S3 + "endpoint_url: oss.example.com\n", "7:15", "must start with https://"),
        (DATABASE.replace("实收", "实付"), "9:10", "needs a heading 金额(元)/实收 or 实收"),
        (DATABASE + "watermark: updated_at\n", "1:1", "updated_at is none of the columns"),
        (DATABASE.replace("host: till", "host: ''"), "4:7", "at least 1 character"),
        (WECOM + "calls: [customers, friends]\n", "5:20", "calls.1: Input should be 'customers'"),
        (WECOM + "calls: [service_messages]\n", "1:1", "needs service_accounts"),
        (WECOM + "calls: [tags, tags]\n", "1:1", "a call stands twice"),
        (WECOM + "calls: [tags]\nretry: {attempts: 0}\n", "6:19", "greater than or equal to 1"),
    ],
)
def test_a_mistake_is_told_with_its_place(puller: Puller, text: str, place: str, problem: str):
    with pytest.raises(ConfigError) as refused:
        puller.declare("mine", text)
    assert f"mine.yml:{place}: " in str(refused.value)
    assert problem in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_file_has_the_name_of_its_pull(puller: Puller):
    puller.config.mkdir()
    (puller.config / "other.yml").write_text(f"pull: mine\n{S3}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"other\.yml:1:7: pull: pull is mine; name the file"):
        load_pulls(puller.config, puller.sources)


def test_a_pull_that_is_switched_off_is_checked_and_left_out(puller: Puller):
    puller.declare("mine", S3)
    (puller.config / "noted.yml").write_text(f"pull: noted\nenabled: false\n{S3}", encoding="utf-8")
    assert "noted" not in load_pulls(puller.config, puller.sources)
    (puller.config / "noted.yml").write_text("pull: noted\nenabled: false\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        load_pulls(puller.config, puller.sources)


def test_a_missing_secret_is_told_by_its_name(puller: Puller):
    pull = puller.declare("mine", S3)
    puller.secrets = {"KEY_ID": "id", "SECRET": ""}
    with pytest.raises(Exception, match="mine: the environment variable SECRET is not set"):
        puller.pull(pull)
    assert "SECRET is not set" in (puller.state(pull).failure or "")
    with pytest.raises(MissingSecretError):
        Secrets({})["SECRET"]


def test_secrets_show_their_names_only():
    secrets = Secrets({"TILL": "p@ss word/1", "EMPTY": ""})
    assert repr(secrets) == "Secrets(EMPTY, TILL)"
    said = "mysql://u:p%40ss%20word%2F1@h p%40ss+word%2F1 p@ss word/1 rest"
    assert secrets.hide(said) == "mysql://u:***@h *** *** rest"
