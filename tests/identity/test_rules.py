"""config/identity.yml: what a brand may write, and how a mistake is named."""

from pathlib import Path

import pytest

from siyu.config_file import load_config
from siyu.errors import ConfigError
from siyu.identity.rules import IdentityRules

CONFIG = Path(__file__).parents[2] / "config" / "identity.yml"
SMALL = """version: 1
namespaces:
  phone: {role: contact, limit: 2}
"""


def refusal(tmp_path, text):
    path = tmp_path / "identity.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_config(path, IdentityRules)
    return str(refused.value)


def test_the_shipped_rules_know_every_namespace_of_the_contract():
    rules = load_config(CONFIG, IdentityRules)
    assert set(rules.namespaces) == {
        "wechat_unionid", "wechat_oa_openid", "wechat_mp_openid", "wecom_external_userid",
        "phone", "email", "taobao_open_uid", "jd_account", "doudian_open_id", "xhs_user_id",
        "youzan_open_id", "pospal_customer_uid", "member_no", "app_user_id", "anonymous_id",
    }  # fmt: skip
    assert rules.namespaces["wechat_unionid"].limit == 1
    assert rules.namespaces["phone"].limit == 2
    assert rules.fan_out.accounts == 2


@pytest.mark.parametrize(
    ("added", "line", "said"),
    [
        ("fan_out: {accounts: 0}\n", 4, "greater than or equal to 1"),
        ("fan_uot: {accounts: 2}\n", 4, "fan_uot"),
        ("strengths:\n  - {rule: survey, namespace: phone, strength: sure}\n", 5, "strength"),
        ("block_lists:\n  - {why: junk, namespace: phone, patterns: ['(']}\n", 5, "regular"),
        ("block_lists:\n  - {why: 'Junk!', namespace: phone}\n", 5, "why"),
        ("typed_contact: maybe\n", 4, "typed_contact"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path, added, line, said):
    message = refusal(tmp_path, SMALL + added)
    assert f"identity.yml:{line}:" in message
    assert said in message


def test_a_block_list_of_an_unknown_namespace_is_refused(tmp_path):
    message = refusal(tmp_path, SMALL + "block_lists: [{why: junk, namespace: fax}]\n")
    assert "fax" in message
