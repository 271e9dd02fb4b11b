"""What customers write: reviews and complaints whose words fit the rating, service talk.

All sentences are invented.
"""

import numpy as np
import polars as pl

from siyu.demo.streams import Ints, picked

_GOOD = (
    "很温和，回购第三次了", "宝宝用了没有红，会再买", "吸收快不油腻，喜欢", "包装严实，发货很快",
    "客服耐心，效果也好",
    "性价比高，全家都在用", "敏感肌友好，已推荐给闺蜜", "味道清淡，孩子不抗拒",
    "比上一瓶更好用了👍", "大促囤货，划算",
)  # fmt: skip
_MIDDLING = (
    "一般般，没有说的那么好", "还行，就是有点贵", "物流慢了两天，东西还可以",
    "味道不太喜欢，效果普通", "用着还可以，量少了点",
)  # fmt: skip
_BAD = (
    "用了两天脸红发痒，过敏了", "瓶口漏液，弄湿了一箱", "发错尺码，客服一直不回复",
    "纸尿裤漏尿，孩子红屁股了", "少发一件，要求补发",
    "日期不新鲜，只剩半年", "面膜精华很少，像干的", "退款等了一周还没到账",
)  # fmt: skip
COMPLAINTS = (
    ("过敏反馈", "用了两天脸红发痒，过敏了，想退货", ("过敏", "面霜"), "high"),
    ("漏液", "收到时瓶口漏液，弄湿了一箱", ("包装", "漏液"), "normal"),
    ("发错货", "要的M码发成了S码，宝宝穿不了", ("发错货", "纸尿裤"), "normal"),
    ("物流太慢", "下单六天还没有揽收", ("物流",), "low"),
    ("少件", "礼盒里少了一支护手霜", ("少件", "礼盒"), "normal"),
    ("退款未到账", "退款一周没到账，请尽快处理", ("退款",), "high"),
    ("宝宝红屁股", "换了新批次纸尿裤之后红屁股", ("过敏", "纸尿裤"), "urgent"),
)
QUESTIONS = (
    "我的快递到哪了", "敏感肌能用吗？😊", "这款和上一款有什么区别", "怎么申请退货", "积分怎么兑换",
    "宝宝三个月可以用吗",
    "618有活动吗", "发票怎么开", "可以改地址吗", "面膜几天敷一次",
)  # fmt: skip
ANSWERS = (
    "亲，已为您加急查询",
    "可以的，先在耳后试用",
    "好的，这边帮您登记",
    "活动详情请看小程序首页",
)
# stars of every 20 reviews: most are content
_STARS = (5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 2, 2, 1, 1)


def stars(index: Ints, *, seed: int) -> Ints:
    """One to five stars."""
    return np.array(_STARS)[picked(index, salt="stars", seed=seed, below=len(_STARS))]


def review_texts(index: Ints, rating: Ints, *, seed: int) -> pl.Series:
    """Words that fit the stars: good from four, bad up to two."""
    place = picked(index, salt="review text", seed=seed, below=1000)
    texts = np.array(_GOOD + _MIDDLING + _BAD, dtype=object)
    first = np.select([rating >= 4, rating == 3], [0, len(_GOOD)], len(_GOOD) + len(_MIDDLING))
    many = np.select([rating >= 4, rating == 3], [len(_GOOD), len(_MIDDLING)], len(_BAD))
    return pl.Series("text", texts[first + place % many], dtype=pl.String)
