"""Workbooks lose a person in every part; old ones stay whole and are listed."""

import zipfile

import openpyxl
from openpyxl.comments import Comment

from assets.project import SOURCES
from siyu.ingest.contents import OLD_EXCEL
from siyu.privacy.file_edit import edit_file, edit_in_place
from siyu.privacy.reading import Rule
from tests.privacy.conftest import OTHER, PHONE, stones, zipped


def test_a_workbook_keeps_no_text_that_only_the_person_used(tmp_path):
    path = tmp_path / "answers.xlsx"
    book = openpyxl.Workbook()
    for row in (["手机", "姓名"], [PHONE, "张三"], [OTHER, "李四"]):
        book.active.append(row)
    book.save(path)
    assert edit_in_place(path, Rule(stones(PHONE))).records == 1
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "张三" not in content and PHONE not in content
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[3]] == [OTHER, "李四"]


def test_links_comments_and_properties_of_a_workbook_name_nobody(tmp_path):
    path, email = tmp_path / "customers.xlsx", "zhang.san@example.com"
    book = openpyxl.Workbook()
    for row in (["手机", "邮箱"], [PHONE, email], [OTHER, "li@example.com"]):
        book.active.append(row)
    book.active["B2"].hyperlink = f"mailto:{email}"
    book.active["B3"].hyperlink = "mailto:li@example.com"
    book.active["A2"].comment = Comment(f"本人电话 {PHONE} 张三", "导购")
    book.active["A3"].comment = Comment("李四的电话", "导购")
    book.properties.description = f"给 {email}"
    book.save(path)
    assert edit_in_place(path, Rule(stones(PHONE, email))).records == 1
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not [word for word in (PHONE, email, "张三") if word in content]
    sheet = openpyxl.load_workbook(path).active
    assert sheet["B3"].hyperlink.target == "mailto:li@example.com"
    assert sheet["A3"].comment.text == "李四的电话"


def test_an_old_workbook_stays_whole_and_is_said_to_be_not_searched(tmp_path):
    path = tmp_path / "customers.xls"
    cells = f"{PHONE}张三{OTHER}李四".encode("utf-16-le") + PHONE.encode()
    whole = OLD_EXCEL + bytes(512) + b"\n" + cells + b"\n"
    path.write_bytes(whole)
    count = edit_in_place(path, Rule(stones(PHONE), SOURCES["linkwechat_customer"]))
    assert not count and not edit_file(path, Rule(stones(PHONE))).is_searched
    assert path.read_bytes() == whole
    path.write_bytes(zipped(whole))
    assert not edit_file(path, Rule(stones(PHONE))).is_searched
