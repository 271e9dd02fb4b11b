"""Landing happens once and says what became of each file."""

import json
from datetime import timedelta

import polars as pl

from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.readers import export_pieces
from siyu.ingest.sources import Source

from .conftest import LOADED_AT, Brand
from .home_state import lasting, state_of
from .pdd_orders import PDD_LINE, order_line

NEXT_NIGHT = LOADED_AT + timedelta(days=1)


def test_a_second_run_with_nothing_new_changes_nothing(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.put("pdd_order", "bad.csv", "x")
    first = brand.land()
    before = state_of(brand.home)
    assert stage_exports(brand.home, brand.sources, loaded_at=NEXT_NIGHT) == []
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)
    assert state_of(brand.home) == before


def test_the_same_content_lands_once_whatever_its_name(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.put("pdd_order", "2026/again.csv", PDD_LINE + order_line(1))
    files = brand.land().select("file", "status", "reason").rows()
    assert files == [
        ("2026/again.csv", "landed", None),
        ("a.csv", "duplicate", "the same content has landed as 2026/again.csv"),
    ]
    brand.put("pdd_order", "0.csv", PDD_LINE + order_line(1))
    assert brand.land(loaded_at=NEXT_NIGHT).filter(status="landed")["file"].to_list() == [
        "2026/again.csv"
    ]
    assert brand.rows("pdd_order").height == 1


def test_files_that_are_gone_stay_listed_and_landed(brand):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    first = brand.land()
    path.unlink()
    assert brand.land(loaded_at=NEXT_NIGHT).equals(first)
    assert brand.rows("pdd_order").height == 1


def test_a_file_whose_content_changes_is_another_export(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.land()
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1) + order_line(2))
    files = brand.land(loaded_at=NEXT_NIGHT)
    assert files["status"].to_list() == ["landed", "landed"]
    assert sorted(files["rows_landed"]) == [1, 2]


def test_every_source_has_a_table_even_without_exports(brand):
    brand.land()
    for name, source in brand.sources.items():
        rows = pl.read_parquet(brand.home.landing / name / "_schema.parquet")
        assert rows.schema == source.landing_schema()


def test_the_border_refuses_before_anything_lands(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.put("pdd_order", "b.csv", PDD_LINE + order_line(2))
    files = brand.land(refusals={"pdd_order/a.csv": "order_id is not unique"})
    assert files["status"].to_list() == ["refused", "landed"]
    assert files["reason"].to_list()[0].startswith("order_id is not unique; ")
    assert brand.rows("pdd_order")["order_id"].to_list() == ["260618-2"]
    assert stage_exports(brand.home, brand.sources, loaded_at=NEXT_NIGHT) == []


def test_a_refusal_says_where_what_and_what_to_do(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1) + "6.9E+18,已收货,1,,无\r\n")
    brand.land()
    (path,) = (brand.home.quarantine / "pdd_order").glob("*.refused.json")
    refused = json.loads(path.read_text())
    assert refused["file"] == "a.csv"
    assert (refused["line"], refused["column"], refused["found"]) == (3, "订单号", "6.9E+18")
    assert "export it again" in refused["what_to_do"]


def test_quarantine_is_private_and_opens_as_text(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1) + order_line(2, "=1+1"))
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
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
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
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
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
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
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
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    first = brand.land()
    before = state_of(brand.home)
    for path in brand.home.landing.rglob("*.json"):
        path.write_bytes(b"{")
    assert brand.land().equals(first)
    assert lasting(state_of(brand.home)) == lasting(before)


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_run(brand, monkeypatch):
    path = brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1))
    brand.put("pdd_order", "b.csv", PDD_LINE + order_line(2))

    def read_and_grow(export_path, source):
        yield from export_pieces(export_path, source)
        if export_path == path:
            with path.open("a") as file:
                file.write(order_line(3))

    monkeypatch.setattr("siyu.ingest.staging.export_pieces", read_and_grow)
    files = brand.land()
    monkeypatch.undo()
    assert files.select("file", "status").rows() == [("a.csv", "refused"), ("b.csv", "landed")]
    assert "changed while it was read" in files["reason"].to_list()[0]
    assert brand.land(loaded_at=NEXT_NIGHT)["status"].to_list() == ["landed", "landed"]
    assert brand.rows("pdd_order").filter(_source_file="a.csv").height == 2


def test_staged_exports_say_what_was_read(brand):
    brand.put("pdd_order", "a.csv", PDD_LINE + order_line(1) + order_line(2, "?") + "1,2\r\n")
    (staged,) = stage_exports(brand.home, brand.sources, loaded_at=LOADED_AT)
    assert staged.name == "pdd_order/a.csv"
    assert (staged.rows_read, staged.rows_landed, staged.rows_rejected) == (3, 1, 2)
    assert pl.read_parquet(staged.path)["order_id"].to_list() == ["260618-1"]
    files = admit_exports(brand.home, brand.sources, [staged], {})
    assert files.select("rows_read", "rows_landed", "rows_rejected").row(0) == (3, 1, 2)


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
