"""Archives and odd files: what is dangerous or unreadable is refused, and says what to do."""

import bz2
import io
import lzma
import os
import stat
import zipfile

import pytest

PDD = "订单号,订单状态,用户实付金额(元),支付时间,售后状态\r\n260618-1,已收货,17.80,,无\r\n"


def zipped(members: dict[str, bytes], *, attributes: dict[str, int] | None = None) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (attributes or {}).get(name, 0o644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"../orders.csv": PDD.encode()}, "leaves its folder"),
        ({"/etc/orders.csv": PDD.encode()}, "leaves its folder"),
        ({"C:\\orders.csv": PDD.encode()}, "leaves its folder"),
        ({"a.zip": zipped({"b.csv": PDD.encode()})}, "archive in an archive"),
        ({"folder/": b""}, "holds no export"),
        ({"zeros.csv": bytes(300 * 1024)}, "swells"),
        ({"orders.csv": PDD.encode(), "notes.csv": b"a,b\r\n1,2\r\n"}, "notes.csv: no heading row"),
    ],
)
def test_dangerous_archives_are_refused(brand, monkeypatch, members, problem):
    monkeypatch.setattr("siyu.ingest.contents.RATIO_MATTERS_FROM", 200 * 1024)
    assert problem in brand.refusal("pdd_order", zipped(members), "a.zip")


def test_a_link_in_an_archive_is_refused(brand):
    data = zipped({"orders.csv": b"/etc/passwd"}, attributes={"orders.csv": stat.S_IFLNK | 0o777})
    assert "a link" in brand.refusal("pdd_order", data, "a.zip")


def test_a_password_is_asked_for(brand):
    data = bytearray(zipped({"orders.csv": PDD.encode()}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1
    assert "password" in brand.refusal("pdd_order", bytes(data), "a.zip")


def test_members_of_the_operating_system_are_passed_over(brand):
    data = zipped({"__MACOSX/._orders.csv": b"x", ".DS_Store": b"x", "orders.csv": PDD.encode()})
    assert brand.land_one("pdd_order", data, "a.zip").height == 1


def test_a_chinese_member_name_is_shown_as_it_was_written(brand):
    name = "订单明细.csv".encode("gb18030")
    ascii_name = "x" * len(name)
    data = zipped({ascii_name: b"a,b\r\n1,2\r\n"}).replace(ascii_name.encode(), name)
    assert brand.refusal("pdd_order", data, "a.zip").startswith("订单明细.csv: ")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"PK\x05\x06" + bytes(18), "archive is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel workbook"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 not a zip at all", "cut or damaged"),
        (b"\x1f\x8b not a gzip", "cut or damaged"),
        (bytes(2000), "no heading row"),
        (b"\xef\xbb\xbf", "the file is empty but for blanks"),
        (b" \n\t ", "the file is empty but for blanks"),
        (lzma.compress(PDD.encode()), "an xz archive; unpack it"),
        (bz2.compress(PDD.encode()), "a bzip2 archive; unpack it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture (PNG); put the export itself"),
        (b"\x7fELF" + bytes(range(256)), "a program"),
    ],
)
def test_files_nobody_can_read_are_refused(brand, content, problem):
    assert problem in brand.refusal("pdd_order", content, "export.csv")


def test_files_that_are_not_ready_or_not_exports_are_passed_over(brand):
    for name in (".hidden.csv", "a.csv.part", "b.crdownload", "c.tmp", "~$d.xlsx"):
        brand.put("pdd_order", name, PDD)
    assert brand.land().is_empty()


def test_what_cannot_be_tried_is_listed_with_the_reason(brand):
    brand.put("pdd_ordr", "a.csv", PDD)
    (brand.home.raw / "stray.csv").write_text("a")
    target = brand.put("pdd_order", "b.csv", PDD)
    (brand.home.raw / "pdd_order" / "link.csv").symlink_to(target)
    (brand.home.raw / "jd_order").symlink_to(brand.home.raw / "pdd_order")
    odd = os.fsencode(brand.home.raw / "pdd_order") + b"/\xb6\xa9.csv"
    with open(odd, "wb") as file:  # noqa: PTH123 - the name is no text
        file.write(PDD.encode())
    files = {row["file"]: row for row in brand.land().iter_rows(named=True)}
    assert files["b.csv"]["status"] == "landed"
    assert "the nearest is pdd_order" in files["a.csv"]["reason"]
    assert "raw/<source>/" in files["stray.csv"]["reason"]
    assert "link" in files["link.csv"]["reason"]
    assert "link" in files["jd_order"]["reason"]
    assert "name is no text" in files["\ufffd\ufffd.csv"]["reason"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_listed(brand):
    path = brand.put("pdd_order", "a.csv", PDD)
    path.chmod(0)
    assert "cannot be read" in brand.land()["reason"].item()
