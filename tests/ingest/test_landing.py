"""Landing happens once, survives being killed anywhere, and says what became of each file."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from siyu.home import Home
from siyu.ingest import jobs
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.readers import export_pieces
from siyu.ingest.sources import Source
from siyu.ingest.staging import stage_export
from siyu.ingest.workers import Workers

from .conftest import LOADED_AT, ROOT, SAMPLES, Brand

PDD = "订单号,订单状态,用户实付金额(元),支付时间,售后状态\r\n"
NEXT_NIGHT = LOADED_AT + timedelta(days=1)


def order(number, amount="17.80"):
    return f"260618-{number},已收货,{amount},2026-06-18 20:00:00,无\r\n"


def state_of(home: Home) -> dict[str, bytes]:
    """Every file of landing and quarantine."""
    folders = (home.landing, home.quarantine)
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lasting(state: dict[str, bytes]) -> dict[str, bytes]:
    """A state without what is only remembered of files to spare looking into them."""
    registers = {"landing/_hashes.json", "landing/_landed.json"}
    return {file: content for file, content in state.items() if file not in registers}


def test_a_second_run_with_nothing_new_changes_nothing(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "bad.csv", "x")
    first = brand.land()
    before = state_of(brand.home)
    assert stage_exports(brand.home, brand.sources, loaded_at=NEXT_NIGHT) == []
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)
    assert state_of(brand.home) == before


def test_the_same_content_lands_once_whatever_its_name(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "2026/again.csv", PDD + order(1))
    files = brand.land().select("file", "status", "reason").rows()
    assert files == [
        ("2026/again.csv", "landed", None),
        ("a.csv", "duplicate", "the same content has landed as 2026/again.csv"),
    ]
    brand.put("pdd_order", "0.csv", PDD + order(1))
    assert brand.land(loaded_at=NEXT_NIGHT).filter(status="landed")["file"].to_list() == [
        "2026/again.csv"
    ]
    assert brand.rows("pdd_order").height == 1


def test_files_that_are_gone_stay_listed_and_landed(brand):
    path = brand.put("pdd_order", "a.csv", PDD + order(1))
    first = brand.land()
    path.unlink()
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)
    assert brand.rows("pdd_order").height == 1


def test_a_file_whose_content_changes_is_another_export(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.land()
    brand.put("pdd_order", "a.csv", PDD + order(1) + order(2))
    files = brand.land(loaded_at=NEXT_NIGHT)
    assert files["status"].to_list() == ["landed", "landed"]
    assert sorted(files["rows_landed"]) == [1, 2]


def test_every_source_has_a_table_even_without_exports(brand):
    brand.land()
    for name, source in brand.sources.items():
        rows = pl.read_parquet(brand.home.landing / name / "_schema.parquet")
        assert rows.schema == source.landing_schema()


def test_the_border_refuses_before_anything_lands(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "b.csv", PDD + order(2))
    files = brand.land(refusals={"pdd_order/a.csv": "order_id is not unique"})
    assert files["status"].to_list() == ["refused", "landed"]
    assert files["reason"].to_list()[0].startswith("order_id is not unique; ")
    assert brand.rows("pdd_order")["order_id"].to_list() == ["260618-2"]
    assert stage_exports(brand.home, brand.sources, loaded_at=NEXT_NIGHT) == []


def test_a_refusal_says_where_what_and_what_to_do(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1) + "6.9E+18,已收货,1,,无\r\n")
    brand.land()
    (path,) = (brand.home.quarantine / "pdd_order").glob("*.refused.json")
    refused = json.loads(path.read_text())
    assert refused["file"] == "a.csv"
    assert (refused["line"], refused["column"], refused["found"]) == (3, "订单号", "6.9E+18")
    assert "export it again" in refused["what_to_do"]


def test_quarantine_is_private_and_opens_as_text(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1) + order(2, "=1+1"))
    brand.land()
    (path,) = (brand.home.quarantine / "pdd_order").glob("*.rejected.csv")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert brand.home.quarantine.stat().st_mode & 0o777 == 0o700
    (row,) = brand.rejected("pdd_order")
    assert row["found"] == "'=1+1"
    assert row["file"] == "a.csv"
    assert "=1+1" not in row["reason"]


def changed(source: Source, **settings) -> Source:
    return source.model_copy(update=settings)


def test_a_changed_declaration_reads_every_export_again(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "b.csv", "订单号,订单状态\r\n1,x\r\n")
    brand.land()
    columns = brand.sources["pdd_order"].columns
    loosened = tuple(column.model_copy(update={"required": None}) for column in columns)
    looser = {
        **brand.sources,
        "pdd_order": changed(brand.sources["pdd_order"], columns=loosened[:2]),
    }
    later = Brand(brand.home, looser)
    files = later.land(loaded_at=NEXT_NIGHT)
    assert files["status"].to_list() == ["landed", "landed"]
    assert not list((brand.home.quarantine / "pdd_order").glob("*.refused.json"))
    rows = later.rows("pdd_order").filter(_source_file="a.csv")
    # which export is the newer one must not change because a declaration did
    assert rows["_loaded_at"].to_list() == [LOADED_AT]
    assert rows.schema == looser["pdd_order"].landing_schema()


def test_what_a_stricter_declaration_refuses_is_landed_no_more(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.land()
    source = brand.sources["pdd_order"]
    extra = source.columns[0].model_copy(
        update={"name": "other_id", "headings": ("别的编号",), "required": "column"}
    )
    strict = {**brand.sources, "pdd_order": changed(source, columns=(*source.columns, extra))}
    files = Brand(brand.home, strict).land(loaded_at=NEXT_NIGHT)
    assert files["status"].to_list() == ["refused"]
    assert Brand(brand.home, strict).rows("pdd_order").is_empty()


def test_a_damaged_parquet_is_landed_again(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    first = brand.land()
    (parquet,) = (brand.home.landing / "pdd_order").glob("[0-9a-f]*.parquet")
    whole = parquet.read_bytes()
    for damaged in (whole[:-50], b"", whole[:-4] + b"XXXX"):
        parquet.write_bytes(damaged)
        assert brand.land().equals(first)
        assert parquet.read_bytes() == whole
    parquet.unlink()
    assert brand.land().equals(first)


def test_lost_notes_cost_another_reading_and_nothing_else(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1))
    first = brand.land()
    before = state_of(brand.home)
    for path in brand.home.landing.rglob("*.json"):
        path.write_bytes(b"{")
    assert brand.land().equals(first)
    assert lasting(state_of(brand.home)) == lasting(before)


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_run(brand, monkeypatch):
    path = brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "b.csv", PDD + order(2))

    def read_and_grow(export_path, source):
        yield from export_pieces(export_path, source)
        if export_path == path:
            with path.open("a") as file:
                file.write(order(3))

    monkeypatch.setattr("siyu.ingest.staging.export_pieces", read_and_grow)
    files = brand.land()
    monkeypatch.undo()
    assert files.select("file", "status").rows() == [("a.csv", "refused"), ("b.csv", "landed")]
    assert "changed while it was read" in files["reason"].to_list()[0]
    assert brand.land(loaded_at=NEXT_NIGHT)["status"].to_list() == ["landed", "landed"]
    assert brand.rows("pdd_order").filter(_source_file="a.csv").height == 2


def fill(brand: Brand) -> None:
    for number in range(12):
        rows = "".join(order(f"{number}-{n}") for n in range(400))
        brand.put("pdd_order", f"{number}.csv", PDD + rows + order(f"{number}-x", "?"))
    brand.put("pdd_order", "bad.csv", "x")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    brand.put_sample("wxapp_login", "wxapp_code2session.jsonl")


LAND = """
import sys
from datetime import datetime
from pathlib import Path
from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import load_sources
sources = load_sources(Path(sys.argv[2]))
home = Home(Path(sys.argv[1]))
print("ready", flush=True)
staged = stage_exports(home, sources, loaded_at=datetime.fromisoformat("2026-06-20T18:00:00"))
admit_exports(home, sources, staged, {})
"""


def test_killed_at_any_moment_the_next_run_ends_in_the_same_state(tmp_path, sources):
    undisturbed = Brand(Home(tmp_path / "undisturbed"), sources)
    fill(undisturbed)
    began = time.monotonic()
    undisturbed.land()
    took = time.monotonic() - began
    for nth in range(5):
        brand = Brand(Home(tmp_path / f"killed{nth}"), sources)
        fill(brand)
        command = [sys.executable, "-c", LAND, str(brand.home.root), str(ROOT / "config/sources")]
        run = subprocess.Popen(command, stdout=subprocess.PIPE)
        run.stdout.readline()
        time.sleep(took * (nth + 0.5) / 4)
        run.send_signal(signal.SIGKILL)
        run.wait()
        brand.land()
        assert lasting(state_of(brand.home)) == lasting(state_of(undisturbed.home))


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
    reason = brand.refusal("pdd_order", PDD + order(1) + "6.9E+18,已收货,1,,无\r\n")
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
        brand.put("pdd_order", f"{number}.csv", PDD + order(number))
    brand.put("pdd_order", "short.csv", "订单号,订单状态\r\n260618-9,已收货\r\n")
    brand.put("pdd_order", "rounded.csv", PDD + "6.9E+18,已收货,1,,无\r\n")
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
    brand.put("pdd_order", "a.csv", PDD + order(1))
    brand.put("pdd_order", "b.csv", PDD + order(2))

    def fail_once(export, *args, **settings):
        if export.file == "a.csv":
            raise ZeroDivisionError
        return stage_export(export, *args, **settings)

    monkeypatch.setattr(jobs, "stage_export", fail_once)
    files = brand.land()
    assert files.select("file", "status").rows() == [("a.csv", "refused"), ("b.csv", "landed")]
    assert "ZeroDivisionError" in files["reason"].to_list()[0]


def test_staged_exports_say_what_was_read(brand):
    brand.put("pdd_order", "a.csv", PDD + order(1) + order(2, "?") + "1,2\r\n")
    (staged,) = stage_exports(brand.home, brand.sources, loaded_at=LOADED_AT)
    assert staged.name == "pdd_order/a.csv"
    assert (staged.rows_read, staged.rows_landed, staged.rows_rejected) == (3, 1, 2)
    assert pl.read_parquet(staged.path)["order_id"].to_list() == ["260618-1"]
    files = admit_exports(brand.home, brand.sources, [staged], {})
    assert files.select("rows_read", "rows_landed", "rows_rejected").row(0) == (3, 1, 2)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_no_file_and_no_process_stays(brand, monkeypatch):
    for number in range(5):
        brand.put("pdd_order", f"{number}.csv", PDD + order(number))
    brand.put_sample("alipay_bill", "alipay_20880000000000000156_20260618.csv.zip")
    brand.put_sample("wxpay_bill", "wxpay_trade_bill_20260618_ALL.csv.gz")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    brand.put_sample("sensors_event", "sensors_events.jsonl")
    monkeypatch.setattr("siyu.ingest.staging.SHARED_FROM", 1)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    brand.land()
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208


def test_a_clock_set_back_never_makes_a_newer_export_older(brand, csv_of):
    headings = ["订单号", "订单状态", "用户实付金额(元)", "支付时间", "售后状态"]
    brand.put("pdd_order", "z.csv", csv_of(headings, ["1", "待发货", "5", "", "无"]))
    brand.land(loaded_at=NEXT_NIGHT)
    brand.put("pdd_order", "a.csv", csv_of(headings, ["1", "已收货", "5", "", "无"]))
    brand.land(loaded_at=LOADED_AT)
    newest = brand.rows("pdd_order").sort("_loaded_at")
    assert newest["status"].to_list() == ["待发货", "已收货"]
    assert newest["_loaded_at"][0] < newest["_loaded_at"][1]
    files = brand.land(loaded_at=LOADED_AT).sort("loaded_at")
    assert files["file"].to_list() == ["z.csv", "a.csv"]
