"""What holds for any observations: partitions, guards, links."""

import sys
from datetime import date
from pathlib import Path

import networkx as nx
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from identity_histories import QUIET, RULES, WITHOUT_GUARDS, Brand, histories, partition, written


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
