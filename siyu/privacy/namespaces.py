"""Which columns of exports hold identifiers of which namespace, and numbers of which orders.

A short number names a person only among numbers of its own namespace: member 10086 and user 10086
are two people, and so are the orders 10086 of two shops.
"""

from collections.abc import Mapping

OPENIDS = frozenset({"wechat_mp_openid", "wechat_oa_openid"})
TRACKED = frozenset({"app_user_id", "anonymous_id"})
# column → namespaces of its identifiers, in every source that has the column
IDENTIFIERS: dict[str, frozenset[str]] = {
    "member_no": frozenset({"member_no"}),
    "pospal_customer_uid": frozenset({"pospal_customer_uid"}),
    "jd_account": frozenset({"jd_account"}),
    "taobao_open_uid": frozenset({"taobao_open_uid"}),
    "doudian_open_id": frozenset({"doudian_open_id"}),
    "xhs_user_id": frozenset({"xhs_user_id"}),
    "yz_open_id": frozenset({"youzan_open_id"}),
    **dict.fromkeys(
        ("unionid", "identity_unionid", "sharer_unionid"), frozenset({"wechat_unionid"})
    ),
    **dict.fromkeys(
        ("openid", "mp_openid", "oa_openid", "outer_user_id", "sharer_openid"), OPENIDS
    ),
    **dict.fromkeys(
        ("external_userid", "event_external_userid", "member_id", "invited_by", "changed_members"),
        frozenset({"wecom_external_userid"}),
    ),
    **dict.fromkeys(("user_id", "login_id", "identity_login_id"), frozenset({"app_user_id"})),
    "anonymous_id": frozenset({"anonymous_id"}),
    **dict.fromkeys(("distinct_id", "original_id", "previous_id", "sharer_id"), TRACKED),
}
# column → the column beside it that says of which namespace its identifier is
TOLD_BY = {
    "subject_id": "subject_type",
    "subject_phone": "subject_type",  # of the same heading
    "identifier": "namespace",
    "left_identifier": "left_namespace",
    "right_identifier": "right_namespace",
}
# namespace → what else the consent ledger calls it: the var `consent_subjects` of the dbt project
ALIASES = {
    "wechat_unionid": ("unionid",),
    "wechat_oa_openid": ("oa_openid",),
    "wechat_mp_openid": ("mp_openid",),
    "wecom_external_userid": ("external_userid",),
    "youzan_open_id": ("yz_open_id",),
    "taobao_open_uid": ("open_uid", "ouid"),
    "member_no": ("会员号", "会员卡号"),
    "app_user_id": ("user_id", "login_id"),
    "phone": ("mobile", "手机", "手机号", "手机号码"),
    "email": ("邮箱",),
}
SUBJECTS = {
    "openid": OPENIDS,
    **{word: frozenset({of}) for of, words in ALIASES.items() for word in words},
}

# columns by which rows of one order, its items, payments and refunds find each other
ORDER_COLUMNS = (
    "order_id",
    "sub_order_id",
    "order_no",
    "source_order_id",
    "ticket_no",
    "ticket_uid",
    "alipay_txn_id",
    "wxpay_txn_id",
    "outer_transaction_ids",
    "transaction_ids",
    "channels_order_no",
)
# numbers of a marketplace are its own; payments name tickets of the till and orders of shops
MARKETPLACES = frozenset({"taobao", "jd", "douyin", "kuaishou", "xiaohongshu", "pdd"})
TILLS = frozenset({"pos", "pospal"})
PAYMENTS = frozenset({"wxpay", "alipay"})
TILL_ORDER, SHOP_ORDER = "order:till", "order:shop"
ANY_ORDER = "order"  # of numbers too long to be two orders'


def namespaces_of(source: str, column: str | None, beside: Mapping[str, str]) -> frozenset[str]:
    """Of which namespaces a cell can be.

    Args:
        source: The source, '' for lists people keep.
        column: Canonical column of the cell.
        beside: Canonical column → cell of the same row.

    Examples:
        >>> sorted(namespaces_of("pos_sales", "member_no", {}))
        ['member_no']
        >>> sorted(namespaces_of("consent_ledger", "subject_id", {"subject_type": "user_id"}))
        ['app_user_id']
        >>> sorted(namespaces_of("alipay_bill", "order_id", {}))
        ['order', 'order:shop', 'order:till']
    """
    if column is None:
        return frozenset()
    if column in TOLD_BY:
        told = beside.get(TOLD_BY[column], "").strip().lower()
        return SUBJECTS.get(told, frozenset({told}))
    if column in ORDER_COLUMNS:
        return order_namespaces(source) | {ANY_ORDER}
    return IDENTIFIERS.get(column, frozenset())


def could_hold(source: str, column: str) -> frozenset[str] | None:
    """Namespaces a column can hold; None: any, each row says which."""
    return None if column in TOLD_BY else namespaces_of(source, column, {})


def order_namespaces(source: str) -> frozenset[str]:
    """Whose order numbers a source or platform has.

    Examples:
        >>> sorted(order_namespaces("jd_order")), sorted(order_namespaces("youzan"))
        (['order:jd'], ['order:shop'])
    """
    platform = source.partition("_")[0]
    if platform in MARKETPLACES:
        return frozenset({f"order:{platform}"})
    if platform in PAYMENTS:
        return frozenset({TILL_ORDER, SHOP_ORDER})
    return frozenset({TILL_ORDER if platform in TILLS else SHOP_ORDER})
