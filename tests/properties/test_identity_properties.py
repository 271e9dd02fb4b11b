"""What holds for any observations: partitions, guards, ids and overrides."""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import networkx as nx
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "identity"))
from brand import RULES, SECRET, Brand, partition, phone

from siyu.identity.incremental import resolve_incrementally
from siyu.identity.ledger import translate
from siyu.identity.resolve import Ledger
from siyu.identity.rules import FanOutRule, IdentityRules, NamespaceRule

EXAMPLES = 6  # each resolves several times; raise it to search deeper
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
WITHOUT_GUARDS = IdentityRules(
    version=1,
    namespaces={name: NamespaceRule(role="account") for name in RULES.namespaces},
    fan_out=FanOutRule(accounts=10**6, surnames=10**6),
)
ACCOUNTS = ["unionid", "mp@wxA", "mp@wxB", "mp", "oa", "wecom", "jd", "pospal@s", "user"]
NAMES = [None, None, "王晓彤", "王*", "李建国", "A王晓彤 敏感肌", "李女士", "赵四"]


def words(kinds: list[str], size: int) -> st.SearchStrategy[str]:
    accounts = st.builds("{}:{}".format, st.sampled_from(kinds), st.integers(0, size))
    contacts = st.one_of(
        st.integers(0, size).map(phone), st.integers(0, 3).map("email:a{}@b.cn".format)
    )
    return st.one_of(accounts, accounts, contacts)


@st.composite
def record(draw: Callable, number: int, size: int = 4) -> dict:
    order = draw(st.booleans())
    return {
        "record": f"{'order' if order else 'r'}:{number}",
        "strong": " ".join(draw(st.lists(words(ACCOUNTS, size), max_size=3, unique=True))),
        "typed": " ".join(
            draw(
                st.lists(
                    st.one_of(
                        st.integers(0, size).map(phone), st.integers(0, 2).map("device:d{}".format)
                    ),
                    max_size=2,
                    unique=True,
                )
            )
        ),
        "name": draw(st.sampled_from(NAMES)),
        "verified": draw(st.booleans()),
        "birthday": draw(st.sampled_from([None, None, "1995-03-08", "1988-11-02"])),
        "day": draw(st.integers(0, 500)),
    }


@st.composite
def histories(draw: Callable, most: int = 14) -> list[dict]:
    count = draw(st.integers(1, most))
    return [draw(record(number)) for number in range(count)]


def written(history: list[dict], rules: IdentityRules = RULES) -> Brand:
    brand = Brand(rules=rules)
    for stated in history:
        brand.record(**stated)
    return brand


def plain_components(brand: Brand) -> set[frozenset[str]]:
    graph = nx.Graph()
    for record_id, namespace, scope, identifier, *_ in brand.rows:
        graph.add_edge(f"record {record_id}", f"{namespace}@{scope}:{identifier}")
    return {frozenset(component) for component in nx.connected_components(graph)}


@QUIET
@given(histories(20))
def test_without_guards_clusters_are_the_connected_components(history):
    brand = written(all_strong(history), WITHOUT_GUARDS)
    assert partition(brand.resolve()) == plain_components(brand)


def all_strong(history: list[dict]) -> list[dict]:
    return [
        {**stated, "strong": f"{stated['strong']} {stated['typed']}", "typed": ""}
        for stated in history
    ]


@QUIET
@given(histories(), st.integers(0, 100))
def test_order_and_repetition_of_rows_do_not_matter(history, seed):
    first = written(history).resolve()
    again = written(history)
    again.rows = again.rows + again.rows[::2]
    second = again.resolve(shuffle=seed)
    for table in ("nodes", "records", "links", "shared", "log", "entry"):
        assert getattr(first, table).equals(getattr(second, table)), table


@QUIET
@given(histories())
def test_a_second_run_changes_and_logs_nothing(history):
    brand = written(history)
    first = brand.resolve()
    second = brand.resolve(date(2026, 7, 1))
    assert second.entry.is_empty()
    for table in ("nodes", "records", "links", "shared", "log", "registry"):
        assert getattr(first, table).equals(getattr(second, table)), table


