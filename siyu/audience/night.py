"""All audiences of one night: each is built or stopped by itself, the others go on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from siyu.audience.build import (
    MEMBERSHIP_SCHEMA,
    NO_CONTACTS,
    AudienceResult,
    ContactHistoryUnavailableError,
    build_audience,
)
from siyu.audience.folder import StoppedAudience
from siyu.audience.same_person import NO_GROUPS, groups_for_messages
from siyu.audience.spec import AudienceSpec
from siyu.audience.suppression import (
    SuppressionList,
    SuppressionListUnavailableError,
    read_suppression_list,
    resolve_suppressions,
)
from siyu.consent.rules import ConsentRules

Outcome = AudienceResult | StoppedAudience


@dataclass(frozen=True)
class SuppressionLists:
    """The lists of a home.

    Attributes:
        found: Lists that were read whole.
        unavailable: Name of a list that could not → what to do.
    """

    found: dict[str, SuppressionList]
    unavailable: dict[str, str]


def read_suppression_lists(folder: Path, specs: Iterable[AudienceSpec]) -> SuppressionLists:
    """Read every list an audience names; one that cannot be read is noted, not left out."""
    lists = SuppressionLists(found={}, unavailable={})
    for name in sorted({name for spec in specs for name in spec.suppress}):
        try:
            lists.found[name] = read_suppression_list(folder, name)
        except SuppressionListUnavailableError as error:
            lists.unavailable[name] = str(error)
    return lists


def build_audiences(
    specs: Sequence[AudienceSpec],
    profile: pl.DataFrame,
    contact_points: pl.DataFrame,
    consents: pl.DataFrame,
    identity_nodes: pl.DataFrame,
    *,
    lists: SuppressionLists,
    rules: ConsentRules,
    as_of_date: date,
    contacts: pl.DataFrame = NO_CONTACTS,
    renamed: pl.DataFrame | None = None,
    likely: pl.DataFrame | None = None,
) -> list[Outcome]:
    """Build every audience, one outcome per spec in the order given.

    Args:
        specs: The declared audiences.
        profile: As `siyu.audience.profile.build_profile` returns it.
        contact_points: Hand-off ``int_contact_points``.
        consents: Hand-off ``int_consents_resolved``.
        identity_nodes: Table ``identity_nodes``.
        lists: The suppression lists of the home.
        rules: Settings of ``config/consent.yml``.
        as_of_date: Business day.
        contacts: Hand-off ``int_customer_contacts``.
        renamed: Ids that merges ended, see `siyu.audience.suppression.resolve_suppressions`.
        likely: Table ``identity_likely``: nobody gets one message under two ids.
    """
    groups = NO_GROUPS if likely is None else groups_for_messages(likely)
    suppressions = resolve_suppressions(
        lists.found, identity_nodes, contact_points, renamed=renamed
    )
    outcomes: list[Outcome] = []
    for spec in specs:
        lost = [lists.unavailable[name] for name in spec.suppress if name in lists.unavailable]
        if lost:
            outcomes.append(StoppedAudience(spec, as_of_date, "stopped", "\n".join(lost)))
            continue
        try:
            result = build_audience(
                profile,
                contact_points,
                consents,
                suppressions,
                spec,
                rules=rules,
                as_of_date=as_of_date,
                contacts=contacts,
                groups=groups,
            )
        except ContactHistoryUnavailableError as error:
            outcomes.append(StoppedAudience(spec, as_of_date, "stopped", str(error)))
        else:
            outcomes.append(result)
    return outcomes


def list_memberships(outcomes: Iterable[Outcome]) -> pl.DataFrame:
    """Rows of ``audience_members`` of the night, sorted; a stopped audience has none."""
    parts = [outcome.memberships for outcome in outcomes if isinstance(outcome, AudienceResult)]
    return pl.concat([pl.DataFrame(schema=MEMBERSHIP_SCHEMA), *parts]).sort(
        "audience", "customer_id"
    )
