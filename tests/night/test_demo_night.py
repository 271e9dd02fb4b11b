"""What one night makes of the demo brand, held against the truth the generator kept."""

import csv
import json
import re
import stat

import polars as pl
import pytest

from tests.night.conftest import AS_OF, read_tables, run_night

PHONE_LIKE = r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])"
CONTRACT = {
    "export_files": "source file sha256 status rows_read rows_landed rows_rejected reason",
    "customers": "customer_id display_name gender birth_date province city phone_masked "
    "email_masked first_seen_at last_seen_at order_count net_amount first_order_at last_order_at",
    "customer_identifiers": "customer_id namespace scope identifier_hash identifier_masked "
    "first_seen_at last_seen_at",
    "orders": "order_id platform source_order_id customer_id ordered_at paid_at order_date status "
    "gross_amount refund_amount net_amount",
    "order_items": "order_id customer_id",
    "interactions": "customer_id channel kind occurred_at",
    "consents": "customer_id purpose channel state effective_at",
    "identity_links": "left_namespace left_identifier_hash right_namespace right_identifier_hash "
    "rule source file line status blocked_reason",
    "identity_log": "run_date event customer_id other_customer_id reason",
    "customer_rfm": "customer_id as_of_date recency_days order_count order_day_count net_amount "
    "r_score f_score m_score rfm_segment rfm_segment_zh",
    "customer_tiers": "customer_id as_of_date value_tier activity_tier loyalty_tier",
    "audience_members": "audience as_of_date customer_id arm",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_contract_table_has_the_columns_others_rely_on(warehouse, table):
    columns = {row[0] for row in warehouse.execute(f"describe marts.{table}").fetchall()}
    assert set(CONTRACT[table].split()) <= columns


def test_every_order_is_as_in_truth_to_the_fen(brand, warehouse):
    truth = f"{brand.root}/truth/orders.parquet"
    # whose an order is, is a question of quality; campaigns are told by no export
    told = set(pl.read_parquet_schema(truth)) - {"order_id", "person_id", "campaign"}
    assert len(told) == 8
    differs = " or ".join(f"made.{name} is distinct from truth.{name}" for name in sorted(told))
    differing = warehouse.execute(
        f"""
        select made.order_id, truth.order_id, made, truth
        from marts.orders as made
        full join '{truth}' as truth on made.order_id = truth.order_id
        where made.order_id is null or truth.order_id is null or {differs}
        """
    ).fetchall()
    assert differing == []


def test_money_of_customers_and_of_nobody_adds_up_to_the_orders(warehouse):
    of_customers, of_nobody, of_orders = warehouse.execute(
        """
        select
            (select sum(net_amount) from marts.customers),
            (select coalesce(sum(net_amount), 0) from marts.orders where customer_id is null),
            (select sum(net_amount) from marts.orders)
        """
    ).fetchone()
    assert of_customers + of_nobody == of_orders


def test_files_are_landed_refused_or_known_as_in_truth(brand, warehouse):
    expected = pl.read_parquet(brand.root / "truth" / "expected_files.parquet")
    files = warehouse.execute("select source, file, status from marts.export_files").fetchall()
    made = {(source, file): status for source, file, status in files}
    wrong = {
        (row["source"], row["file"]): (row["status"], made.get((row["source"], row["file"])))
        for row in expected.iter_rows(named=True)
        if made.get((row["source"], row["file"])) != row["status"]
    }
    assert wrong == {}
    assert set(made.values()) == {"landed", "refused", "duplicate"}


def test_a_refused_file_says_what_to_do_and_stands_in_quarantine(brand, warehouse):
    refused = warehouse.execute(
        "select source, sha256, reason from marts.export_files where status = 'refused'"
    ).fetchall()
    assert refused
    for source, sha256, reason in refused:
        assert len(reason) > 20
        assert list((brand.quarantine / source).glob(f"{sha256[:16]}*"))


def test_nothing_published_names_a_person(brand, warehouse):
    secrets = set(
        pl.read_parquet(brand.root / "truth" / "identifiers.parquet")
        .filter(~pl.col("namespace").is_in(["anonymous_id", "app_user_id"]))["identifier"]
        .to_list()
    )
    for table in read_tables(brand):
        for (column,) in warehouse.execute(
            "select column_name from duckdb_columns() where schema_name = 'marts' "
            "and table_name = ? and data_type = 'VARCHAR'",
            [table],
        ).fetchall():
            for (value,) in warehouse.execute(
                f'select distinct "{column}" from marts.{table} where "{column}" is not null'
            ).fetchall():
                assert value not in secrets, (table, column)
                # hashes and order numbers hold long runs of digits of their own
                if "order_id" not in column:
                    assert not re.search(PHONE_LIKE, value), (table, column)


def test_private_files_are_private(brand):
    assert stat.S_IMODE(brand.warehouse.stat().st_mode) == 0o700
    assert stat.S_IMODE(brand.build_database.stat().st_mode) == 0o600
    assert stat.S_IMODE((brand.ledger / "hmac.key").stat().st_mode) == 0o600
    for members in brand.audiences.rglob("members.csv"):
        assert stat.S_IMODE(members.stat().st_mode) == 0o600


def test_audience_files_agree_with_their_manifests_and_the_warehouse(brand, warehouse):
    manifests = sorted(brand.audiences.glob(f"*/{AS_OF}/manifest.json"))
    assert len(manifests) >= 4
    for path in manifests:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        removed = sum(manifest[name] for name in ("no_consent", "suppressed", "capped", "holdout"))
        assert manifest["matched"] == removed + manifest["members"]
        with (path.parent / "members.csv").open(encoding="utf-8") as lines:
            members = {row["customer_id"] for row in csv.DictReader(lines)}
        assert len(members) == manifest["members"]
        published = warehouse.execute(
            "select customer_id from marts.audience_members "
            "where audience = ? and as_of_date = ?::date and arm = 'treatment'",
            [manifest["audience"], AS_OF],
        ).fetchall()
        assert members == {customer for (customer,) in published}


def test_members_by_sms_have_granted_and_not_withdrawn(warehouse):
    unconsented = warehouse.execute(
        """
        select members.customer_id
        from marts.audience_members as members
        left join marts.consents as consents
            on members.customer_id = consents.customer_id
            and consents.purpose = 'marketing' and consents.channel = 'sms'
        where members.audience like '%_sms' and consents.state is distinct from 'granted'
        """
    ).fetchall()
    assert unconsented == []


def test_a_second_night_with_nothing_new_changes_nothing(brand):
    def stamps() -> dict[str, int]:
        kept = [brand.published_database, *brand.ledger.rglob("*"), *brand.audiences.rglob("*")]
        landed = brand.landing.rglob("*.parquet")
        return {str(path): path.stat().st_mtime_ns for path in [*kept, *landed] if path.is_file()}

    log = brand.reports / "nightly.log"
    before, tables, said = stamps(), read_tables(brand), log.read_text()
    night = run_night(brand)
    assert night.returncode == 0, night.stderr
    assert stamps() == before
    assert read_tables(brand) == tables
    assert log.read_text() == said
