"""Warehouses built from exports: landed by siyu.ingest, built by dbt, resolved by siyu.identity."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from siyu.audience.build import MEMBERSHIP_SCHEMA
from siyu.config_file import load_config
from siyu.home import Home
from siyu.identity.changes import Input
from siyu.identity.ledger import LEDGER_SCHEMA, OVERRIDES_SCHEMA, decode_entries
from siyu.identity.likely import NOBODY
from siyu.identity.metrics import measure_tables
from siyu.identity.night import tables_of
from siyu.identity.resolve import resolve_identities
from siyu.identity.rules import IdentityRules
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import load_sources
from siyu.profile.survivorship import Survivorship, attribute_ranks
from siyu.value.rfm import RFM_SCHEMA
from siyu.value.tiers import TIERS_SCHEMA

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
CONFIG = ROOT / "config"
SAMPLES = ROOT / "tests" / "samples"

LOADED_AT = datetime.fromisoformat("2026-06-30T18:00:00")

SAMPLE_FILES = {
    "alipay_bill": ["alipay_20880000000000000156_20260618_业务明细.csv"],
    "channels_order": ["channels_ec_order_get.json"],
    "consent_ledger": ["consent_ledger.csv"],
    "douyin_order": ["douyin_fxg_export_202606200900.csv"],
    "douyin_order_api": ["douyin_order_searchList.json"],
    "jd_order": ["jd_order_export.csv"],
    "jinshuju_entry": ["jinshuju_webhook.jsonl"],
    "kuaishou_order": ["kuaishou_order_export.xlsx"],
    "linkwechat_customer": ["linkwechat_customer_export.xlsx"],
    "linkwechat_product_order": ["linkwechat_product_order_export.xlsx"],
    "mochat_contact": ["mochat_work_contact.csv"],
    "mochat_contact_staff": ["mochat_work_contact_employee.csv"],
    "mochat_fission": ["mochat_work_fission_contact.csv"],
    "pdd_order": ["pdd_order_export.csv"],
    "pos_sales": ["pos_sales_detail.merged_header.UNVERIFIED.xlsx"],
    "pospal_member": ["pospal_queryCustomerPages.json"],
    "pospal_ticket": ["pospal_queryTicketPages.json"],
    "segment_event": ["segment_calls.jsonl"],
    "sensors_event": ["sensors_events.jsonl"],
    "sms_reply": ["sms_mo_replies.csv"],
    "taobao_order": ["taobao_ExportOrderList202606200900.csv"],
    "taobao_order_item": ["taobao_ExportOrderDetailList202606200900.csv"],
    "taobao_rating": ["taobao_traderates_get.json"],
    "taobao_trade_api": ["taobao_trades_sold_get.json"],
    "wechat_oa_event": ["wechat_oa_events.xml.log"],
    "wechat_oa_user": ["wechat_oa_user_info_batchget.json"],
    "wecom_customer": [
        "wecom_batch_get_by_user.p1.json",
        "wecom_batch_get_by_user.p2.json",
        "wecom_externalcontact_get.json",
    ],
    "wecom_event": ["wecom_events.xml.log"],
    "wecom_group_member": ["wecom_groupchat_get.json"],
    "wecom_kf_message": ["wecom_kf_sync_msg.json"],
    "wecom_send_result": ["wecom_get_groupmsg_send_result.json"],
    "wxapp_login": ["wxapp_code2session.jsonl"],
    "wxapp_order": ["wxapp_sec_order_get_order_list.json"],
    "wxpay_bill": ["wxpay_trade_bill_20260618_ALL.csv"],
    "xiaohongshu_order": ["xiaohongshu_order_export.xlsx"],
    "youzan_trade": ["youzan_trades_sold_get.4.0.x.json"],
}


@dataclass
class Warehouse:
    """A built home: its tables, and what dbt said of each node."""

    home: Home
    variables: str = "{}"
    logged: str = "none"
    outcomes: dict[str, str] = field(default_factory=dict)
    manifest: Any = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.build_database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def table(self, name: str) -> pl.DataFrame:
        with duckdb.connect(str(self.home.build_database), read_only=True) as connection:
            return connection.sql(f"select * from {name}").pl()

    def build(self, *arguments: str) -> None:
        """Run dbt on this home; every node's outcome is remembered."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.adapters.factory import FACTORY
        from dbt.cli.main import dbtRunner

        os.environ["SIYU_HOME"] = str(self.home.root)
        flags = [
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.home.root / ".dbt"), "--log-level", "none"),
            *("--log-level-file", self.logged, "--log-path", str(self.home.root / ".dbt")),
            *("--vars", self.variables),
        ]
        if self.manifest is None:
            self.manifest = dbtRunner().invoke(["parse", *flags]).result
        # a manifest that compiled a model once leaves its inlined steps out the next time
        runner = dbtRunner(manifest=self.manifest.deepcopy())
        outcome = runner.invoke([*arguments, *flags])
        for adapter in FACTORY.adapters.values():
            adapter.connections.cleanup_all()
        DuckDBConnectionManager.close_all_connections()
        assert outcome.exception is None, outcome.exception
        for result in outcome.result.results:
            self.outcomes[result.node.name] = f"{result.status}: {result.message}"


