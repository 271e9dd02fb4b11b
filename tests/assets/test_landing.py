"""What landing tells Dagster: the verdict of the border, and totals that do not add up."""

import dagster as dg

from assets.landing import TOTALS_CHECK, landing
from assets.ledger import Ledger
from assets.stores import HomeStore, ParquetStore

PDD = "订单号,订单状态,用户实付金额(元),支付时间,售后状态\r\n"
ROW = "260618-{0},已收货,17.80,2026-06-18 20:00:00,无\r\n"


def test_totals_that_differ_from_the_rows_are_an_asset_check(tmp_path):
    folder = tmp_path / "raw" / "pdd_order"
    folder.mkdir(parents=True)
    (folder / "right.csv").write_text(PDD + ROW.format(1) + ROW.format(2) + "总计,,35.60,,\r\n")
    (folder / "short.csv").write_text(PDD + ROW.format(3) + "总计,,35.60,,\r\n")
    home = HomeStore(root=str(tmp_path))
    outcome = dg.materialize(
        [landing],
        resources={
            "home": home,
            "exchange": ParquetStore(home=home, folder="exchange"),
            "ledger": Ledger(home=home),
        },
    )
    checks = {
        check.asset_key.path[-1]: check
        for check in outcome.get_asset_check_evaluations()
        if check.check_name == TOTALS_CHECK
    }
    assert {source for source, check in checks.items() if not check.passed} == {"pdd_order"}
    assert set(checks) == {"alipay_bill", "pdd_order", "pos_sales", "wxpay_bill"}
    (found,) = checks["pdd_order"].metadata.items()
    assert found[0] == "short.csv"
    assert "the export states 35.60, the rows add up to 17.80" in found[1].value
