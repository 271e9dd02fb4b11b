"""Invented names: people, nicknames, remarks of guides.

Names are put together from lists; whoever bears one of them is not meant.
"""

import polars as pl

from siyu.demo.streams import Ints, picked

SURNAMES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕"
    "丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万",
    "欧阳",
    "司徒",
)
# rare characters that GBK cannot write stand among the others, as in real lists
GIVEN_CHARACTERS = tuple("晓思雨子若欣怡梦佳诗琪涵婷静雅丽颖慧敏洁娜芳玲莉倩云霞悦宁心安然可乐")
SECOND_CHARACTERS = tuple("彤萱妍琳瑶曦月宸轩涵宇博文杰浩然阳晨睿泽楠桐薇蓉菲岚溪禾苒汐䶮㛃")
_NICK_HEADS = (
    "小鹿", "晴天", "奶糖", "月半", "橙子", "阿柚", "慢慢", "云朵", "糯米", "布丁", "芝麻", "青团",
    "豆豆", "果果", "米粒", "星星", "桃桃", "柠檬", "可可", "泡芙", "花卷", "汤圆", "麦芽", "棉花",
)  # fmt: skip
_NICK_TAILS = (
    "妈妈", "麻麻", "同学", "小姐", "不熬夜", "的日常", "爱吃糖", "在路上", "🌸", "🍑", "宝妈",
    "ing",
    "❤", "吖", "阿姨", "爸爸", "_2024", "要早睡", "在养娃", "😊", "呀呀", "酱", "大人", " Lily",
)  # fmt: skip
# what breaks careless readers and spreadsheets: formulas, quotes, commas, rare characters
_NICK_ODDITIES = (
    "=SUM(好运)", "+1的快乐", "-慢生活-", "@今天", "思思🌸,\"爱吃\"", "䶮", "㛃儿", "刘䶮妈妈",
    "A'B",
    "逗号,小姐", "反斜\\杠", "=1+1", "👨‍👩‍👧一家", "半角 空格", "全角　空格", "\"引号\"", "0",
    "null",
    "𠮷祥", "NaN同学",
)  # fmt: skip
ODD_NICK_SHARE = 0.03


def full_names(index: Ints, *, surname: Ints, seed: int) -> pl.Series:
    """Names of people with given surnames, one to three characters after the surname's."""
    first = pl.Series(GIVEN_CHARACTERS).gather(
        pl.Series(picked(index, salt="given", seed=seed, below=len(GIVEN_CHARACTERS)))
    )
    second_characters = pl.Series((*SECOND_CHARACTERS, *([""] * 8)))
    second = second_characters.gather(
        pl.Series(picked(index, salt="given two", seed=seed, below=len(second_characters)))
    )
    return pl.Series(SURNAMES).gather(pl.Series(surname)) + first + second


def nicknames(index: Ints, *, seed: int) -> pl.Series:
    """What people call themselves on WeChat, oddities among them."""
    pool = pl.Series(
        [head + tail for head in _NICK_HEADS for tail in _NICK_TAILS] + list(_NICK_ODDITIES)
    )
    plain = picked(index, salt="nick", seed=seed, below=len(pool) - len(_NICK_ODDITIES))
    odd = len(pool) - 1 - picked(index, salt="odd nick", seed=seed, below=len(_NICK_ODDITIES))
    is_odd = picked(index, salt="is odd nick", seed=seed, below=1000) < ODD_NICK_SHARE * 1000
    return pool.gather(pl.Series(plain * ~is_odd + odd * is_odd))


def masked_name(names: pl.Series) -> pl.Series:
    """``王**`` for 王晓彤."""
    return names.str.slice(0, 1) + "**"
