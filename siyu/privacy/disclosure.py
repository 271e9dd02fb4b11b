"""A person's copy of their data: one JSON for machines, one page for people, in both languages."""

import json
from dataclasses import dataclass
from html import escape
from typing import Any

TITLES = {
    "profile": "Profile · 个人档案",
    "identifiers": "Identifiers · 标识",
    "orders": "Orders · 订单",
    "order_items": "Order items · 订单商品",
    "interactions": "Interactions · 互动记录",
    "consents": "Consents · 授权与退订",
    "tiers": "Tiers · 分层",
    "segments": "RFM segments · RFM 分群",
    "audiences": "Audiences they were in · 所在人群包",
    "records": "Source records · 原始记录（来源、文件、行号）",
}
STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em auto;max-width:80em;padding:0 1em}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}"
    "th{background:#f3f3f3}"
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Disclosure:
    """Everything a home keeps of a person.

    Attributes:
        customer_id: Their id.
        made_at: When the copy was made, ISO 8601, UTC.
        sections: Section (a key of ``TITLES``) → its rows.
    """

    customer_id: str
    made_at: str
    sections: dict[str, Rows]

    def as_json(self) -> bytes:
        """The copy for machines."""
        told = {"customer_id": self.customer_id, "made_at": self.made_at, **self.sections}
        return (json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n").encode()

    def as_page(self) -> bytes:
        """The copy for people: one page that needs nothing from outside."""
        title = f"Personal data · 个人信息副本 {escape(self.customer_id)}"
        parts = [
            '<!doctype html><html lang="zh"><meta charset="utf-8">',
            f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>",
            f"<p>Made at · 生成时间: {escape(self.made_at)} UTC</p>",
        ]
        for section, rows in self.sections.items():
            parts += [f"<h2>{TITLES[section]} ({len(rows)})</h2>", _table(rows)]
        return "\n".join([*parts, "</html>", ""]).encode()


def _table(rows: Rows) -> str:
    if not rows:
        return "<p>none · 无</p>"
    headings = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    lines = ("".join(f"<td>{_cell(value)}</td>" for value in row.values()) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><tr>{headings}</tr>\n{body}</table>"


def _cell(value: Any) -> str:
    return "" if value is None else escape(str(value))
