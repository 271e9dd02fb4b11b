"""Declared sources: a mistake in a YAML names the file, the line and what is allowed."""

import pytest

from siyu.errors import ConfigError
from siyu.ingest.sources import load_sources

GOOD = """\
source: shop
title: {en: Shop, zh: 店}
grain: one row per order
where: {en: there, zh: 那里}
confirmed_by: own
format: csv
key: [order_id]
columns:
  - {name: order_id, type: id, from: 订单号, required: value}
  - {name: phone, type: phone, from: 手机}
"""


@pytest.fixture
def load(tmp_path):
    def load(text, file="shop.yml"):
        (tmp_path / file).write_text(text)
        return load_sources(tmp_path)

    return load


def test_a_declaration_lands_its_columns_then_the_lineage(load):
    assert load(GOOD)["shop"].landing_schema().names() == [
        "order_id",
        "phone",
        "phone_shown",
        "_source_file",
        "_line_number",
        "_content_hash",
        "_loaded_at",
        "_exported_at",
        "_extra",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("type: id,", "type: money,", 9, "type 'money' is not known"),
        ("type: id,", "type: list,", 9, "needs its separator"),
        ("type: id,", "'type': 'id(,)',", 9, "takes no separator"),
        ("key: [order_id]", "key: [order]", 1, "key names unknown columns: order"),
        ("name: phone", "name: order_id", 1, "declared twice: order_id"),
        ("name: phone", "name: _loaded", 10, "match pattern"),
        ("required: value", "required: yes", 9, "'value' or 'column'"),
        ("format: csv", "format: pdf", 6, "'csv', 'xlsx'"),
        ("key:", "rows: list\nkey:", 1, "rows is for documents"),
        ("grain:", "grein:", 3, "not permitted"),
    ],
)
def test_a_mistake_names_file_line_and_what_is_allowed(load, old, new, line, problem):
    with pytest.raises(ConfigError) as refused:
        load(GOOD.replace(old, new, 1))
    places = [place for place in str(refused.value).splitlines() if problem in place]
    assert places
    assert f"shop.yml:{line}:" in places[0]


def test_the_name_of_the_file_is_the_name_of_the_source(load):
    with pytest.raises(ConfigError, match=r"name the file shop\.yml"):
        load(GOOD, "other.yml")


def test_a_folder_without_declarations_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no declared sources"):
        load_sources(tmp_path)


def test_only_what_changes_the_reading_changes_the_fingerprint(load):
    before = load(GOOD)["shop"].fingerprint()
    assert load(GOOD.replace("zh: 店", "zh: 商店"))["shop"].fingerprint() == before
    assert load(GOOD.replace("from: 手机", "from: [手机, 电话]"))["shop"].fingerprint() != before


def test_every_declared_source_can_tell_its_files_from_others(sources):
    for source in sources.values():
        assert any(column.required for column in source.columns), source.name
        landed = {column.name for column in source.columns}
        assert set(source.key) <= landed
