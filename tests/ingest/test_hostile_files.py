"""Files made to do harm: refused with a reason or made harmless, in bounded memory."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT, SAMPLES
from .test_contents import zipped

PDD = "订单号,订单状态,用户实付金额(元),支付时间,售后状态,商品\r\n"
ORDER = "260618-1,已收货,17.80,,无,{0}\r\n"
BOOK = "kuaishou_order_export.xlsx"
MEGABYTE = 1024 * 1024


def book_with(**parts: bytes) -> bytes:
    """The sample workbook with parts replaced: ``sheet``, ``styles``, ``book``, ``texts``."""
    names = {
        "xl/worksheets/sheet1.xml": "sheet",
        "xl/styles.xml": "styles",
        "xl/workbook.xml": "book",
        "xl/sharedStrings.xml": "texts",
    }
    out = io.BytesIO()
    with (
        zipfile.ZipFile(SAMPLES / BOOK) as sample,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in sample.namelist():
            book.writestr(name, parts.get(names.get(name, ""), sample.read(name)))
    return out.getvalue()


def sheet_of(*rows: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}<sheetData>{''.join(rows)}</sheetData></worksheet>".encode()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;">]>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
CALLBACK = (
    "<xml><FromUserName>{0}</FromUserName><CreateTime>1781784000</CreateTime>"
    "<MsgType>event</MsgType></xml>"
)


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("part", ["sheet", "styles", "book"])
def test_entities_in_a_workbook_are_refused(brand, declared, part):
    with zipfile.ZipFile(SAMPLES / BOOK) as sample:
        name = {"sheet": "worksheets/sheet1", "styles": "styles", "book": "workbook"}[part]
        original = sample.read(f"xl/{name}.xml")
    body = original.partition(b"?>")[2] if original.startswith(b"<?xml") else original
    assert "cut or damaged" in brand.refusal(
        "kuaishou_order", book_with(**{part: declared + body}), "a.xlsx"
    )


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
def test_entities_in_a_callback_are_never_followed(brand, declared):
    text = declared.decode() + CALLBACK.format("&e;&c;") + "\n" + CALLBACK.format("oOk")
    brand.put("wechat_oa_event", "a.log", text)
    brand.land()
    assert "root:" not in str(brand.rows("wechat_oa_event").to_dicts())
    assert brand.rows("wechat_oa_event")["oa_openid"].to_list() == ["oOk"]


@pytest.fixture
def small_bombs(monkeypatch):
    """Bombs of a megabyte count as such, so that the tests need not make large ones."""
    monkeypatch.setattr("siyu.ingest.contents.RATIO_MATTERS_FROM", MEGABYTE)
    monkeypatch.setattr("siyu.ingest.workbooks.MAX_PART", MEGABYTE)
    monkeypatch.setattr("siyu.ingest.sheet_cells.LONGEST_MARK_BYTES", MEGABYTE)


@pytest.mark.usefixtures("small_bombs")
def test_a_workbook_that_swells_is_refused(brand):
    empty_rows = b"<row/>" * MEGABYTE
    data = book_with(sheet=sheet_of().replace(b"<sheetData>", b"<sheetData>" + empty_rows))
    assert "swells" in brand.refusal("kuaishou_order", data, "a.xlsx")
    assert "swells" in brand.refusal("kuaishou_order", zipped({"a.xlsx": data}), "a.zip")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f'<row r="1"><c t="str"><v>{"xy&amp;" * 400_000}</v></c></row>', "swells"),
        (f'<row r="1"><c r="{"A" * 2_000_000}1"/></row>', "swells"),
        ('<row r="1">' + "<c/>" * 20_000 + "</row>", "cut or damaged"),
        ('<row r="1"><c r="ZZZZ1"/></row>', "cut or damaged"),
    ],
)
def test_cells_no_spreadsheet_has_are_refused(brand, monkeypatch, row, problem):
    monkeypatch.setattr("siyu.ingest.sheet_cells.LONGEST_MARK_BYTES", MEGABYTE)
    data = book_with(sheet=sheet_of(row))
    assert problem in brand.refusal("kuaishou_order", data, "a.xlsx")


@pytest.mark.usefixtures("small_bombs")
def test_styles_that_swell_are_refused(brand):
    noise = b"".join(b"<a%d/>" % number for number in range(150_000))
    data = book_with(styles=b"<styleSheet>" + noise + b"</styleSheet>")
    assert "swells" in brand.refusal("kuaishou_order", data, "a.xlsx")


@pytest.mark.usefixtures("small_bombs")
def test_a_gzip_that_swells_or_hides_an_archive_is_refused(brand):
    order = (PDD + ORDER.format("x")).encode()
    bomb = gzip.compress(order + b"\n" * (3 * MEGABYTE), 9)
    assert "swells" in brand.refusal("pdd_order", bomb, "a.csv.gz")
    inside = gzip.compress(zipped({"a.csv": order}))
    assert "holds an archive" in brand.refusal("pdd_order", inside, "b.csv.gz")
    nested = zipped({"b.zip": zipped({"c.zip": zipped({"a.csv": order})})})
    assert "archive in an archive" in brand.refusal("pdd_order", nested, "c.zip")


def test_a_zip_that_states_a_smaller_size_gives_no_more_than_it_states(brand):
    data = bytearray(zipped({"a.csv": (PDD + ORDER.format("x" * 5000)).encode()}))
    for header, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(header) + place
        data[at : at + 4] = (100).to_bytes(4, "little")
    assert "cut or damaged" in brand.refusal("pdd_order", bytes(data), "a.zip")


def test_links_out_of_the_home_are_not_read(brand, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(PDD + ORDER.format("secret"))
    folder = brand.home.raw / "pdd_order"
    brand.put("pdd_order", "good.csv", PDD + ORDER.format("x"))
    (folder / "link.csv").symlink_to(secret)
    (folder / "folder").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.csv").symlink_to(tmp_path / "gone")
    files = {row["file"]: row["reason"] for row in brand.land().iter_rows(named=True)}
    assert set(files) == {"good.csv", "link.csv", "folder", "loop", "nowhere.csv"}
    assert all("a link" in files[name] for name in set(files) - {"good.csv"})
    assert "secret" not in str(brand.rows("pdd_order").to_dicts())


def test_a_folder_that_cannot_be_read_is_told_and_not_taken_for_empty(brand, monkeypatch):
    brand.put("pdd_order", "good.csv", PDD + ORDER.format("x"))
    closed = brand.put("pdd_order", "closed/a.csv", PDD + ORDER.format("y")).parent
    scandir = os.scandir

    def refuse(folder):
        if folder == closed:
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr("siyu.files.os.scandir", refuse)
    files = {row["file"]: row["reason"] for row in brand.land().iter_rows(named=True)}
    assert files["good.csv"] is None
    assert "the folder cannot be read (Permission denied)" in files["closed"]


FORMULAS = ['=HYPERLINK("http://a","b")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)"]


def test_formulas_are_kept_as_text_and_never_worked_out(brand):
    rows = "".join(
        ORDER.format('"' + formula.replace('"', '""') + '"').replace("260618-1", f"260618-{at}")
        for at, formula in enumerate(FORMULAS)
    )
    assert brand.land_one("pdd_order", PDD + rows)["item_title"].to_list() == FORMULAS


def test_a_rejected_formula_is_harmless_in_the_quarantine_file(brand):
    for at, formula in enumerate(["=1+1", "@x", "\t=1", "=HYPERLINK(1)"]):
        row = ORDER.format("x").replace("17.80", f'"{formula}"').replace("-1,", f"-{at},")
        brand.put("pdd_order", f"{at}.csv", PDD + row + ORDER.format("y"))
    brand.land()
    found = [row["found"] for row in brand.rejected("pdd_order")]
    assert len(found) == 4
    assert all(text[0] == "'" for text in found)


def test_a_formula_cell_of_a_workbook_gives_the_value_it_shows(brand):
    with zipfile.ZipFile(SAMPLES / BOOK) as sample:
        sheet = sample.read("xl/worksheets/sheet1.xml").decode()
    formula = sheet.replace("<v>", '<f>HYPERLINK("http://a")</f><v>')
    whole = brand.land_one("kuaishou_order", (SAMPLES / BOOK).read_bytes(), "a.xlsx")
    same = brand.land_one("kuaishou_order", book_with(sheet=formula.encode()), "b.xlsx")
    assert same.drop("_source_file").equals(whole.drop("_source_file"))


def test_deeply_nested_documents_are_refused(brand):
    deep = "[" * 100_000 + "]" * 100_000
    member = '{"a":' * 30_000 + "1" + "}" * 30_000
    long_number = "9" * 25
    for at, text in enumerate((deep, member, f'{{"n":{long_number},"a":{deep}}}')):
        assert "cut or damaged" in brand.refusal("wxapp_order", text, f"{at}.json")
    brand.put(
        "sensors_event", "a.jsonl", f'{{"a":{deep}}}\n' + f'{{"n":{long_number},"a":{deep}}}\n'
    )
    brand.put("wechat_oa_event", "a.log", "<xml>" + "<a>" * 50_000 + "</a>" * 50_000 + "</xml>")
    files = brand.land().filter(source="sensors_event")
    assert "report it" not in str(brand.land()["reason"].to_list())
    assert files["status"].to_list() == ["refused"]


def test_more_columns_than_a_spreadsheet_has_are_refused(brand):
    wide = PDD.replace("\r\n", "," + ",".join(f"c{n}" for n in range(17_000)) + "\r\n")
    assert "more than 16384 cells" in brand.refusal("pdd_order", wide)


LAND_WITHIN = """
import resource, sys
from datetime import datetime
from pathlib import Path
from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import load_sources
home = Home(Path(sys.argv[1]))
sources = load_sources(Path(sys.argv[2]))
sources = {name: sources[name] for name in sys.argv[4:]}
# what the libraries take before anything is read, and this much for reading
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = used + int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
files = admit_exports(home, sources, stage_exports(
    home, sources, loaded_at=datetime.fromisoformat("2026-06-20T18:00:00")), {})
