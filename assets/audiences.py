"""Audience assets: who will be contacted as of a day, as files. The rules are in siyu.audience."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dagster as dg

from assets.freshness import EVERY_NIGHT
from assets.measuring import bars, curves, measured, with_metadata
from assets.partitions import AS_OF_DATES, as_of_date
from assets.project import AUDIENCES, CONFIG
from assets.stores import HomeStore, ParquetStore
from expectations.audience_file import AudienceFile, judge_audiences
from expectations.verdict import Verdict
from siyu.audience.build import AudienceResult
from siyu.audience.folder import (
    MANIFEST,
    MEMBERS,
    StoppedAudience,
    render_audience,
    render_stopped,
)
from siyu.audience.night import Outcome, build_audiences, list_memberships, read_suppression_lists
from siyu.audience.overview import sizes_by_day
from siyu.audience.profile import build_profile
from siyu.audience.spec import AudienceSpec
from siyu.consent.rules import load_consent_rules
from siyu.files import holds_exactly, replace_folder
from siyu.identity.ledger import list_renamed

CONSENT_RULES = CONFIG / "consent.yml"
CHECK = "fit_to_leave"
DAYS_SHOWN = 60
STEPS = ("matched", "no_consent", "suppressed", "capped", "holdout", "members")

DEPENDENCIES: list[dg.AssetKey | str] = [
    dg.AssetKey(["exchange", "customer_rfm"]),
    dg.AssetKey(["exchange", "customer_tiers"]),
    dg.AssetKey(["exchange", "identity_nodes"]),
    dg.AssetKey(["exchange", "identity_likely"]),
    "int_customer_profiles",
    "int_customer_orders",
    "int_customer_contacts",
    "int_contact_points",
    "int_consents_resolved",
]
Folders = dict[str, dict[str, bytes]]
MEMBERS_KEY = dg.AssetKey(["exchange", "audience_members"])


def _key(spec: AudienceSpec) -> dg.AssetKey:
    return dg.AssetKey(["audiences", spec.audience])


@dg.multi_asset(
    name="audiences",
    specs=[
        *(
            dg.AssetSpec(
                key=_key(spec),
                deps=DEPENDENCIES,
                group_name="audiences",
                description=f"{spec.title.en} ({spec.title.zh}), one folder per as-of date.",
                kinds={"csv", "json"},
                owners=[f"team:{spec.owner}"],
                freshness_policy=EVERY_NIGHT,
            )
            for spec in AUDIENCES
        ),
        dg.AssetSpec(
            key=MEMBERS_KEY,
            deps=DEPENDENCIES,
            group_name="audiences",
            description="One row per audience, as-of date and customer: treatment or holdout.",
            kinds={"parquet"},
            owners=["team:crm"],
        ),
    ],
    check_specs=[dg.AssetCheckSpec(CHECK, asset=_key(spec)) for spec in AUDIENCES],
    partitions_def=AS_OF_DATES,
)
@measured
def audiences(
    context: dg.AssetExecutionContext, home: HomeStore, exchange: ParquetStore
) -> Iterator[Any]:
    """Build every audience, judge it as it would be written, put its folder in place."""
    left: list[Outcome] = []
    for outcome, files, verdict in _leave(
        home, context.partition_key, *_build(context, home, exchange)
    ):
        replace_folder(_place(home, outcome.spec, context.partition_key), files)
        left.append(outcome)
        yield _result(outcome, verdict)
    members = exchange.write_part("audience_members", context.partition_key, list_memberships(left))
    days, sizes = sizes_by_day(
        exchange.read_newest_days("audience_members", DAYS_SHOWN),
        [spec.audience for spec in AUDIENCES],
    )
    yield with_metadata(
        members._replace(asset_key=MEMBERS_KEY),
        sizes=curves("Audiences by as-of date (customers)", days, sizes),
    )


def _build(
    context: dg.AssetExecutionContext, home: HomeStore, exchange: ParquetStore
) -> tuple[list[Outcome], Folders]:
    rules = load_consent_rules(CONSENT_RULES)
    lists = read_suppression_lists(home.paths.ledger / "suppression", AUDIENCES)
    contact_points = exchange.read("int_contact_points")
    profile = build_profile(
        exchange.read("int_customer_profiles"),
        exchange.read("int_customer_orders"),
        contact_points,
        exchange.read_part("customer_rfm", context.partition_key),
        exchange.read_part("customer_tiers", context.partition_key),
        as_of_date=as_of_date(context),
    )
    outcomes = build_audiences(
        AUDIENCES,
        profile,
        contact_points,
        exchange.read("int_consents_resolved"),
        exchange.read("identity_nodes"),
        lists=lists,
        rules=rules,
        as_of_date=as_of_date(context),
        contacts=exchange.read("int_customer_contacts"),
        renamed=list_renamed(exchange.read("identity_log")),
        likely=exchange.read("identity_likely"),
    )
    folders = {
        outcome.spec.audience: render_audience(outcome, rules=rules, lists=lists.found)
        if isinstance(outcome, AudienceResult)
        else render_stopped(outcome)
        for outcome in outcomes
    }
    return outcomes, folders


def _leave(
    home: HomeStore, day: str, outcomes: list[Outcome], folders: Folders
) -> Iterator[tuple[Outcome, dict[str, bytes], Verdict | None]]:
    """Judge what was built and is new; one found wrong leaves as its manifest, which says why."""
    judged = [
        outcome
        for outcome in outcomes
        if isinstance(outcome, AudienceResult)
        and not holds_exactly(_place(home, outcome.spec, day), folders[outcome.spec.audience])
    ]
    verdicts = {
        verdict.subject: verdict
        for verdict in judge_audiences(
            [_as_file(outcome, folders[outcome.spec.audience]) for outcome in judged]
        )
    }
    for outcome in outcomes:
        verdict = verdicts.get(outcome.spec.audience)
        if verdict is None or verdict.passed:
            yield outcome, folders[outcome.spec.audience], verdict
        else:
            reason = verdict.reason or ""
            refused = StoppedAudience(outcome.spec, outcome.as_of_date, "refused", reason)
            yield refused, render_stopped(refused), verdict


def _as_file(outcome: AudienceResult, files: dict[str, bytes]) -> AudienceFile:
    return AudienceFile(
        audience=outcome.spec.audience,
        channel=outcome.spec.channel,
        members_csv=files[MEMBERS],
        manifest_json=files[MANIFEST],
        suppressed=outcome.suppressed,
        holdout=outcome.holdout,
        size_min=outcome.spec.size.min,
        size_max=outcome.spec.size.max,
    )


def _place(home: HomeStore, spec: AudienceSpec, day: str) -> Path:
    return home.paths.audiences / spec.audience / day


def _result(outcome: Outcome, verdict: Verdict | None) -> dg.MaterializeResult:
    stopped = isinstance(outcome, StoppedAudience)
    numbers: dict[str, Any] = (
        {"status": outcome.status, "reason": outcome.reason, "dagster/row_count": 0}
        if isinstance(outcome, StoppedAudience)
        else {
            **asdict(outcome.waterfall),
            "dagster/row_count": outcome.waterfall.members,
            "waterfall": bars(
                "From matched to members (customers)",
                {step: count for step, count in asdict(outcome.waterfall).items() if step in STEPS},
            ),
        }
    )
    return dg.MaterializeResult(
        asset_key=_key(outcome.spec),
        metadata=numbers,
        check_results=[
            dg.AssetCheckResult(
                asset_key=_key(outcome.spec),
                check_name=CHECK,
                passed=not stopped,
                metadata=verdict.metadata if verdict else numbers,
            )
        ],
    )