@QUIET
@given(histories())
def test_a_link_is_used_exactly_when_both_ends_are_one_customer(history):
    resolution = written(history).resolve()
    owner = dict(resolution.nodes.select("identifier_hash", "customer_id").iter_rows())
    graph = nx.Graph()
    graph.add_nodes_from(name for name, customer in owner.items() if customer)
    for left, right, status, reason in resolution.links.select(
        "left_identifier_hash", "right_identifier_hash", "status", "blocked_reason"
    ).iter_rows():
        same = owner[left] is not None and owner[left] == owner[right]
        assert (status == "used") == same
        assert (reason is None) == same
        if same:
            graph.add_edge(left, right)
    assert set(resolution.records["customer_id"].drop_nulls()) <= set(owner.values())
    # and used links alone hold every customer together, so each merge can be explained
    for component in nx.connected_components(graph):
        assert len({owner[name] for name in component}) == 1
    customers = {customer for customer in owner.values() if customer}
    assert nx.number_connected_components(graph) == len(customers)


@QUIET
@given(histories())
def test_no_customer_breaks_a_limit_that_binds_all_evidence(history):
    nodes = written(history).resolve().nodes.filter(pl.col("customer_id").is_not_null())
    counted = nodes.group_by("customer_id", "namespace", "scope").len()
    for name, rule in RULES.namespaces.items():
        if rule.limit is None:
            continue
        held = counted.filter(namespace=name)
        if rule.completes_scope:
            held = held.filter(pl.col("scope") != "")
        assert held.filter(pl.col("len") > rule.limit).is_empty(), name


@QUIET
@given(histories(), st.integers(1, 3))
def test_a_shared_phone_never_merges(history, people):
    brand = written(history)
    for number in range(3):
        brand.record(f"own{number}", f"unionid:own{number}", "phone:19988887777")
    nodes = brand.resolve().nodes
    own = nodes.filter(pl.col("identifier").str.starts_with("own"))
    assert own["customer_id"].n_unique() == 3
    assert nodes.filter(identifier="19988887777")["customer_id"].item() is None
    assert people


@QUIET
@given(histories(), st.integers(1, 13))
def test_a_new_record_never_splits_where_no_guard_binds(history, cut):
    before = partition(written(all_strong(history[:cut]), WITHOUT_GUARDS).resolve())
    after = partition(written(all_strong(history), WITHOUT_GUARDS).resolve())
    for cluster in before:
        assert any(cluster <= larger for larger in after)


@st.composite
def lives(draw: Callable) -> list[tuple[list[dict], list[tuple[str, str, str]]]]:
    """A month of nights: new records and overrides of each."""
    nights, number = [], 0
    for _ in range(draw(st.integers(2, 5))):
        count = draw(st.integers(0, 5))
        records = [draw(record(number + n)) for n in range(count)]
        number += count
        orders = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["never_link", "always_link"]),
                    words(ACCOUNTS, 4),
                    words(ACCOUNTS, 4),
                ),
                max_size=1,
            )
        )
        nights.append((records, orders))
    return nights


@QUIET
@given(lives())
def test_ids_change_only_with_a_log_row_and_ended_ones_never_return(nights):
    brand, run_date = Brand(), date(2026, 6, 1)
    owners: dict[str, str] = {}
    ended: set[str] = set()
    for records, orders in nights:
        for stated in records:
            brand.record(**stated)
        for action, left, right in orders:
            brand.order(action, left, right)
        known = brand.log.height
        names = list(owners)
        bore = translate(pl.Series([owners[name] for name in names], dtype=pl.String), brand.log)
        # an identifier that was nobody's for a while comes back under the heir of its customer
        owners = dict(zip(names, bore.to_list(), strict=True))
        resolution = brand.resolve(run_date)
        run_date += timedelta(days=1)
        events = resolution.log.slice(known)
        moves = set(
            events.filter(pl.col("event").is_in(["merged", "moved"]))
            .select("customer_id", "other_customer_id")
            .iter_rows()
        ) | set(events.filter(event="split").select("other_customer_id", "customer_id").iter_rows())
        now = dict(
            resolution.nodes.drop_nulls("customer_id")
            .select("identifier_hash", "customer_id")
            .iter_rows()
        )
        for name, customer in now.items():
            before = owners.get(name) or customer
            assert before == customer or (before, customer) in moves
        ended |= set(events.filter(event="merged")["customer_id"])
        assert not ended & set(now.values())
        # any id ever given leads to a living one, or to nobody when its evidence is all blocked
        all_ids = pl.Series(sorted((set(owners.values()) | ended) - {None}), dtype=pl.String)
        alive = set(now.values()) | set(resolution.records["customer_id"].drop_nulls())
        assert set(translate(all_ids, resolution.log).drop_nulls()) <= alive
        owners.update(now)


