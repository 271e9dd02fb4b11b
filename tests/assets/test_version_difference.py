"""What moved between two versions, on ten customers anybody can count."""

import json
from pathlib import Path

import duckdb
import pytest

from assets.version_difference import compare_versions
from assets.versions import list_versions
from siyu.home import Home
from tests.night.conftest import run_siyu

LOG = "(run_date date, event text, customer_id text, other_customer_id text, reason text)"
TIERS = (
    "(customer_id text, as_of_date date, value_tier text, activity_tier text, loyalty_tier text)"
)
MEMBERS = "(audience text, as_of_date date, customer_id text, arm text)"
ORDERS = (
    "(order_id text, platform text, customer_id text, "
    "net_amount decimal(18,2), refund_amount decimal(18,2))"
)
OLDER = f"""
create schema marts; create schema publication;
create table publication.version as select 1 as version, date '2026-10-30' as as_of_date,
    timestamp '2026-10-31 02:00:00' as published_at, 0 as copied_rows;
create table marts.customers as select unnest(['C1', 'C2', 'C3', 'C4']) as customer_id;
create table marts.identity_log {LOG};
insert into marts.identity_log values
    ('2026-10-30', 'created', 'C1', null, 'first'), ('2026-10-30', 'created', 'C2', null, 'first'),
    ('2026-10-30', 'created', 'C3', null, 'first'), ('2026-10-30', 'created', 'C4', null, 'first');
create table marts.customer_tiers {TIERS};
insert into marts.customer_tiers values
    ('C1', '2026-10-29', 'low', 'dormant', 'none'), ('C1', '2026-10-30', 'mid', 'active', 'none'),
    ('C2', '2026-10-30', 'low', 'active', 'none'), ('C3', '2026-10-30', 'low', 'active', 'none');
create table marts.audience_members {MEMBERS};
insert into marts.audience_members values
    ('vip', '2026-10-30', 'C1', 'treatment'), ('vip', '2026-10-30', 'C2', 'treatment'),
    ('vip', '2026-10-30', 'C4', 'treatment'), ('vip', '2026-10-30', 'C3', 'holdout');
create table marts.orders {ORDERS};
insert into marts.orders values
    ('jd:1', 'jd', 'C1', 100, 0), ('jd:2', 'jd', 'C2', 50, 0), ('jd:3', 'jd', 'C3', 7, 0),
    ('taobao:1', 'taobao', null, 20, 0);
"""
# C2 is C1 now, C5 came, C4 is gone; jd:1 gave 30 back, taobao:1 found its customer, jd:3 vanished
NEWER = """
update publication.version set version = 2, as_of_date = '2026-10-31';
delete from marts.customers where customer_id in ('C2', 'C4');
insert into marts.customers values ('C5');
insert into marts.identity_log values
    ('2026-10-31', 'merged', 'C2', 'C1', 'phone'), ('2026-10-31', 'created', 'C5', null, 'new'),
    ('2026-10-31', 'retired', 'C4', null, 'gone');
insert into marts.customer_tiers values
    ('C1', '2026-10-31', 'high', 'active', 'loyal'), ('C3', '2026-10-31', 'low', 'active', 'none'),
    ('C5', '2026-10-31', 'none', 'active', 'none');
insert into marts.audience_members values
    ('vip', '2026-10-31', 'C1', 'treatment'), ('vip', '2026-10-31', 'C5', 'treatment');
update marts.orders set net_amount = 70, refund_amount = 30 where order_id = 'jd:1';
update marts.orders set customer_id = 'C1' where order_id = 'jd:2';
update marts.orders set customer_id = 'C5' where order_id = 'taobao:1';
delete from marts.orders where order_id = 'jd:3';
insert into marts.orders values ('jd:4', 'jd', 'C5', 11, 0);
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("versions")
    Home(root).ledger.mkdir()
    write_versions(root, OLDER, OLDER + NEWER)
    return root


def write_versions(root: Path, *versions: str) -> None:
    folder = root / "warehouse" / "versions"
    folder.mkdir(parents=True)
    for number, statements in enumerate(versions, 1):
        with duckdb.connect(str(folder / f"siyu-{number:06d}.duckdb")) as warehouse:
            warehouse.execute(statements)


@pytest.fixture(scope="module")
def found(home):
    kept = list_versions(Home(home))
    return compare_versions(*kept)


def test_customers_that_came_merged_and_went_are_counted(found):
    assert found.customers == {"before": 4, "after": 3, "came": 1, "gone": 2, "gone_by_merge": 1}
    assert found.events.rows() == [
        ("created", "C5", None, "new"),
        ("merged", "C2", "C1", "phone"),
        ("retired", "C4", None, "gone"),
    ]


def test_tiers_move_with_a_customer_and_not_with_a_merged_id(found):
    assert sorted(found.tiers.rows(), key=repr) == sorted(
        [
            ("value", "mid", "high", 1),
            ("loyalty", "none", "loyal", 1),
            *((tier, None, after, 1) for tier, after in C5_TIERS),
        ],
        key=repr,
    )


C5_TIERS = [("value", "none"), ("activity", "active"), ("loyalty", "none")]


def test_those_merged_into_a_new_id_have_the_tiers_they_had(tmp_path):
    merged = """
        update publication.version set version = 2;
        update marts.customer_tiers set customer_id = 'C9' where customer_id = 'C1';
        delete from marts.customer_tiers where customer_id = 'C2';
        insert into marts.identity_log values
            ('2026-10-30', 'merged', 'C1', 'C9', 'phone'),
            ('2026-10-30', 'merged', 'C2', 'C9', 'phone');
    """
    write_versions(tmp_path, OLDER, OLDER + merged)
    assert compare_versions(*list_versions(Home(tmp_path))).tiers.is_empty()


def test_the_day_of_a_version_is_compared_and_no_later_one(found, tmp_path):
    later = """
        insert into marts.customer_tiers values ('C1', '2026-11-05', 'low', 'dormant', 'none');
        insert into marts.audience_members values ('vip', '2026-11-05', 'C3', 'treatment');
    """
    write_versions(tmp_path, OLDER + later, OLDER + NEWER + later)
    with_later = compare_versions(*list_versions(Home(tmp_path)))
    assert with_later.tiers.equals(found.tiers)
    assert with_later.audiences.equals(found.audiences)


def test_a_member_merged_into_a_member_has_not_left_the_audience(found):
    assert found.audiences.rows() == [("vip", 2, 2, 1, 1)]


def test_money_that_moved_adds_up_by_platform_and_customer(found):
    jd, taobao = found.money.rows(named=True)
    assert (jd["new_orders"], jd["gone_orders"], jd["changed_orders"]) == (1, 1, 1)
    assert (float(jd["net_moved"]), float(jd["refunds_moved"])) == (-26.0, 30.0)
    assert float(taobao["net_moved"]) == 0.0
    assert found.reassigned["orders"] == 1
    assert {
        row["customer_id"]: float(row["net_moved"])
        for row in found.customer_money.iter_rows(named=True)
    } == {"C1": -30.0, "C5": 31.0, None: -20.0, "C3": -7.0}


def test_a_version_compared_with_itself_moved_nothing(found):
    same = compare_versions(found.newer, found.newer)
    assert same.events.height == same.tiers.height == same.customer_money.height == 0
    assert same.customers["came"] == same.customers["gone"] == same.reassigned["orders"] == 0


def test_the_command_prints_for_people_and_for_programs(home):
    shown = run_siyu("diff", "--home", str(home))
    assert shown.returncode == 0, shown.stderr
    assert "4 → 3" in shown.stdout and "vip" in shown.stdout and "-26.00" in shown.stdout
    told = json.loads(run_siyu("diff", "1", "2026-10-31", "--home", str(home), "--json").stdout)
    assert told["customers"]["came"] == 1 and told["newer"]["version"] == 2
    listed = run_siyu("versions", "--home", str(home)).stdout
    assert "siyu-000001.duckdb" in listed and "2026-10-31" in listed
    unknown = run_siyu("diff", "9", "--home", str(home))
    assert unknown.returncode == 1 and "1 (2026-10-30), 2 (2026-10-31)" in unknown.stderr
