"""Declared audiences: what is refused, and that the message names the line."""

import pytest

from siyu.audience.spec import load_audience, load_audiences
from siyu.errors import ConfigError

GOOD = """audience: spring
title: {zh: 春, en: Spring}
owner: crm
purpose: marketing
channel: wecom
where: |
  value_tier = 'high'
  and net_amount >= 99.5
holdout: {share: 0.1, experiment: spring}
destination: {format: members_only}
"""


def refusal(tmp_path, text, name="spring"):
    path = tmp_path / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_audience(path)
    return str(refused.value)


def test_load_audience_reads_a_good_one(tmp_path):
    path = tmp_path / "spring.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_audience(path).title.zh == "春"


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("'high'", "'hihg'", "spring.yml:7:1: where: value_tier is never 'hihg'"),
        ("net_amount", "net_sum", "spring.yml:8:1: where: unknown column 'net_sum'"),
        ("net_amount", "random()", "spring.yml:8:1: where: 'random' is not allowed"),
        ("99.5", "'99.5'", "spring.yml:8:1: where: \"net_amount >= '99.5'\" puts number and text"),
        ("99.5", "(select 1)", "spring.yml:8:1: where: sub-queries are not allowed"),
        ("owner: crm\n", "", "spring.yml:1:1: owner: Field required"),
        ("owner: crm", "owner: crm\nlimt: 5", "spring.yml:4:7: limt: Extra inputs"),
        ("share: 0.1", "share: 1", "spring.yml:9:18: holdout.share: "),
        ("audience: spring", "audience: summer", "spring.yml:1:11: audience: must be the file's"),
        ("channel: wecom", "channel: fax", "spring.yml:5:10: channel: "),
        (
            "{format: members_only}",
            "{format: oa_mass_send, media_id: x}",
            "oa_mass_send is for oa, not wecom",
        ),
        ("owner: crm", "owner: crm\nrank: [net_sum desc]", "spring.yml:4:8: rank.0: "),
        ("owner: crm", "owner: crm\nattributes: [phone]", "spring.yml:4:14: attributes.0: "),
        ("owner: crm", "owner: crm\nsuppress: [../x]", "spring.yml:4:12: suppress.0: "),
    ],
)
def test_load_audience_names_the_line_of_what_it_refuses(tmp_path, change, by, message):
    assert change in GOOD
    assert message in refusal(tmp_path, GOOD.replace(change, by, 1))


def test_load_audience_counts_lines_of_a_rule_written_on_the_key_s_line(tmp_path):
    text = GOOD.replace(
        "where: |\n  value_tier = 'high'\n  and net_amount >= 99.5", "where: nope = 1"
    )
    assert "spring.yml:6:1: where: unknown column 'nope'" in refusal(tmp_path, text)


def test_load_audiences_tells_all_problems_at_once(tmp_path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_audiences(tmp_path)
    assert "first.yml:1:11" in str(refused.value)
    assert "second.yml:1:11" in str(refused.value)


def test_load_audiences_refuses_a_folder_without_any(tmp_path):
    with pytest.raises(ConfigError, match="holds no audience"):
        load_audiences(tmp_path)


def test_load_audiences_reads_the_shipped_ones(world):
    shipped = {spec.audience for spec in load_audiences(world.config / "audiences")}
    assert shipped >= {
        "dormant_high_value_wecom",
        "new_customer_second_purchase_sms",
        "loyal_early_access_oa",
        "churn_risk_wecom",
    }
