"""The dbt project builds: on nothing, on the samples, twice, and by every rule's unit test."""

import polars as pl


def _contents(warehouse):
    tables = warehouse.rows(
        "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
    )
    return {table: warehouse.table(f"marts.{table}").hash_rows().sort() for (table,) in tables}


def test_every_unit_test_of_a_rule_passes(of_nothing):
    rules = {name: said for name, said in of_nothing.outcomes.items() if name.startswith("test_")}

    assert len(rules) > 25
    wrong = [f"{name}: {said}" for name, said in rules.items() if not said.startswith("pass")]
    assert not wrong, "\n".join(wrong)


def test_a_home_without_exports_builds_empty_tables(of_nothing):
    failed = {
        name: said
        for name, said in of_nothing.outcomes.items()
        if not said.startswith(("pass", "success"))
    }

    assert failed == {}
    assert {table: rows.len() for table, rows in _contents(of_nothing).items()} == dict.fromkeys(
        _contents(of_nothing), 0
    )
    handed_over = sorted(of_nothing.home.exchange.glob("int_*.parquet"))
    assert len(handed_over) > 20
    assert [file.name for file in handed_over if pl.read_parquet(file).height] == []


def test_the_samples_build_and_pass_every_data_test(of_samples):
    failed = {
        name: said
        for name, said in of_samples.outcomes.items()
        if not said.startswith(("pass", "success"))
    }

    assert failed == {}
    assert all(rows.len() for table, rows in _contents(of_samples).items() if table == "orders")


def test_a_second_build_changes_no_table(of_samples):
    before = _contents(of_samples)

    of_samples.build("build", "--exclude-resource-type", "unit_test")

    after = _contents(of_samples)
    assert {table: rows.to_list() for table, rows in after.items()} == {
        table: rows.to_list() for table, rows in before.items()
    }