def land(root: Path, exports: Mapping[str, list[Path]]) -> Warehouse:
    """Put exports into a new home and land them; the hand-overs of Python are empty still."""
    home = Home(root)
    for source, files in exports.items():
        (home.raw / source).mkdir(parents=True)
        for file in files:
            shutil.copy(file, home.raw / source / file.name)
    home.warehouse.mkdir(parents=True)
    home.exchange.mkdir()
    sources = load_sources(CONFIG / "sources")
    staged = stage_exports(home, sources, loaded_at=LOADED_AT)
    admit_exports(home, sources, staged, {}).write_parquet(home.exchange / "export_files.parquet")
    survivorship = load_config(CONFIG / "survivorship.yml", Survivorship)
    attribute_ranks(survivorship).write_parquet(home.exchange / "attribute_ranks.parquet")
    for table, schema in (
        ("customer_rfm", RFM_SCHEMA),
        ("customer_tiers", TIERS_SCHEMA),
        ("audience_members", MEMBERSHIP_SCHEMA),
    ):
        (home.exchange / table).mkdir()
        pl.DataFrame(schema=schema).write_parquet(home.exchange / table / "_schema.parquet")
    return Warehouse(home)


def resolve(warehouse: Warehouse) -> None:
    """Resolve what dbt handed over, as the nightly run does on a new home."""
    exchange = warehouse.home.exchange
    registry, log = decode_entries(pl.DataFrame(schema=LEDGER_SCHEMA))
    observed = Input(
        pl.read_parquet(exchange / "int_*_identifiers.parquet"),
        pl.read_parquet(exchange / "int_*_attributes.parquet"),
        pl.DataFrame(schema=OVERRIDES_SCHEMA),
    )
    rules = load_config(CONFIG / "identity.yml", IdentityRules)
    resolution = resolve_identities(
        observed.identifiers,
        observed.attributes,
        rules=rules,
        overrides=observed.overrides,
        registry=registry,
        log=log,
        run_date=date(2026, 6, 30),
        secret=bytes(32),
    )
    others = {
        "identity_metrics": measure_tables(
            resolution.tables, resolution.log, observed, rules=rules
        ),
        "identity_likely": NOBODY.groups,
        "identity_likely_links": NOBODY.links,
    }
    for table, rows in (dict(tables_of(resolution)) | others).items():
        rows.lazy().sink_parquet(exchange / f"{table}.parquet")


@pytest.fixture(scope="session")
def of_samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The samples of channels/, built through."""
    exports = {name: [SAMPLES / file for file in files] for name, files in SAMPLE_FILES.items()}
    warehouse = land(tmp_path_factory.mktemp("warehouse") / "samples", exports)
    warehouse.build("run", "--select", "+int_identifiers_observed", "+int_attributes_observed")
    resolve(warehouse)
    warehouse.build("build", "--exclude-resource-type", "unit_test")
    yield warehouse


@pytest.fixture(scope="session")
def of_nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A home without a single export; every step is a view, and unit tests run on it."""
    warehouse = land(tmp_path_factory.mktemp("warehouse") / "nothing", {})
    warehouse.variables = "intermediate_as: view"
    warehouse.build("run", "--select", "+int_identifiers_observed", "+int_attributes_observed")
    resolve(warehouse)
    warehouse.build("build")
    yield warehouse


@pytest.fixture(scope="session")
def of_scenarios(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The exports of all scenarios in one home, as far as who is who."""
    exports: dict[str, list[Path]] = {}
    for pairs in sorted((ROOT / "tests" / "scenarios").glob("*/pairs.csv")):
        for file in sorted(pairs.parent.glob("raw/*/*")):
            exports.setdefault(file.parent.name, []).append(file)
    warehouse = land(tmp_path_factory.mktemp("warehouse") / "scenarios", exports)
    warehouse.build("run", "--select", "+int_identifiers_observed", "+int_attributes_observed")
    resolve(warehouse)
    yield warehouse