for row in files.iter_rows(named=True):
    print(row["status"], row["reason"], sep="\\t")
"""


# (source, file) → how it begins, what goes on for ever; text beyond ASCII tells the encoding
ENDLESS = {
    ("pdd_order", "a.csv"): (f"{PDD}260618-1,", b"x"),
    ("pdd_order", "b.csv"): (f'{PDD}260618-1,"', b"\n"),
    ("sensors_event", "a.jsonl"): ('{"a":"订"}\n{"a":"', b"x"),
    ("wxapp_order", "a.json"): ('{"order_list":[{"a":"订', b"x"),
    ("wechat_oa_event", "a.log"): ("<xml>订", b"x"),
    ("kuaishou_order", "a.xls"): ("<html><table><tr><td>订", b"x"),
}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits memory as Linux does")
def test_one_line_of_many_gigabytes_is_refused_in_bounded_memory(tmp_path):
    for (source, file), (start, filler) in ENDLESS.items():
        folder = tmp_path / "raw" / source
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / file).open("wb") as export:
            export.write(start.encode())
            for _ in range(100):
                export.write(filler * MEGABYTE)
            # the rest holds no block on the disk; what is refused is never read to here
            export.truncate(10_000 * MEGABYTE)
    # hashing takes its time and no memory
    hasher = "import siyu.ingest.seen_files as s; s.hash_file = lambda path: path.name.ljust(64)\n"
    limit = str(900 * MEGABYTE)
    sources = sorted({source for source, _ in ENDLESS})
    command = [hasher + LAND_WITHIN, str(tmp_path), str(ROOT / "config/sources"), limit, *sources]
    run = subprocess.run(
        [sys.executable, "-c", *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = [line.partition("\t") for line in run.stdout.splitlines()]
    assert [status for status, *_ in told] == ["refused"] * len(ENDLESS), run.stdout
    assert not [reason for *_, reason in told if "report it" in reason], run.stdout
