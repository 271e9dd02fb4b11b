"""What headings usually mean: learned from the declared sources, then from words of the trade."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from siyu.ingest.headings import normalise_heading
from siyu.ingest.sources import Source

# word in a heading → canonical name and type; the first that fits, so the longer ones stand first
TRADE_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"unionid", "unionid", "id"),
    (r"openid", "openid", "id"),
    (r"子订单", "sub_order_id", "id"),
    (r"订单(编?号|id)|单号|流水号|order_?(id|no|number|sn)", "order_id", "id"),
    (r"会员(卡号|编号|号|id)|member_?(id|no)", "member_no", "id"),
    (r"退款.*(时间|日期)|refunded_at", "refunded_at", "ts_cn"),
    (r"退款.*(金额|额)|refund_?amount", "refund_amount", "money_yuan_loose"),
    (r"(付款|支付|成交).*(时间|日期)|paid_at|pay_?time", "paid_at", "ts_cn"),
    (
        r"(实付|实收|支付|付款|应付|成交).*(金额|款|额)?|paid_?amount|payment",
        "paid_amount",
        "money_yuan_loose",
    ),
    (r"(下单|创建|提交).*(时间|日期)|created_?(at|time)?", "created_at", "ts_cn"),
    (r"(更新|修改).*(时间|日期)|updated_?(at|time)?", "updated_at", "ts_cn"),
    (r"(完成|结束|收货).*(时间|日期)|finished_at", "finished_at", "ts_cn"),
    (r"时间|日期|time$|_at$|date$", "occurred_at", "ts_cn"),
    (r"邮费|运费|freight|postage", "freight_amount", "money_yuan_loose"),
    (r"单价|售价|价格|price", "price", "money_yuan_loose"),
    (r"金额|总额|总价|余额|amount|total", "amount", "money_yuan_loose"),
    (r"手机|电话|phone|mobile|tel$", "phone", "phone"),
    (r"邮箱|email|e-mail", "email", "email"),
    (r"生日|出生|birth", "birthday", "date"),
    (r"数量|件数|quantity|qty|count$", "quantity", "int"),
    (r"积分|points?", "points", "decimal"),
    (r"状态|status", "status", "text"),
    (r"商品(编号|编码|id)|条码|sku|item_?id", "item_id", "id"),
    (r"商品|宝贝|品名|标题|title|item", "item_title", "text"),
    (r"收货地址|地址|address", "address", "text"),
    (r"姓名|收货人|收件人|^name$", "name", "text"),
    (r"昵称|会员名|nick", "nickname", "text"),
    (r"性别|gender|sex", "gender", "text"),
    (r"^省|省份|province", "province", "text"),
    (r"^市$|城市|city", "city", "text"),
    (r"等级|level", "member_level", "text"),
    (r"门店|店铺|shop|store", "store_name", "text"),
    (r"备注|留言|remark|memo|note", "remark", "text"),
    (r"来源|渠道|source|channel", "channel", "text"),
    (r"编号|编码|id$|_no$", "record_id", "id"),
)


class Vocabulary:
    """Headings of the declared sources and what they became."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Learn from these sources; what most of them call a heading wins."""
        meanings: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for source in sources:
            for column in source.columns:
                for heading in column.headings:
                    last = normalise_heading(heading.rpartition(".")[2])
                    meanings[last][column.name, column.type] += 1
        self._learned = {
            heading: min(found.items(), key=lambda item: (-item[1], item[0]))[0]
            for heading, found in meanings.items()
        }

    def meaning(self, heading: str) -> tuple[str, str] | None:
        """Canonical name and type of a heading, None when nothing is known.

        Examples:
            >>> Vocabulary([]).meaning("会员手机号"), Vocabulary([]).meaning("颜色")
            (('phone', 'phone'), None)
        """
        name = normalise_heading(heading.rpartition(".")[2])
        if name in self._learned:
            return self._learned[name]
        for pattern, column, kind in TRADE_WORDS:
            if re.search(pattern, name):
                return column, kind
        return None
