"""Every source under headings, encodings and forms that drifted: the same lands, or the reason."""

import datetime as dt
import json
import random
import re

import polars as pl
import pytest

from siyu.ingest.guesses import guess_source
from siyu.ingest.previews import preview_export

from .conftest import ROOT, SAMPLES
from .drift import ROWS, Export, as_csv, as_xlsx, export_of, serial
from .test_samples import SAMPLE_ROWS

FIRST = {source: next(iter(files)) for source, files in SAMPLE_ROWS.items()}
FORMATS = {
    path.stem: re.search(r"^format: (\w+)$", path.read_text(), re.MULTILINE).group(1)
    for path in (ROOT / "config" / "sources").glob("*.yml")
}
TABLES = sorted(name for name, form in FORMATS.items() if form in {"csv", "xlsx"})
DOCUMENTS = sorted(set(FORMATS) - set(TABLES))
UNIT = r"[（(]元[）)]"


def drifted(export: Export) -> dict[str, bytes]:
    """The same rows as other years, shops and tools write them."""
    headings, rows = export.headings, export.rows
    money, times = export.of_kind("money_yuan", "money_yuan_loose"), export.of_kind("ts_cn")
    days, marked = export.of_kind("date"), export.of_kind("id", "phone")
    order = random.Random(3).sample(range(len(headings)), len(headings))
    with_unit = [
        f"{re.sub(UNIT, '', h)}（元）" if at in money and "元" in h + "元" and "/" not in h else h
        for at, h in enumerate(headings)
    ]
    noted = [
        f"{h}（备注）" if at in export.placed and not re.search(r"[（(]", h) else h
        for at, h in enumerate(headings)
    ]
    slashed = export.rewritten(times, lambda text: text.replace("-", "/"))
    compact = export.rewritten(times, lambda text: re.sub(r"\D", "", text))
    serials = export.rewritten(times + days, serial)
    return {
        "gb18030.csv": as_csv([headings, *rows], "gb18030", "\n"),
        "utf16.csv": as_csv([headings, *rows], "utf-16"),
        "moved.xlsx": as_xlsx([[row[at] for at in order] for row in (headings, *rows)]),
        "titled.xlsx": as_xlsx([headings, *rows], "某某旗舰店报表", "导出时间：2026-06-20"),
        "titled.csv": as_csv([["某店报表"], ["导出时间:2026-06-20 10:00"], headings, *rows]),
        "wider.csv": as_csv([["甲", *headings, "乙(元)"], *(["x", *row, "1"] for row in rows)]),
        "blanks.csv": as_csv([[f"\u3000*{h} \u200b" for h in headings], *rows], "gb18030"),
        "units.csv": as_csv([with_unit, *slashed]),
        "noted.csv": as_csv([noted, *compact]),
        "shown.csv": as_csv([headings, *export.rewritten(money, lambda a: f"¥{float(a):,.2f}")]),
        "numbers.xlsx": as_xlsx([headings, *export.rewritten(money, float)]),
        "dates.xlsx": as_xlsx(
            [headings, *export.rewritten(times, dt.datetime.fromisoformat)], "报表"
        ),
        "serials.xlsx": as_xlsx([headings, *serials]),
        "formulas.csv": as_csv([headings, *export.rewritten(marked, '="{}"'.format)], "gb18030"),
        "ticks.csv": as_csv([headings, *export.rewritten(marked, "`{}".format)]),
        "totals.csv": as_csv([headings, *rows, headings, ["合计", *[""] * (len(headings) - 1)]]),
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_lands_the_same_however_it_drifted(sources, tmp_path, name):
    export, source = export_of(sources[name], FIRST[name]), sources[name]
    for file, content in drifted(export).items():
        if file == "noted.csv" and any(
            sum(_names(column, heading) for heading in export.headings) > 1
            for column in source.columns
        ):
            continue  # two headings are known for one column: the plain one is taken
        path = tmp_path / file
        path.write_bytes(content)
        preview = preview_export(path, source, first_rows=ROWS + 5)
        assert preview.refusal is None, file
        assert (preview.rejected.height, preview.first_rows.height) == (0, ROWS), file
        for meant, landed in zip(export.expected, preview.first_rows.to_dicts(), strict=True):
            found = {column: landed[column] for column in meant}
            assert _tight(found) == _tight(meant), file
    assert guess_source(path, sources)[0].source == name


def _names(column, heading: str) -> bool:
    return heading.strip() in column.headings


def _tight(row: dict) -> dict:
    """Landed lists are JSON; whether a blank follows its comma says nothing."""
    return {k: v.replace(" ", "") if isinstance(v, str) else v for k, v in row.items()}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_lacks_something_is_refused_or_lands_without_it(sources, tmp_path, name):
    export, source = export_of(sources[name], FIRST[name]), sources[name]
    path = tmp_path / "export.csv"
    columns = {export.placed[at].headings: at for at in export.placed}
    optional = [at for at, column in export.placed.items() if not column.required]
    for at, column in export.placed.items():
        if at in optional[3:] or sum(_names(column, heading) for heading in export.headings) > 1:
            continue
        path.write_bytes(as_csv([_without(row, at) for row in (export.headings, *export.rows)]))
        preview = preview_export(path, source)
        needed = any(c.required for c in source.columns if columns.get(c.headings) == at)
        assert (preview.refusal is not None) == needed, column.name
        assert needed or preview.first_rows[column.name].null_count() == ROWS, column.name
        if needed:
            assert f"headings found: {_without(export.headings, at)[0]}" in preview.refusal
            doubled = [[*row, row[at]] for row in (export.headings, *export.rows)]
            path.write_bytes(as_csv(doubled))
            assert "stands twice" in preview_export(path, source).refusal, column.name
    path.write_bytes(as_csv([export.headings]))
    assert preview_export(path, source).refusal is None
    for file, content in broken(export).items():
        path = tmp_path / file
        path.write_bytes(content)
        assert preview_export(path, source).refusal, file


def broken(export: Export) -> dict[str, bytes]:
    """Exports that must not land."""
    needed = [at for at in export.of_kind("id") if export.placed[at].required == "value"]
    rounded = export.rewritten(needed, lambda _: "6.91793E+18")
    whole = as_xlsx([export.headings, *export.rows])
    files = {"empty.csv": b"", "cut.xlsx": whole[: len(whole) // 2]}
    return files | ({"rounded.csv": as_csv([export.headings, *rounded])} if needed else {})


def _without(cells: list, at: int) -> list:
    return cells[:at] + cells[at + 1 :]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_lands_the_same_however_it_is_written(sources, tmp_path, name):
    source, sample = sources[name], SAMPLES / FIRST[name]
    text = sample.read_bytes().decode("utf-8-sig")
    expected = _rows(preview_export(sample, source, first_rows=50))
    assert expected
    for file, content in rewritten(text, source.format).items():
        path = tmp_path / file
        path.write_bytes(content)
        preview = preview_export(path, source, first_rows=50)
        assert preview.refusal is None, file
        assert _rows(preview) == expected, file
        best = guess_source(path, sources)[0]
        assert (best.source, best.is_complete) == (name, True), file
    (tmp_path / "empty").write_bytes(b"")
    assert preview_export(tmp_path / "empty", source).refusal
    if source.format == "json":
        cut = tmp_path / "cut.json"
        cut.write_bytes(text.encode()[: len(text.encode()) * 2 // 3])
        assert preview_export(cut, source).refusal


def rewritten(text: str, form: str) -> dict[str, bytes]:
    """The same document in other encodings, with its keys in another order and one more."""
    files = {
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "utf16": text.encode("utf-16"),
        "gb18030": text.encode("gb18030"),
        "crlf": text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    }
    if form == "json":
        page = json.loads(text)
        files["indented"] = json.dumps(_turned(page), ensure_ascii=False, indent=2).encode()
        files["escaped"] = json.dumps(_turned(page)).encode()
    if form == "jsonl":
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        files["turned"] = "\n".join(json.dumps(_turned(line)) for line in lines).encode()
        files["list"] = json.dumps(lines, ensure_ascii=False).encode()
    return files


def _turned(value):
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(one) for one in value] if isinstance(value, list) else value


def _rows(preview) -> list[dict]:
    lineage = pl.selectors.starts_with("_")
    return [
        {column: _parsed(cell) for column, cell in row.items()}
        for row in preview.first_rows.select(~lineage).to_dicts()
    ]


def _parsed(cell):
    if isinstance(cell, str) and cell.startswith(("{", "[")):
        return json.loads(cell)
    return cell
