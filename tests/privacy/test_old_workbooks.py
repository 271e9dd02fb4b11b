"""Old workbooks land and cannot be edited: they stay as they are, what landed from them goes."""

import shutil

import polars as pl

from assets.project import ROOT, SOURCES
from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.privacy.exports import (
    find_in_export,
    find_in_landed,
    keep_out_of_staged,
    raw_files,
    remove_from_export,
    remove_from_landed,
)
from siyu.privacy.tombstones import lay_tombstones
from tests.ingest.conftest import LOADED_AT


def _landed(home: Home) -> list[str]:
    return pl.read_parquet(home.landing / "pdd_order" / "*.parquet")["order_id"].to_list()


def test_an_erasure_keeps_an_old_workbook_and_everybody_else_who_landed_from_it(tmp_path):
    home = Home(tmp_path)
    (home.raw / "pdd_order").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "ingest" / "files" / "old_workbook.xls", home.raw / "pdd_order")
    admit_exports(home, SOURCES, stage_exports(home, SOURCES, loaded_at=LOADED_AT), {})
    (export,) = raw_files(home)
    before, (one, *others) = export.path.read_bytes(), _landed(home)
    stones = lay_tombstones(b"key", [("order", one)])
    listed = find_in_export(home, export, SOURCES, stones)
    assert listed is not None and not listed.is_searched
    assert [found.records for found in find_in_landed(home, SOURCES, stones)] == [1]
    for _ in range(2):
        assert remove_from_export(home, export, SOURCES, stones) is None
        remove_from_landed(home, SOURCES, stones)
        assert export.path.read_bytes() == before
        assert others and _landed(home) == others
    assert not stage_exports(home, SOURCES, loaded_at=LOADED_AT)


def test_nothing_of_the_erased_lands_from_a_new_old_workbook(tmp_path):
    home = Home(tmp_path)
    (home.raw / "pdd_order").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "ingest" / "files" / "old_workbook.xls", home.raw / "pdd_order")
    (staged,) = stage_exports(home, SOURCES, loaded_at=LOADED_AT)
    one, *others = pl.read_parquet(staged.path)["order_id"].to_list()
    stones = lay_tombstones(b"key", [("order", one)])
    kept = keep_out_of_staged(home, staged, SOURCES, stones)
    assert keep_out_of_staged(home, kept, SOURCES, stones) == kept
    admit_exports(home, SOURCES, [kept], {})
    assert _landed(home) == others and kept.rows_landed == len(others)
