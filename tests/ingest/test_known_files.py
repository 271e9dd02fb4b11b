"""A landed export costs a look on later nights; whatever changed since is noticed."""

import os
from datetime import timedelta

import pytest

from siyu.ingest import landed_files, seen_files
from siyu.ingest.exports import find_exports
from siyu.ingest.landing import stage_exports

from .conftest import LOADED_AT, SAMPLES
from .pdd_orders import PDD_LINE, order_line

NEXT_NIGHT = LOADED_AT + timedelta(days=1)


def set_back(path, state):
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_a_quiet_night_opens_no_export_and_no_note(brand, monkeypatch):
    for number in range(3):
        brand.put("pdd_order", f"{number}.csv", PDD_LINE + order_line(number))
    first = brand.land()

    def opened(*_):
        raise AssertionError

    monkeypatch.setattr(seen_files, "hash_file", opened)
    monkeypatch.setattr(landed_files, "read_note", opened)
    monkeypatch.setattr(landed_files, "is_whole", opened)
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)


def test_a_touched_export_is_hashed_again_and_is_the_same(brand):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    first = brand.land()
    path.touch()
    assert stage_exports(brand.home, brand.sources, loaded_at=NEXT_NIGHT) == []
    assert brand.land().equals(first)


def test_a_change_is_noticed_although_size_and_time_are_the_same(brand):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.land()
    state = path.stat()
    path.write_text(PDD_LINE + order_line(2))
    set_back(path, state)
    assert brand.land(loaded_at=NEXT_NIGHT)["status"].to_list() == ["landed", "landed"]
    assert brand.rows("pdd_order")["order_id"].to_list() == ["260618-1", "260618-2"]


def test_a_parquet_damaged_within_lands_again_as_it_was(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    first = brand.land()
    (parquet,) = brand.home.landing.glob("pdd_order/[0-9a-f]*.parquet")
    whole, state = parquet.read_bytes(), parquet.stat()
    half = len(whole) // 2
    parquet.write_bytes(whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :])
    set_back(parquet, state)
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)
    assert parquet.read_bytes() == whole


def test_damaged_rows_whose_export_is_gone_are_told_and_read_by_nobody(brand):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.land()
    content = path.read_bytes()
    (parquet,) = brand.home.landing.glob("pdd_order/[0-9a-f]*.parquet")
    parquet.write_bytes(b"x")
    path.unlink()
    files = brand.land(loaded_at=NEXT_NIGHT)
    assert files["status"].to_list() == ["refused"]
    assert "put it there again" in files["reason"].item()
    assert not parquet.exists()
    brand.put("pdd_order", "a.csv", content)
    assert brand.land(loaded_at=NEXT_NIGHT)["status"].to_list() == ["landed"]


def test_a_parquet_nothing_vouches_for_is_taken_away(brand):
    stray = brand.home.landing / "pdd_order" / "0123456789abcdef.parquet"
    brand.land()
    stray.write_bytes(b"left by a killed run")
    brand.land()
    assert not stray.exists()


def test_an_export_replaced_between_hashing_and_reading_waits(brand, monkeypatch):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    hash_file = seen_files.hash_file

    def hash_then_replace(hashed):
        found = hash_file(hashed)
        path.write_text(PDD_LINE + order_line(2))
        return found

    monkeypatch.setattr(seen_files, "hash_file", hash_then_replace)
    assert "changed while it was read" in brand.land()["reason"].item()
    monkeypatch.undo()
    assert brand.land()["status"].to_list() == ["landed"]
    assert brand.rows("pdd_order")["order_id"].to_list() == ["260618-2"]


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("alipay_bill", "alipay_20880000000000000156_20260618.csv.zip"),
        ("wxpay_bill", "wxpay_trade_bill_20260618_ALL.csv.gz"),
        ("kuaishou_order", "kuaishou_order_export.xlsx"),
        ("douyin_order", "douyin_fxg_export_202606200900.csv"),
        ("wecom_customer", "wecom_batch_get_by_user.p1.json"),
    ],
)
def test_a_half_copied_export_lands_in_the_run_after_it_is_whole(brand, source, file):
    whole = (SAMPLES / file).read_bytes()
    brand.put(source, file, whole[: len(whole) * 2 // 3])
    brand.land()
    half = brand.rows(source).height
    brand.put(source, file, whole)
    files = brand.land(loaded_at=NEXT_NIGHT)
    assert "landed" in files["status"].to_list()
    once = brand.rows(source).unique("_content_hash").height
    assert once > half
    for reason in files.filter(status="refused")["reason"]:
        assert "download it again" in reason


def test_names_of_files_are_shown_on_one_line(brand):
    for name in ("a\nb.csv", "red\x1b[31m.csv", "rtl\u202evsc.exe", "ok; rm -rf ~ '\".csv", "-rf"):
        brand.put("pdd_order", name, PDD_LINE + order_line(name.encode().hex()))
    long = "长" * 80 + ".csv"
    brand.put("pdd_order", long, PDD_LINE + order_line("long"))
    brand.put("pdd_order", "bad\nfolder/a.csv", PDD_LINE + order_line("folder"))
    files = {row["file"]: row for row in brand.land().iter_rows(named=True)}
    landed = {file for file, row in files.items() if row["status"] == "landed"}
    assert landed == {"ok; rm -rf ~ '\".csv", "-rf", long}
    refused = [row for file, row in files.items() if file not in landed]
    assert len(refused) == 4
    assert all("rename it" in row["reason"] for row in refused)
    assert all(file.isprintable() for file in files)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    os.mkfifo(brand.home.raw / "pdd_order" / "pipe.csv")
    files = {export.file: export.problem for export in find_exports(brand.home, brand.sources)}
    assert files["a.csv"] == ""
    assert "no file" in files["pipe.csv"]
