"""The dictionary of profile columns: what ``where:`` and ``rank:`` of an audience may use.

How each column is filled stands in `siyu.audience.profile`.
"""

from dataclasses import dataclass

import polars as pl

from siyu.value.purchases import Yuan
from siyu.value.segments import SEGMENTS

Int, Text, Flag, Day = pl.Int64(), pl.String(), pl.Boolean(), pl.Date()


@dataclass(frozen=True)
class ProfileColumn:
    """One column of the profile.

    Attributes:
        name: As rules write it.
        dtype: Type of its values.
        label_zh: What marketers call it.
        meaning: Unit, range and the meaning of null.
        values: All values it can have; empty = open.
    """

    name: str
    dtype: pl.DataType
    label_zh: str
    meaning: str
    values: tuple[str, ...] = ()


RFM_SEGMENTS = tuple(english for english, _ in SEGMENTS.values())
RFM_SEGMENTS_ZH = tuple(chinese for _, chinese in SEGMENTS.values())

PROFILE_COLUMNS: tuple[ProfileColumn, ...] = (
    ProfileColumn("customer_id", Text, "客户编号", "Canonical id; never null."),
    ProfileColumn("display_name", Text, "称呼", "Name to address the customer by; null = unknown."),
    ProfileColumn("gender", Text, "性别", "Null = unknown.", ("female", "male")),
    ProfileColumn("province", Text, "省份", "As the sources write it; null = unknown."),
    ProfileColumn("city", Text, "城市", "As the sources write it; null = unknown."),
    ProfileColumn("member_level", Text, "会员等级", "As the member program names it; null = none."),
    ProfileColumn("birth_month", Int, "生日月份", "1 to 12; null = unknown."),
    ProfileColumn("age_years", Int, "年龄", "Whole years on the as-of date; null = unknown."),
    ProfileColumn("is_anonymous", Flag, "是否匿名", "Known by a device only."),
    ProfileColumn(
        "known_days", Int, "认识天数", "Days since first seen; null = nobody noted when."
    ),
    ProfileColumn("lifetime_order_count", Int, "累计订单数", "Orders with net above zero, ever."),
    ProfileColumn("lifetime_net_amount", Yuan, "累计净额", "Net of refunds in yuan, ever."),
    ProfileColumn("first_order_date", Day, "首单日期", "Null = never bought."),
    ProfileColumn("last_order_date", Day, "末单日期", "Null = never bought."),
    ProfileColumn("days_since_first_order", Int, "首单距今天数", "Null = never bought."),
    ProfileColumn("days_since_last_order", Int, "末单距今天数", "Null = never bought."),
    ProfileColumn("recency_days", Int, "最近消费天数", "R, within W; null = no order in W."),
    ProfileColumn("order_count", Int, "近一年订单数", "Orders with net above zero in W."),
    ProfileColumn("order_day_count", Int, "近一年消费天数", "F, order days in W."),
    ProfileColumn("net_amount", Yuan, "近一年净额", "M, net of refunds in W, yuan."),
    ProfileColumn("r_score", Int, "R分", "1 to 5, 5 = most recent; null = no order in W."),
    ProfileColumn("f_score", Int, "F分", "1 to 5; null = no order in W."),
    ProfileColumn("m_score", Int, "M分", "1 to 5; null = no order in W."),
    ProfileColumn("rfm_segment", Text, "RFM分群", "Null = no order in W.", RFM_SEGMENTS),
    ProfileColumn("rfm_segment_zh", Text, "RFM分群名", "Null = no order in W.", RFM_SEGMENTS_ZH),
    ProfileColumn("value_tier", Text, "价值层级", "Never null.", ("high", "mid", "low", "none")),
    ProfileColumn(
        "activity_tier", Text, "活跃层级", "Never null.", ("active", "regular", "dormant")
    ),
    ProfileColumn("loyalty_tier", Text, "忠诚层级", "Never null.", ("loyal", "potential", "none")),
    ProfileColumn("is_loyal_behavioural", Flag, "行为忠诚", "Loyal but for advocacy; never null."),
    ProfileColumn("is_margin_unknown", Flag, "毛利未知", "Null = no order in W."),
    ProfileColumn("days_since_last_event", Int, "末次互动距今天数", "Touch, login or purchase."),
    ProfileColumn("dormant_after_days", Int, "沉睡天数线", "D of the as-of date."),
    ProfileColumn(
        "recent_interaction_count", Int, "近30天互动次数", "Touches, logins not counted."
    ),
    ProfileColumn("recent_login_day_count", Int, "近30天登录天数", "Days with a login."),
    ProfileColumn("recent_purchase_day_count", Int, "近30天消费天数", "Days with a purchase."),
    ProfileColumn("advocacy_count", Int, "近一年推荐次数", "Shares, referrals, good reviews, NPS."),
    ProfileColumn("has_wecom", Flag, "企微好友", "A living WeCom relation."),
    ProfileColumn("has_oa", Flag, "公众号粉丝", "Follows an Official Account."),
    ProfileColumn("has_miniprogram", Flag, "小程序用户", "Known to a mini program."),
    ProfileColumn("has_sms", Flag, "有手机号", "A usable phone number."),
    ProfileColumn("has_email", Flag, "有邮箱", "A usable email address."),
)

COLUMNS_BY_NAME = {column.name: column for column in PROFILE_COLUMNS}
PROFILE_SCHEMA = pl.Schema({column.name: column.dtype for column in PROFILE_COLUMNS})
