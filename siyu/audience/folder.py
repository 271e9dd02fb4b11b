"""The files of one audience and date: ``members.csv``, the channel's file, ``manifest.json``.

Content only; `siyu.files.replace_folder` puts it in place.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal

import polars as pl

from siyu.audience.address import ADDRESS_COLUMNS
from siyu.audience.build import AudienceResult
from siyu.audience.destinations import DestinationFiles, render_destination
from siyu.audience.spec import AudienceSpec
from siyu.audience.suppression import SuppressionList
from siyu.consent.rules import ConsentRules
from siyu.spreadsheet_cells import FORMULA_STARTS

MANIFEST = "manifest.json"
MEMBERS = "members.csv"


@dataclass(frozen=True)
class StoppedAudience:
    """An audience that does not leave.

    Attributes:
        spec: What was asked for.
        as_of_date: Business day.
        status: ``stopped`` = it could not be built; ``refused`` = it was, and was found wrong.
        reason: What to do; holds no person's data.
    """

    spec: AudienceSpec
    as_of_date: date
    status: Literal["stopped", "refused"]
    reason: str


def render_audience(
    result: AudienceResult, *, rules: ConsentRules, lists: Mapping[str, SuppressionList]
) -> dict[str, bytes]:
    """All files of an audience that leaves: file name → content."""
    destination = render_destination(result)
    files = {MEMBERS: render_members(result), **destination.files}
    manifest = {
        **_describe(result.spec, result.as_of_date, "ready"),
        **asdict(result.waterfall),
        "consent": {
            "version": rules.version,
            "needs": rules.channels[result.spec.channel].needs
            if result.spec.channel in rules.channels
            else "nobody",
        },
        "suppression_lists": {
            name: {"entries": lists[name].entries.height, "sha256": lists[name].sha256}
            for name in result.spec.suppress
        },
        "data_hash": result.data_hash,
        "destination": _describe_destination(result, destination),
        "files": {
            name: {"bytes": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in files.items()
        },
    }
    return {**files, MANIFEST: _to_bytes(manifest)}


def render_stopped(stopped: StoppedAudience) -> dict[str, bytes]:
    """The manifest of an audience that does not leave: no members, the reason instead."""
    manifest = {
        **_describe(stopped.spec, stopped.as_of_date, stopped.status),
        "reason": stopped.reason,
    }
    return {MANIFEST: _to_bytes(manifest)}


def render_members(result: AudienceResult) -> bytes:
    """One line per member in rank order: customer, address, attributes; UTF-8 with a header.

    Addresses stand as they are: none that is read begins like a formula, but for a phone's ``+``.
    """
    renamed = ADDRESS_COLUMNS[result.spec.channel]
    attributes = [
        _without_formula(column) if result.members.schema[column] == pl.String else pl.col(column)
        for column in result.spec.attributes
        if column != "customer_id"
    ]
    shown = result.members.select(
        "customer_id",
        *(pl.col(source).alias(name) for source, name in renamed.items()),
        *attributes,
    )
    return shown.write_csv().encode()


def _without_formula(column: str) -> pl.Expr:
    text = pl.col(column)
    is_formula = text.str.head(1).is_in(FORMULA_STARTS)
    return pl.when(is_formula).then(pl.lit("'") + text).otherwise(text).alias(column)


def _describe(spec: AudienceSpec, as_of_date: date, status: str) -> dict[str, Any]:
    return {
        "audience": spec.audience,
        "title": spec.title.model_dump(),
        "owner": spec.owner,
        "channel": spec.channel,
        "purpose": spec.purpose,
        "as_of_date": as_of_date.isoformat(),
        "status": status,
        "where": spec.where.strip(),
        "rule_hash": spec.rule_hash,
        "limit": spec.limit,
        "holdout_share": str(spec.holdout.share),
        "experiment": spec.holdout.experiment,
    }


def _describe_destination(result: AudienceResult, files: DestinationFiles) -> dict[str, Any]:
    return {
        "format": result.spec.destination.format,
        "calls": files.call_count,
        "recipients": files.recipient_count,
        "unsent": files.unsent_count,
    }


def _to_bytes(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
