"""Order money of the samples, worked out by hand from the files."""

from decimal import Decimal

# order_id: status, gross, refund, net. Traps: 买家实际支付金额 is 0 when unpaid; JD repeats the
# order's amount on each item; a Douyin order is the sum of its sub-orders; a Youzan payment leaves
# out the coupon; the mini-program's refund of 50 stands in the bill only.
ORDERS = {
    "taobao:2231958349000001001": ("paid", "199.00", "0.00", "199.00"),
    "taobao:2231958349000001002": ("cancelled", "398.00", "0.00", "0.00"),
    "taobao:2231958349000001003": ("paid", "99.00", "20.00", "79.00"),
    "taobao:2231958349000001004": ("paid", "59.00", "0.00", "59.00"),
    "taobao:2231958349000001005": ("paid", "1299.00", "0.00", "1299.00"),
    "jd:300000000001": ("paid", "278.00", "0.00", "278.00"),
    "jd:300000000002": ("cancelled", "398.00", "0.00", "0.00"),
    "jd:300000000005": ("unpaid", "199.00", "0.00", "0.00"),
    "jd:300000000006": ("paid", "1299.00", "0.00", "1299.00"),
    "douyin:6917926768823640001": ("paid", "169.00", "0.00", "169.00"),
    "douyin:6917926768823640002": ("refunded", "198.00", "198.00", "0.00"),
    "douyin:6917926768823640004": ("paid", "1299.00", "0.00", "1299.00"),
    "douyin:6917926768823640005": ("unpaid", "59.00", "0.00", "0.00"),
    "kuaishou:2618000000000001": ("paid", "169.00", "0.00", "169.00"),
    "kuaishou:2618000000000002": ("cancelled", "0.00", "0.00", "0.00"),
    "kuaishou:2618000000000003": ("paid", "99.00", "0.00", "99.00"),
    "kuaishou:2618000000000004": ("paid", "59.00", "0.00", "59.00"),
    "kuaishou:2618000000000005": ("paid", "1299.00", "0.00", "1299.00"),
    "xiaohongshu:P800347296683184201": ("paid", "169.00", "0.00", "169.00"),
    "xiaohongshu:P800347296683184202": ("refunded", "169.00", "169.00", "0.00"),
    "xiaohongshu:P800347296683184203": ("paid", "169.00", "0.00", "169.00"),
    "xiaohongshu:P800347296683184204": ("paid", "169.00", "0.00", "169.00"),
    "xiaohongshu:P800347296683184205": ("paid", "169.00", "0.00", "169.00"),
    "pdd:260618-607198974340001": ("paid", "17.80", "0.00", "17.80"),
    "pdd:260618-607198974340002": ("paid", "17.80", "0.00", "17.80"),
    "pdd:260618-607198974340003": ("paid", "17.80", "0.00", "17.80"),
    "pdd:260618-607198974340004": ("cancelled", "17.80", "0.00", "0.00"),
    "pdd:260618-607198974340005": ("paid", "17.80", "0.00", "17.80"),
    "youzan:E20260618200000000100001": ("paid", "189.00", "0.00", "189.00"),
    "youzan:E20260618210000000100002": ("cancelled", "99.00", "0.00", "0.00"),
    "wechat:MP202606180001": ("paid", "199.00", "50.00", "149.00"),
    "wechat:MP202606180002": ("paid", "9.16", "0.00", "9.16"),
    "wechat:3705115058471208928": ("paid", "189.00", "0.00", "189.00"),
    "wechat:LW20260618001": ("paid", "199.00", "0.00", "199.00"),
    "wechat:LW20260618002": ("paid", "198.00", "99.00", "99.00"),
    "pospal:202606180803189370001": ("paid", "199.00", "0.00", "199.00"),
    "pospal:202606180803189370002": ("paid", "59.00", "0.00", "59.00"),
    "pospal:202606180803189370003": ("refunded", "0.00", "199.00", "-199.00"),
    # the till's report: 189.05 + 20 on one ticket, one ticket brought back
    "pospal:202606180001": ("paid", "209.05", "0.00", "209.05"),
    "pospal:202606180002": ("paid", "59.00", "0.00", "59.00"),
    "pospal:202606180003": ("refunded", "0.00", "199.00", "-199.00"),
    # no export knows these: the Alipay bill makes them
    "pospal:POS202606180001": ("paid", "199.00", "50.00", "149.00"),
    "pospal:POS202606180002": ("paid", "1299.00", "0.00", "1299.00"),
}


def test_every_sample_order_is_there_once_and_exact_to_the_fen(of_samples):
    found = {
        order_id: (status, str(gross), str(refund), str(net))
        for order_id, status, gross, refund, net in of_samples.rows(
            "select order_id, status, gross_amount, refund_amount, net_amount from marts.orders"
        )
    }

    assert found == ORDERS


def test_every_platform_sums_up(of_samples):
    expected = {}
    for order_id, (_, _, _, net) in ORDERS.items():
        platform = order_id.split(":")[0]
        count, total = expected.get(platform, (0, Decimal(0)))
        expected[platform] = (count + 1, total + Decimal(net))

    sums = of_samples.rows(
        "select platform, count(*), sum(net_amount) from marts.orders group by 1"
    )

    assert {platform: (count, net) for platform, count, net in sums} == expected


def test_order_days_are_shanghai_days(of_samples):
    days = dict(of_samples.rows("select order_id, order_date::varchar from marts.orders"))

    assert days["douyin:6917926768823640005"] == "2026-06-19"  # 01:00 there, the day before in UTC
    assert days["taobao:2231958349000001005"] == "2026-06-18"
    assert days["pdd:260618-607198974340002"] == "2026-06-18"  # known by its number only


def test_an_order_bridges_its_accounts(of_samples):
    buyers = dict(of_samples.rows("select order_id, customer_id from marts.orders"))
    xiaotong = buyers["wechat:MP202606180001"]

    assert xiaotong is not None
    assert buyers["youzan:E20260618200000000100001"] == xiaotong
    assert buyers["pospal:202606180803189370001"] == xiaotong
    assert buyers["wechat:MP202606180002"] != xiaotong
    assert buyers["pdd:260618-607198974340001"] is None


def test_item_lines_carry_what_the_platform_says(of_samples):
    lines = of_samples.rows(
        "select item_title, quantity, unit_price_amount, line_amount from marts.order_items "
        "where order_id in ('jd:300000000001', 'pospal:202606180803189370003') order by 1, 2"
    )

    assert [(title, float(quantity)) for title, quantity, _, _ in lines] == [
        ("舒缓面霜", -1.0),
        ("舒缓面霜 50g", 1.0),
        ("防晒霜 30ml", 1.0),
    ]
    assert lines[0][3] == Decimal("-199.00")
