"""An unlink reaches profile, orders, tiers and audiences in the next night, and can be undone."""

import shutil

import duckdb
import pytest

from assets.project import ROOT
from siyu.home import Home
from tests.night.conftest import run_night, run_siyu

AS_OF = "2026-09-30"
WECOM = "wechat_unionid:oUnScenario01AAAAAAAAAAAAAAAA"
CARD = "pospal_customer_uid:8800000000000000001"
QUESTIONS = {
    "profile": "select customer_id, phone_masked, order_count, net_amount from marts.customers",
    "identifiers": "select namespace, identifier_hash, customer_id from marts.customer_identifiers",
    "orders": "select order_id, customer_id, net_amount from marts.orders",
    "tiers": "select customer_id, value_tier, activity_tier from marts.customer_tiers",
    "audiences": "select audience, customer_id, arm from marts.audience_members",
}


def answers(home: Home) -> dict[str, set[tuple]]:
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        return {
            name: set(warehouse.execute(question).fetchall())
            for name, question in QUESTIONS.items()
        }


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The exports of the family: she bought much, long ago, and is a WeCom friend."""
    home = Home(tmp_path_factory.mktemp("family"))
    for story in ("family_phone_joins_its_holder_and_nobody_else", "undone_merge_parts_everything"):
        shutil.copytree(ROOT / "tests" / "scenarios" / story / "raw", home.raw, dirs_exist_ok=True)
    night = run_night(home, AS_OF)
    assert night.returncode == 0, night.stderr
    return home


def test_an_unlink_parts_everything_and_its_undoing_joins_it_again(home):
    joined = answers(home)
    unlink = run_siyu(
        "unlink", WECOM, CARD, "--why", "two sisters", "--yes", "--home", str(home.root)
    )
    assert unlink.returncode == 0 and "split: 1" in unlink.stdout, unlink.stderr
    assert run_night(home, AS_OF).returncode == 0
    parted = answers(home)
    for name in ("profile", "identifiers", "tiers", "audiences"):
        assert parted[name] != joined[name], name
    # the friend in WeCom is nobody's purchases any more, so she leaves the audience; the orders
    # stay with who holds the phone they name, under the id she had
    assert [row[0] for row in joined["audiences"]] == ["dormant_high_value_wecom"]
    assert parted["audiences"] == set() and parted["orders"] == joined["orders"]
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        events = warehouse.execute("select event from marts.identity_log").fetchall()
    assert ("split",) in events
    # money went with its owner: nothing is lost, nothing counted twice
    for found in (joined, parted):
        assert sum(row[3] for row in found["profile"]) == sum(row[2] for row in found["orders"])
    overrides = home.ledger / "overrides.csv"
    headings, *_ = overrides.read_text().splitlines(keepends=True)
    overrides.write_text(headings)
    assert run_night(home, AS_OF).returncode == 0
    assert answers(home) == joined
