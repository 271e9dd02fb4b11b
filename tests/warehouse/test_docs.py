"""Every table says what it is; the project keeps to its own shape."""

import json

import pytest
import yaml

from assets.project import DBT_PROJECT, SOURCES
from siyu.privacy.namespaces import namespaces_of

MAX_LINES = 120


@pytest.fixture(scope="module")
def manifest(of_nothing):
    return json.loads((of_nothing.home.root / ".dbt" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest):
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_every_model_says_its_grain_first(models):
    silent = [
        model["name"]
        for model in models
        if not model["description"].startswith(("One row per", "one row per"))
    ]

    assert silent == []


def test_every_published_table_says_what_it_answers_and_what_not(models):
    for model in models:
        if model["schema"] in ("marts", "vault"):
            assert "Answers:" in model["description"], model["name"]
            assert "Not here:" in model["description"], model["name"]
            meta = model["config"]["meta"]
            assert {"owner", "grain", "label_zh"} <= meta.keys(), model["name"]
            assert model["config"]["contract"]["enforced"], model["name"]


def test_every_published_column_is_described_and_has_a_chinese_label(models):
    lacking = [
        f"{model['name']}.{name}"
        for model in models
        if model["schema"] in ("marts", "vault")
        for name, column in model["columns"].items()
        if not column["description"] or not column["config"]["meta"].get("label_zh")
    ]

    assert lacking == []


def test_models_are_short(models):
    long = [model["name"] for model in models if len(model["raw_code"].splitlines()) > MAX_LINES]

    assert long == []


def test_the_parts_before_and_after_identity_are_apart(manifest):
    def sources_above(name):
        node = f"model.siyu.{name}"
        above, waiting = set(), [node]
        while waiting:
            for parent in manifest["parent_map"][waiting.pop()]:
                if parent not in above:
                    above.add(parent)
                    waiting.append(parent)
        return {
            parent.split(".")[-1] for parent in above if parent.startswith("source.siyu.exchange")
        }

    made_after = {"customer_rfm", "customer_tiers", "audience_members"}
    for name in ("int_identifiers_observed", "int_attributes_observed"):
        assert sources_above(name) == set(), name
    for name in (
        "int_customer_orders",
        "int_customer_activity",
        "int_customer_advocacy",
        "int_customer_contacts",
        "int_customer_profiles",
        "int_contact_points",
        "int_consents_resolved",
    ):
        assert not sources_above(name) & made_after, name


def test_border_and_erasure_know_every_subject_of_consent():
    project = yaml.safe_load((DBT_PROJECT.project_dir / "dbt_project.yml").read_text())
    subjects = {
        word: namespace
        for namespace, words in project["vars"]["consent_subjects"].items()
        for word in words
    }
    subject_type = SOURCES["consent_ledger"].columns[0]
    assert set(subject_type.usually) == {"openid", *subjects}
    for word, namespace in subjects.items():
        cell = namespaces_of("consent_ledger", "subject_id", {"subject_type": word})
        assert cell == {namespace}, word
