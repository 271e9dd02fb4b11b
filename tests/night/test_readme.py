"""What the README promises runs as written."""

import re
from pathlib import Path

import pytest

from assets.project import ROOT

READMES = ["README.md", "README.zh-CN.md"]


def questions(readme: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("readme", READMES)
def test_the_five_questions_of_the_readme_have_answers(warehouse, readme):
    asked = questions(readme)
    assert len(asked) == 5
    for question in asked:
        assert warehouse.execute(question).fetchall(), question


def test_both_readmes_ask_the_same():
    assert questions(READMES[0]) == questions(READMES[1])


@pytest.mark.parametrize("readme", READMES)
def test_every_folder_the_readme_names_is_there(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    table = text[text.index("|---|---|") :]
    for place in re.findall(r"`([a-z_/.-]+(?:/[a-z_.-]*)+)`", table):
        assert (ROOT / Path(place)).exists(), place
