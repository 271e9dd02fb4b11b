"""The source commands say what Siyu would read, and draft what it does not know."""

from assets.project import ROOT
from tests.night.conftest import run_siyu

SAMPLES = ROOT / "tests" / "samples"


def test_check_guesses_the_source_and_says_why_a_file_would_be_refused():
    checked = run_siyu("sources", "check", str(SAMPLES / "bad_resaved_by_excel.csv"))
    assert checked.returncode == 0, checked.stderr
    assert "Likeliest source: douyin_order" in checked.stdout
    assert "re-saved by Excel" in " ".join(checked.stdout.split())


def test_new_drafts_a_declaration_from_the_headings():
    drafted = run_siyu("sources", "new", str(SAMPLES / "pdd_order_export.csv"), "--name", "my_shop")
    assert drafted.returncode == 0, drafted.stderr
    assert "source: my_shop" in drafted.stdout
    assert "from: 订单号" in drafted.stdout


def test_check_says_when_it_is_not_sure_which_source_a_file_is(tmp_path):
    odd = tmp_path / "odd.csv"
    odd.write_text("a,订单编号,手机\n1,2,3\n")
    checked = run_siyu("sources", "check", str(odd))
    assert "Unsure: the file lacks something" in " ".join(checked.stdout.split())
    sure = run_siyu("sources", "check", str(SAMPLES / "pdd_order_export.csv"))
    assert "Likeliest source: pdd_order" in sure.stdout and "Unsure" not in sure.stdout


def test_a_text_cut_within_a_character_costs_its_row_in_both(tmp_path):
    page = tmp_path / "members.json"
    rows = (
        f'{{"customerUid":139392005725484000{n},"number":"80009{n}","name":"{name}","enable":1}}'
        for n, name in enumerate(["a", "\\ud83d"])
    )
    page.write_text('{"status":"success","data":{"result":[' + ",".join(rows) + "]}}")
    checked = run_siyu("sources", "check", str(page))
    assert checked.returncode == 0 and "Likeliest source: pospal_member" in checked.stdout
    assert "line 2, column name: a text is cut" in " ".join(checked.stdout.split())
    drafted = run_siyu("sources", "new", str(page))
    assert drafted.returncode == 0 and "from: customerUid" in drafted.stdout