@QUIET
@given(lives())
def test_a_rebuild_from_raw_with_the_ledger_gives_the_same_ids(nights):
    brand = Brand()
    for records, orders in nights:
        for stated in records:
            brand.record(**stated)
        for action, left, right in orders:
            brand.order(action, left, right)
        last = brand.resolve()
    rebuilt = brand.resolve(date(2027, 1, 1), shuffle=5)
    assert rebuilt.entry.is_empty()
    assert rebuilt.nodes.equals(last.nodes)


@QUIET
@given(histories(), words(ACCOUNTS, 4), words(ACCOUNTS, 4))
def test_never_link_parts_and_always_link_joins(history, left, right):
    parted = written(history).order("never_link", left, right).resolve()
    joined = written(history).order("always_link", left, right).resolve()
    for resolution, may_share in ((parted, False), (joined, True)):
        owners = [owner_of(resolution, word) for word in (left, right)]
        if left == right or None in owners:
            continue
        assert (owners[0] == owners[1]) == may_share


@QUIET
@given(lives())
def test_incremental_equals_from_scratch_at_every_step(nights):
    """Also when a record goes away, a row changes or an override comes."""
    scratch = Brand()
    before = scratch.input()
    incremental = scratch.resolve()
    run_date = date(2026, 6, 1)
    for night, (records, orders) in enumerate(nights):
        ledger = Ledger(scratch.registry, scratch.log)
        for stated in records:
            scratch.record(**stated)
        for action, left, right in orders:
            scratch.order(action, left, right)
        if night % 2:
            gone = {row[0] for row in scratch.rows[::5]}
            scratch.rows = [row for row in scratch.rows if row[0] not in gone]
        now = scratch.input()
        incremental = resolve_incrementally(
            incremental,
            before,
            now,
            rules=RULES,
            ledger=ledger,
            run_date=run_date,
            secret=SECRET,
        )
        whole = scratch.resolve(run_date)
        assert partition(incremental) == partition(whole)
        assert incremental.links.equals(whole.links)
        assert incremental.shared.equals(whole.shared)
        assert incremental.nodes.drop("customer_id").equals(whole.nodes.drop("customer_id"))
        before, run_date = now, run_date + timedelta(days=1)
        scratch.registry, scratch.log = incremental.registry, incremental.log


def owner_of(resolution, word):
    from brand import node

    namespace, scope, identifier = node(word)
    found = resolution.nodes.filter(namespace=namespace, scope=scope, identifier=identifier)
    return found["customer_id"].item() if found.height else None


@QUIET
@given(histories(8), histories(8))
def test_unlink_then_rebuild_equals_two_people_built_apart(mine, theirs):
    """One wrong record joins two histories without common identifiers; unlink undoes it."""
    left = [shifted(stated, "m", 0) for stated in mine] + [stated_as("m:hub", "unionid:M mp@wxA:M")]
    right = [shifted(stated, "t", 50) for stated in theirs] + [stated_as("t:hub", "jd:T")]
    apart = written(left + right).resolve()
    wrong = stated_as("wrong", "unionid:M jd:T")
    brand = written([*left, *right, wrong])
    brand.resolve()
    undone = brand.order("never_link", "unionid:M", "jd:T").resolve(date(2026, 7, 1))
    assert partition_without(undone, "record wrong") == partition_without(apart, "")


def stated_as(name, strong):
    return {"record": name, "strong": strong}


def shifted(stated, prefix, by):
    """The same record about other identifiers."""

    def moved(word):
        kind, _, value = word.partition(":")
        if kind == "phone":
            return phone(int(value[3:]) + by)
        if kind == "email":
            return f"email:{prefix}{value}"
        return f"{kind}:{prefix}{value}"

    changed = {key: " ".join(map(moved, stated[key].split())) for key in ("strong", "typed")}
    return {**stated, **changed, "record": f"{stated['record']}{prefix}"}


def partition_without(resolution, record):
    return {cluster - {record} for cluster in partition(resolution)}
