"""The plain way: customers and RFM from the same raw exports, one pandas script.

    python bench/nightly_pandas.py HOME

It reads the exports as a first script would: no drift, no damage, no guards, phones and platform
accounts joined as they stand, unpaid orders left out by a missing payment time, no refunds.
"""

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

SHEETS = {
    "taobao_order": ("订单编号", "订单付款时间", "买家实际支付金额", "联系手机"),
    "jd_order": ("订单号", "付款确认时间", "应付金额", "下单帐号"),
    "douyin_order": ("主订单编号", "支付完成时间", "订单应付金额", "收件人手机号"),
    "pdd_order": ("订单号", "支付时间", "用户实付金额(元)", None),
    "xiaohongshu_order": ("订单号", "支付时间", "用户应付金额(元)", "用户编号"),
    "kuaishou_order": ("订单号", "订单支付时间", "实付款", None),
}
PER_LINE = ("douyin_order", "xiaohongshu_order")  # the amount of each line, not of the order
AS_OF = pd.Timestamp("2026-10-31")


def read_sheet(file: Path) -> pd.DataFrame:
    """A CSV in whatever of two encodings fits, or a workbook."""
    if file.suffix in (".xlsx", ".xls"):
        return pd.read_excel(file, dtype=str)
    try:
        return pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    except UnicodeDecodeError:
        return pd.read_csv(file, dtype=str, encoding="gb18030")


def sheet_orders(raw: Path, source: str) -> Iterator[pd.DataFrame]:
    """Orders of a platform: number, payment time, amount, buyer."""
    number, paid, amount, buyer = SHEETS[source]
    for file in sorted((raw / source).glob("*.*")):
        try:
            rows = read_sheet(file)
        except (ValueError, OSError):
            continue
        rows.columns = rows.columns.str.strip()
        if not {number, paid, amount} <= set(rows.columns):
            continue
        orders = pd.DataFrame(
            {
                "order": source + rows[number].str.strip('="\t'),
                "paid_at": pd.to_datetime(rows[paid], errors="coerce"),
                "amount": pd.to_numeric(rows[amount].str.strip("¥元"), errors="coerce"),
                "buyer": source + rows[buyer].str.strip("'\t") if buyer else None,
                "phone": rows[buyer].str.strip("'\t").str.extract(r"^(1\d{10})$")[0]
                if buyer
                else None,
            }
        )
        how = "sum" if source in PER_LINE else "first"
        yield orders.groupby("order", as_index=False).agg(
            {"paid_at": "first", "amount": how, "buyer": "first", "phone": "first"}
        )


def documents(raw: Path, source: str, *path: str) -> Iterator[dict]:
    """Rows of the JSON answers of an API; damaged answers are left out."""
    for file in sorted((raw / source).glob("*.json")):
        try:
            found = json.loads(file.read_text())
        except ValueError:
            continue
        for step in path:
            found = found.get(step) or {}
        yield from found or []


def api_orders(raw: Path) -> Iterator[pd.DataFrame]:
    """Orders of Youzan, the mini-program and the tills."""
    youzan = (
        row["full_order_info"]
        for row in documents(raw, "youzan_trade", "data", "full_order_info_list")
    )
    yield pd.DataFrame(
        {
            "order": row["order_info"]["tid"],
            "paid_at": row["order_info"].get("pay_time"),
            "amount": row["pay_info"]["payment"],
            "buyer": row["buyer_info"].get("yz_open_id"),
            "phone": row["buyer_info"].get("buyer_phone"),
        }
        for row in youzan
    )
    yield pd.DataFrame(
        {
            "order": row["merchant_trade_no"],
            "paid_at": pd.to_datetime(row.get("pay_time"), unit="s"),
            "amount": row["paid_amount"] / 100,
            "buyer": row["openid"],
            "phone": None,
        }
        for row in documents(raw, "wxapp_order", "order_list")
    )
    yield pd.DataFrame(
        {
            "order": row["sn"],
            "paid_at": row["datetime"],
            "amount": row["totalAmount"],
            "buyer": row.get("customerUid"),
            "phone": None,
        }
        for row in documents(raw, "pospal_ticket", "data", "result")
    )


def read_events(raw: Path) -> pd.DataFrame:
    """Tracked events: who and when."""
    parts = [
        pd.read_json(file, lines=True)[["distinct_id", "time", "event"]]
        for file in sorted((raw / "sensors_event").glob("*.jsonl"))
    ]
    return pd.concat(parts)


def main() -> None:
    """Read, join, score."""
    warnings.simplefilter("ignore")
    raw = Path(sys.argv[1]) / "raw"
    orders = pd.concat(
        [*(part for source in SHEETS for part in sheet_orders(raw, source)), *api_orders(raw)]
    )
    orders["paid_at"] = pd.to_datetime(orders["paid_at"], errors="coerce")
    orders["amount"] = pd.to_numeric(orders["amount"], errors="coerce")
    orders = orders.drop_duplicates("order", keep="last").dropna(subset=["paid_at", "amount"])
    orders["customer"] = orders["phone"].fillna(orders["buyer"].astype("string"))
    events = read_events(raw)
    activity = events.groupby("distinct_id").agg(events=("event", "size"), last=("time", "max"))
    rfm = (
        orders.dropna(subset=["customer"])
        .groupby("customer")
        .agg(
            recency=("paid_at", lambda paid: (AS_OF - paid.max()).days),
            frequency=("paid_at", lambda paid: paid.dt.date.nunique()),
            monetary=("amount", "sum"),
        )
    )
    for column in rfm:
        rank = rfm[column].rank(pct=True, ascending=column != "recency")
        rfm[f"{column}_score"] = (rank * 5).clip(upper=4.999).astype(int) + 1
    sys.stdout.write(f"{len(rfm):,} customers, {len(activity):,} active\n")


if __name__ == "__main__":
    main()
