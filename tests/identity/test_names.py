"""Names as exports show them: which can be one person's."""

import polars as pl
import pytest

from siyu.identity.attributes import compare_birthdays
from siyu.identity.names import CONFLICT, PARTLY, UNKNOWN, WHOLLY, compare_names, parse_names


def verdict(one, other):
    parsed = parse_names(pl.Series([one, other]))
    sides = [
        parsed.filter(name=name).select(pl.all().name.prefix(prefix))
        for name, prefix in ((one, "l_"), (other, "r_"))
    ]
    return sides[0].hstack(sides[1]).select(compare_names("l_", "r_")).item()


CASES = [
    ("王晓彤", "王晓彤", WHOLLY),
    ("王晓彤 敏感肌", "王晓彤", WHOLLY),
    ("敏感肌 王晓彤", "王晓彤", WHOLLY),
    ("A01王晓彤", "王晓彤", WHOLLY),
    ("王晓彤女士", "王晓彤", WHOLLY),
    ("欧阳娜娜", "欧阳娜娜(公司)", WHOLLY),
    ("Emma Wang", "Emma  Wang", WHOLLY),
    ("王*", "王晓彤", PARTLY),
    ("王＊＊", "王晓彤", PARTLY),
    ("*晓彤", "王晓彤", PARTLY),
    ("王*彤", "王晓彤", PARTLY),
    ("王女士", "王*", PARTLY),
    ("王女士", "王女士", PARTLY),
    ("欧阳*", "欧阳娜娜", PARTLY),
    ("王晓彤", "王小彤", UNKNOWN),
    ("王晓", "王晓彤", UNKNOWN),
    ("小仙女", "王晓彤", UNKNOWN),
    ("金卡会员", "李建国", UNKNOWN),
    ("老客户", "老客户", UNKNOWN),
    ("微信用户", "微信用户", UNKNOWN),
    ("王　晓彤", "王晓彤", WHOLLY),
    ("宝妈王晓彤", "王晓彤", WHOLLY),
    ("WANG Xiaotong", "wang xiaotong", WHOLLY),
    ("王某某", "王晓彤", PARTLY),
    ("辰辰妈妈", "辰辰妈妈", WHOLLY),
    ("王晓彤妈妈", "王晓彤", UNKNOWN),
    ("王晓彤妈妈", "李梅", UNKNOWN),
    ("菜鸟驿站", "菜鸟驿站", UNKNOWN),
    ("收件人", "收件人", UNKNOWN),
    ("用户820316", "用户820316", UNKNOWN),
    ("test", "test", UNKNOWN),
    ("王先生", "王女士", CONFLICT),
    ("欧阳", "欧建国", CONFLICT),
    ("王晓彤", "李建国", CONFLICT),
    ("王晓彤", "王建国", CONFLICT),
    ("李先生", "王晓彤", CONFLICT),
    ("王*国", "王晓彤", CONFLICT),
    ("王*", "李*", CONFLICT),
    ("欧阳娜娜", "欧建国", CONFLICT),
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_names_compare_as_people_read_them_both_ways(one, other, expected):
    assert verdict(one, other) == expected
    assert verdict(other, one) == expected


def test_a_name_always_agrees_with_itself_or_says_nothing():
    for one, _, _ in CASES:
        assert verdict(one, one) >= UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1995-03-08", "1995-03-08", 1),
        ("1995-03-08", "03-08", 1),
        ("1995-03-08", "1995-03-09", -1),
        ("03-08", "03-09", -1),
        ("1995-03-08", None, 0),
    ],
)
def test_birthdays_compare_as_far_as_both_are_known(one, other, expected):
    pair = pl.DataFrame({"a": [one], "b": [other]}, schema={"a": pl.String, "b": pl.String})
    assert pair.select(compare_birthdays("a", "b")).item() == expected
