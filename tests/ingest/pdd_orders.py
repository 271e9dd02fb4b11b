"""Exports of one small source, as cells and as lines of a CSV."""

PDD = ["订单号", "订单状态", "用户实付金额(元)", "支付时间", "售后状态"]
PDD_LINE = ",".join(PDD) + "\r\n"
TIME = "2026-06-18 20:00:00"


def order(number, amount="17.80", paid_at=TIME, status="已收货"):
    return [f"260618-{number}", status, amount, paid_at, "无售后"]


def order_line(number, amount="17.80"):
    return ",".join(order(number, amount)) + "\r\n"
