"""An unlink reaches profile, orders, tiers and audiences in the next night, and can be undone."""

import json
import re
import shutil

import duckdb
import polars as pl
import pytest

from assets.ledger import Ledger
from assets.project import ROOT
from assets.stores import HomeStore
from siyu.home import Home
from tests.night.conftest import read_tables, run_night, run_siyu, write_brand

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
# what became of ids is another story in a home that never joined them; a household's id is one of
# its customers', the first to come
HISTORIES = ("identity_log", "customer_id_history", "identity_metrics", "identity_households")
ENDS = ("namespace", "scope", "identifier")


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


def sizes(home: Home) -> dict[str, int]:
    return {
        manifest.parts[-3]: json.loads(manifest.read_bytes())["members"]
        for manifest in home.audiences.glob(f"*/{AS_OF}/manifest.json")
    }


def previewed(shown: str) -> dict[str, tuple[int, int]]:
    """Audience → members before and after, as printed."""
    rows = re.findall(r"│ (\w+) +│ (\d+) +│ (\d+) +│", shown)
    return {audience: (int(before), int(after)) for audience, before, after in rows}


def test_an_unlink_parts_everything_and_its_undoing_joins_it_again(home):
    overrides = home.ledger / "overrides.csv"
    joined, before, kept = answers(home), sizes(home), overrides.read_bytes()
    unlink = ["unlink", WECOM, CARD, "--why", "two sisters", "--home", str(home.root)]
    shown = run_siyu(*unlink, answer="n\n")
    assert "split: 1" in shown.stdout and "Tiers as of" in shown.stdout, shown.stderr
    assert overrides.read_bytes() == kept
    agreed = run_siyu(*unlink, "--yes")
    assert agreed.returncode == 0 and "split: 1" in agreed.stdout, agreed.stderr
    assert run_night(home, AS_OF).returncode == 0
    after = sizes(home)
    assert previewed(shown.stdout) == {name: (before[name], after[name]) for name in before}
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
    headings, *_ = overrides.read_text().splitlines(keepends=True)
    overrides.write_text(headings)
    assert run_night(home, AS_OF).returncode == 0
    assert answers(home) == joined


def one_merge_of_each_rule(home: Home) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Two identifiers that a link of the rule joined; every pair of another customer."""
    nodes = pl.read_parquet(home.exchange / "identity_nodes.parquet")
    node = {row["identifier_hash"]: row for row in nodes.iter_rows(named=True)}
    links = pl.read_parquet(home.exchange / "identity_links.parquet").filter(status="used")
    merges = dict[str, tuple[dict[str, str], dict[str, str]]]()
    customers = set[str]()
    columns = ("rule", "left_identifier_hash", "right_identifier_hash")
    for rule, *hashes in links.select(columns).unique().sort(columns).iter_rows():
        left, right = (node[one] for one in hashes)
        customer = left["customer_id"]
        if customer == right["customer_id"] and rule not in merges and customer not in customers:
            merges[rule] = left, right
            customers.add(customer)
    return list(merges.values())


def identifiers_of_customers(home: Home) -> dict[str, frozenset[str]]:
    with duckdb.connect(str(home.published_database), read_only=True) as warehouse:
        return {
            customer_id: frozenset(identifiers)
            for customer_id, identifiers in warehouse.execute(
                "select customer_id, list(namespace || scope || identifier_hash) "
                "from marts.customer_identifiers group by all"
            ).fetchall()
        }


def in_words(rows: list[tuple], words: dict[str, str]) -> list[tuple]:
    # who of an audience is held out is drawn by id
    words = {**words, "holdout": "treatment"}
    return sorted((tuple(words.get(cell, cell) for cell in row) for row in rows), key=repr)


def test_undone_merges_of_every_rule_leave_each_table_as_in_a_home_that_never_made_them(tmp_path):
    undone, apart = Home(tmp_path / "undone"), Home(tmp_path / "apart")
    write_brand(undone, customers=400, days=200)
    joined = run_night(undone)
    assert joined.returncode == 0, joined.stderr
    merges, before = one_merge_of_each_rule(undone), identifiers_of_customers(undone)
    assert len(merges) > 10
    for left, right in merges:
        ends = {f"left_{end}": left[end] or "" for end in ENDS}
        ends |= {f"right_{end}": right[end] or "" for end in ENDS}
        why = {"action": "never_link", "who": "test", "at": "2026-11-01T00:00:00", "why": "two"}
        Ledger(home=HomeStore(root=str(undone.root))).add_override({**ends, **why})
    shutil.copytree(undone.raw, apart.raw, copy_function=shutil.copy2)
    apart.ledger.mkdir(mode=0o700)
    for file in ("hmac.key", "overrides.csv"):
        shutil.copy2(undone.ledger / file, apart.ledger)
    shutil.copytree(undone.ledger / "suppression", apart.ledger / "suppression")
    for home in (undone, apart):
        night = run_night(home)
        assert night.returncode == 0, night.stderr
    ids = {it: customer_id for customer_id, it in identifiers_of_customers(undone).items()}
    same = {customer_id: ids[it] for customer_id, it in identifiers_of_customers(apart).items()}
    assert len(same) > len(before)
    found, expected = read_tables(undone), read_tables(apart)
    for table in found.keys() - set(HISTORIES):
        assert in_words(found[table], {}) == in_words(expected[table], same), table
