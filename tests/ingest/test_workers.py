"""Exports read side by side land as read one by one, whatever becomes of a worker."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from siyu.ingest import jobs
from siyu.ingest.staging import stage_export
from siyu.ingest.workers import Workers

from .conftest import SAMPLES
from .pdd_orders import PDD_LINE, order_line


def test_workers_read_a_large_export_as_one_process_does(brand, monkeypatch):
    head, *rows = (SAMPLES / "taobao_ExportOrderList202606200900.csv").read_bytes().split(b"\r\n")
    copies = b"\r\n".join(
        row.replace(b"2231958349000001", f"22319583{n:08d}".encode())
        for n in range(3000)
        for row in rows[:5]
    )
    brand.put("taobao_order", "large.csv", head + b"\r\n" + copies + b"\r\n")
    lines = (SAMPLES / "sensors_events.jsonl").read_bytes()
    brand.put("sensors_event", "large.jsonl", lines * 1000)
    brand.land()
    here = {name: brand.rows(name) for name in ("taobao_order", "sensors_event")}
    assert here["taobao_order"].height == 15_000
    for path in brand.home.landing.rglob("[0-9a-f]*.json"):
        path.unlink()
    monkeypatch.setattr("siyu.ingest.staging.SHARED_FROM", 1)
    brand.land()
    for name, rows_here in here.items():
        assert brand.rows(name).equals(rows_here)


def test_a_refusal_in_a_thread_or_a_process_is_a_refusal(brand, monkeypatch):
    monkeypatch.setattr("siyu.ingest.staging.SHARED_FROM", 1)
    reason = brand.refusal("pdd_order", PDD_LINE + order_line(1) + "6.9E+18,已收货,1,,无\r\n")
    assert "line 3, column 订单号" in reason
    line = '{"type":"track","distinct_id":1.5e18,"time":1781784000000}\n'
    assert "line 1, column distinct_id" in brand.refusal("sensors_event", line * 2, "a.jsonl")


def test_a_worker_that_dies_costs_its_file_only(brand, monkeypatch):
    monkeypatch.setattr("siyu.ingest.staging.SHARED_FROM", 1)
    monkeypatch.setattr("siyu.ingest.workers.COMMAND", (sys.executable, "-c", "pass"))
    brand.put_sample("sensors_event", "sensors_events.jsonl")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    files = brand.land()
    assert files["status"].to_list() == ["landed", "refused"]
    assert "ended early" in files["reason"].to_list()[1]
    monkeypatch.undo()
    assert brand.land()["status"].to_list() == ["landed", "landed"]


def test_small_files_read_side_by_side_land_as_read_one_by_one(brand, monkeypatch):
    for number in range(6):
        brand.put("pdd_order", f"{number}.csv", PDD_LINE + order_line(number))
    brand.put("pdd_order", "short.csv", "订单号,订单状态\r\n260618-9,已收货\r\n")
    brand.put("pdd_order", "rounded.csv", PDD_LINE + "6.9E+18,已收货,1,,无\r\n")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    told = ("source", "file", "status", "rows_read", "rows_landed", "rows_rejected", "reason")
    one_by_one, rows = brand.land().select(told), brand.rows("pdd_order")
    for folder in (brand.home.landing, brand.home.quarantine):
        shutil.rmtree(folder)
    monkeypatch.setattr(jobs, "TOGETHER_FROM", 1)
    asked = []
    submit = Workers.submit
    monkeypatch.setattr(
        Workers, "submit", lambda self, task: asked.append(task) or submit(self, task)
    )
    assert brand.land().select(told).equals(one_by_one)
    assert brand.rows("pdd_order").equals(rows)
    assert len(asked) == 9
    assert set(one_by_one["status"]) == {"landed", "refused"}


def test_a_failure_of_the_reader_is_told_and_stops_no_other_file(brand, monkeypatch):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.put("pdd_order", "b.csv", PDD_LINE + order_line(2))

    def fail_once(export, *args, **settings):
        if export.file == "a.csv":
            raise ZeroDivisionError
        return stage_export(export, *args, **settings)

    monkeypatch.setattr(jobs, "stage_export", fail_once)
    files = brand.land()
    assert files.select("file", "status").rows() == [("a.csv", "refused"), ("b.csv", "landed")]
    assert "ZeroDivisionError" in files["reason"].to_list()[0]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_no_file_and_no_process_stays(brand, monkeypatch):
    for number in range(5):
        brand.put("pdd_order", f"{number}.csv", PDD_LINE + order_line(number))
    brand.put_sample("alipay_bill", "alipay_20880000000000000156_20260618.csv.zip")
    brand.put_sample("wxpay_bill", "wxpay_trade_bill_20260618_ALL.csv.gz")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    brand.put_sample("sensors_event", "sensors_events.jsonl")
    monkeypatch.setattr("siyu.ingest.staging.SHARED_FROM", 1)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    brand.land()
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208
