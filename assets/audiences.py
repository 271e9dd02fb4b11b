"""Audience assets: who will be contacted as of a day, as files. The rules are in siyu.audience."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import dagster as dg

from assets.partitions import AS_OF_DATES, as_of_date
from assets.project import CONFIG
from assets.stores import HomeStore, ParquetStore
from expectations.audience_file import judge_audience
from siyu.audience.build import AudienceResult
from siyu.audience.folder import StoppedAudience, render_audience, render_stopped
from siyu.audience.night import (
    Outcome,
    SuppressionLists,
    build_audiences,
    list_memberships,
    read_suppression_lists,
)
from siyu.audience.profile import build_profile
from siyu.audience.spec import AudienceSpec, load_audiences
from siyu.consent.rules import ConsentRules, load_consent_rules
from siyu.files import replace_folder

SPECS = load_audiences(CONFIG / "audiences")
CONSENT_RULES = CONFIG / "consent.yml"
CHECK = "fit_to_leave"

PROFILE_TABLES = [
    dg.AssetKey(["exchange", "customer_rfm"]),
    dg.AssetKey(["exchange", "customer_tiers"]),
    "int_customer_profiles",
    "int_customer_orders",
    "int_contact_points",
]
CONTACT_TABLES = ["int_consents_resolved", dg.AssetKey(["exchange", "identity_nodes"])]


def _key(spec: AudienceSpec) -> dg.AssetKey:
    return dg.AssetKey(["audiences", spec.audience])


@dg.multi_asset(
    name="audiences",
    specs=[
        dg.AssetSpec(
            key=_key(spec),
            deps=[*PROFILE_TABLES, *CONTACT_TABLES],
            group_name="audiences",
            description=f"{spec.title.en} ({spec.title.zh}), one folder per as-of date.",
            kinds={"csv", "json"},
            owners=[f"team:{spec.owner}"],
        )
        for spec in SPECS
    ]
    + [
        dg.AssetSpec(
            key=["exchange", "audience_members"],
            deps=[*PROFILE_TABLES, *CONTACT_TABLES],
            group_name="audiences",
            description="One row per audience, as-of date and customer: treatment or holdout.",
            kinds={"parquet"},
            owners=["team:crm"],
        )
    ],
    check_specs=[dg.AssetCheckSpec(CHECK, asset=_key(spec)) for spec in SPECS],
    partitions_def=AS_OF_DATES,
)
def audiences(
    context: dg.AssetExecutionContext, home: HomeStore, exchange: ParquetStore
) -> Iterator[Any]:
    """Build every audience, judge it, and put its folder in place."""
    rules = load_consent_rules(CONSENT_RULES)
    lists = read_suppression_lists(home.paths.ledger / "suppression", SPECS)
    judged = []
    for outcome in _build(context, exchange, lists, rules):
        outcome, check = _judge(outcome)
        folder = home.paths.audiences / outcome.spec.audience / context.partition_key
        replace_folder(folder, _render(outcome, lists, rules))
        judged.append(outcome)
        yield dg.MaterializeResult(
            asset_key=_key(outcome.spec), metadata=_describe(outcome), check_results=[check]
        )
    yield exchange.write_part(
        "audience_members", context.partition_key, list_memberships(judged)
    )._replace(asset_key=dg.AssetKey(["exchange", "audience_members"]))


def _build(
    context: dg.AssetExecutionContext,
    exchange: ParquetStore,
    lists: SuppressionLists,
    rules: ConsentRules,
) -> list[Outcome]:
    contact_points = exchange.read("int_contact_points")
    profile = build_profile(
        exchange.read("int_customer_profiles"),
        exchange.read("int_customer_orders"),
        contact_points,
        exchange.read_part("customer_rfm", context.partition_key),
        exchange.read_part("customer_tiers", context.partition_key),
        as_of_date=as_of_date(context),
    )
    return build_audiences(
        SPECS,
        profile,
        contact_points,
        exchange.read("int_consents_resolved"),
        exchange.read("identity_nodes"),
        lists=lists,
        rules=rules,
        as_of_date=as_of_date(context),
    )


def _judge(outcome: Outcome) -> tuple[Outcome, dg.AssetCheckResult]:
    """Let an audience leave only when its file is in order; a stopped one stays stopped."""
    if isinstance(outcome, StoppedAudience):
        return outcome, _check(outcome.spec, passed=False, metadata={"reason": outcome.reason})
    verdict = judge_audience(outcome.members, outcome.spec, member_count=outcome.waterfall.members)
    check = _check(outcome.spec, passed=verdict.passed, metadata=verdict.metadata)
    if verdict.passed:
        return outcome, check
    return (
        StoppedAudience(outcome.spec, outcome.as_of_date, "refused", verdict.reason),
        check,
    )


def _check(spec: AudienceSpec, *, passed: bool, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=_key(spec), check_name=CHECK, passed=passed, metadata=metadata
    )


def _render(outcome: Outcome, lists: SuppressionLists, rules: ConsentRules) -> dict[str, bytes]:
    if isinstance(outcome, AudienceResult):
        return render_audience(outcome, rules=rules, lists=lists.found)
    return render_stopped(outcome)


def _describe(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, StoppedAudience):
        return {"status": outcome.status, "dagster/row_count": 0}
    return {**asdict(outcome.waterfall), "dagster/row_count": outcome.waterfall.members}
