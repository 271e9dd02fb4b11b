"""From a rule to the people who will be contacted: the exclusions in their fixed order.

matched − no consent − suppressed − capped − holdout = members. Whoever fails several times is
counted at the first. *No consent* holds all whom `siyu.consent.permission` refuses, also for lack
of a living relation or an address on the channel. *Capped* holds those over the frequency cap,
then customers who are likely one person with a better ranked one, then those beyond the limit; the
limit is for both arms together, so they stay comparable.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import polars as pl

from siyu.audience.address import choose_addresses
from siyu.audience.holdout import mark_holdout
from siyu.audience.rule import parse_rule
from siyu.audience.same_person import (
    NO_GROUPS,
    extend_to_groups,
    mark_repeated,
    withdraw_for_groups,
)
from siyu.audience.spec import AudienceSpec, FrequencyCap
from siyu.consent.permission import REFUSALS, permitted
from siyu.consent.rules import ConsentRules
from siyu.consent.states import consent_states
from siyu.errors import SiyuError

MEMBERSHIP_SCHEMA = pl.Schema(
    {
        "audience": pl.String(),
        "as_of_date": pl.Date(),
        "customer_id": pl.String(),
        "arm": pl.String(),
    }
)
CAPS = ("frequency_cap", "same_person", "limit")
NO_CONTACTS = pl.DataFrame(
    schema={"customer_id": pl.String, "channel": pl.String, "contact_date": pl.Date}
)


class ContactHistoryUnavailableError(SiyuError):
    """An audience has a frequency cap, and nobody knows who was contacted."""


@dataclass(frozen=True)
class Waterfall:
    """How the matched became the members; every number counts customers.

    Attributes:
        matched: Whom the rule matched.
        no_consent: Refused by consent, relation or address.
        suppressed: On a suppression list.
        capped: Over the frequency cap or beyond the limit.
        holdout: Kept out to measure.
        members: Who will be contacted.
        no_consent_by_reason: Parts of ``no_consent``.
        capped_by_reason: Parts of ``capped``.
    """

    matched: int
    no_consent: int
    suppressed: int
    capped: int
    holdout: int
    members: int
    no_consent_by_reason: dict[str, int]
    capped_by_reason: dict[str, int]


@dataclass(frozen=True)
class AudienceResult:
    """An audience as of a date.

    Attributes:
        spec: What was asked for.
        as_of_date: Business day.
        members: One row per member in rank order: ``customer_id``, ``rank_number``, ``address``,
            ``scope``, ``sender``, then the profile columns the audience shows.
        holdout: ``customer_id`` of the held out, in rank order.
        suppressed: ``customer_id`` of everyone on the lists it names, matched or not.
        waterfall: The counts.
        data_hash: Digest of the matched customers, the values the audience used and what became
            of each: the same rule and data give the same digest.
    """

    spec: AudienceSpec
    as_of_date: date
    members: pl.DataFrame
    holdout: pl.DataFrame
    suppressed: pl.DataFrame
    waterfall: Waterfall
    data_hash: str

    @property
    def memberships(self) -> pl.DataFrame:
        """Rows of the table ``audience_members``, sorted by ``customer_id``."""
        arms = [
            frame.select(
                pl.lit(self.spec.audience).alias("audience"),
                pl.lit(self.as_of_date).alias("as_of_date"),
                "customer_id",
                pl.lit(arm).alias("arm"),
            )
            for frame, arm in ((self.members, "treatment"), (self.holdout, "holdout"))
        ]
        return pl.concat(arms).cast(MEMBERSHIP_SCHEMA).sort("customer_id")


def build_audience(
    profile: pl.DataFrame,
    contact_points: pl.DataFrame,
    consents: pl.DataFrame,
    suppressions: pl.DataFrame,
    spec: AudienceSpec,
    *,
    rules: ConsentRules,
    as_of_date: date,
    contacts: pl.DataFrame = NO_CONTACTS,
    groups: pl.DataFrame = NO_GROUPS,
) -> AudienceResult:
    """Build one audience.

    Args:
        profile: As `siyu.audience.profile.build_profile` returns it.
        contact_points: Hand-off ``int_contact_points``.
        consents: Hand-off ``int_consents_resolved``, the whole history.
        suppressions: ``suppression_list``, ``customer_id``, of at least the lists the spec names.
        spec: The declared audience.
        rules: Settings of ``config/consent.yml``.
        as_of_date: Business day the answer is true for.
        contacts: Hand-off ``int_customer_contacts``.
        groups: Customers who are likely one person (`siyu.audience.same_person`).

    Raises:
        ContactHistoryUnavailableError: The spec has a frequency cap, and no contact on its
            channel was ever told.
    """
    rule = parse_rule(spec.where)
    ranked = _rank(rule.match(profile), spec)
    consents = _of_concerned(consents, ranked, groups)
    addresses = choose_addresses(
        contact_points.join(ranked, on="customer_id", how="semi"),
        consents,
        channel=spec.channel,
        purpose=spec.purpose,
        as_of_date=as_of_date,
    )
    states = withdraw_for_groups(consent_states(consents, as_of_date=as_of_date), groups)
    suppressed = extend_to_groups(
        suppressions.filter(pl.col("suppression_list").is_in(spec.suppress)), groups
    )
    capped = _list_capped(contacts, spec, as_of_date=as_of_date)
    decided = _decide(
        _refuse(ranked, states, addresses, spec, rules),
        suppressed=suppressed["customer_id"],
        capped=capped,
        groups=groups,
        spec=spec,
    ).join(addresses, on="customer_id", how="left", maintain_order="left")
    members = decided.filter(pl.col("outcome") == "treatment")
    return AudienceResult(
        spec=spec,
        as_of_date=as_of_date,
        members=members.select(
            "customer_id", "rank_number", "address", "scope", "sender", *_shown(spec)
        ),
        holdout=decided.filter(pl.col("outcome") == "holdout").select("customer_id"),
        suppressed=suppressed.select("customer_id").unique().sort("customer_id"),
        waterfall=_count(decided),
        data_hash=_digest(decided, {*rule.columns, *spec.rank_columns, *_shown(spec)}),
    )


def _of_concerned(
    consents: pl.DataFrame, ranked: pl.DataFrame, groups: pl.DataFrame
) -> pl.DataFrame:
    """What was said by matched customers and by who is likely one of them: it counts for both."""
    concerned = pl.concat([ranked.select("customer_id"), groups.select("customer_id")])
    return consents.join(concerned, on="customer_id", how="semi")


def _refuse(
    ranked: pl.DataFrame,
    states: pl.DataFrame,
    addresses: pl.DataFrame,
    spec: AudienceSpec,
    rules: ConsentRules,
) -> pl.DataFrame:
    """Add ``refusal``: why consent keeps the customer out, null where it does not."""
    judged = permitted(
        ranked, states, addresses, purpose=spec.purpose, channel=spec.channel, rules=rules
    )
    return ranked.join(judged.select("customer_id", "refusal"), on="customer_id", how="left")


def _shown(spec: AudienceSpec) -> list[str]:
    return [column for column in spec.shown_columns if column != "customer_id"]


def _rank(matched: pl.DataFrame, spec: AudienceSpec) -> pl.DataFrame:
    terms = [*spec.rank_terms, ("customer_id", False)]
    return matched.sort(
        [column for column, _ in terms],
        descending=[is_descending for _, is_descending in terms],
        nulls_last=True,
    ).with_row_index("rank_number", offset=1)


def _decide(
    ranked: pl.DataFrame,
    *,
    suppressed: pl.Series,
    capped: pl.Series,
    groups: pl.DataFrame,
    spec: AudienceSpec,
) -> pl.DataFrame:
    """Add ``outcome``: the first exclusion that holds, or the arm."""
    customer = pl.col("customer_id")
    removed = (
        pl.when(pl.col("refusal").is_not_null())
        .then(pl.col("refusal"))
        .when(customer.is_in(suppressed.unique().implode()))
        .then(pl.lit("suppressed"))
        .when(customer.is_in(capped.unique().implode()))
        .then(pl.lit("frequency_cap"))
    )
    staged = mark_repeated(ranked.with_columns(outcome=removed), groups)
    place = pl.col("outcome").is_null().cum_sum()
    if spec.limit is not None:
        beyond = pl.col("outcome").is_null() & (place > spec.limit)
        staged = staged.with_columns(
            outcome=pl.when(beyond).then(pl.lit("limit")).otherwise("outcome")
        )
    held = mark_holdout(
        staged["customer_id"], experiment=spec.holdout.experiment, share=spec.holdout.share
    )
    arm = pl.when(pl.lit(held)).then(pl.lit("holdout")).otherwise(pl.lit("treatment"))
    return staged.with_columns(outcome=pl.col("outcome").fill_null(arm))


def _list_capped(contacts: pl.DataFrame, spec: AudienceSpec, *, as_of_date: date) -> pl.Series:
    cap = spec.frequency_cap
    if cap is None:
        return pl.Series("customer_id", [], dtype=pl.String)
    on_channel = contacts.filter(pl.col("channel") == spec.channel)
    if on_channel.is_empty():
        raise ContactHistoryUnavailableError(
            f"{spec.audience}: has a frequency cap, but no export tells of a message delivered on "
            f"{spec.channel}; land the send results or take frequency_cap out"
        )
    return _over_cap(on_channel, cap, as_of_date=as_of_date)


def _over_cap(contacts: pl.DataFrame, cap: FrequencyCap, *, as_of_date: date) -> pl.Series:
    first_day = as_of_date - timedelta(days=cap.days - 1)
    return (
        contacts.filter(pl.col("contact_date").is_between(first_day, as_of_date))
        .group_by("customer_id")
        .len()
        .filter(pl.col("len") >= cap.contacts)["customer_id"]
    )


def _count(decided: pl.DataFrame) -> Waterfall:
    found = dict(decided["outcome"].value_counts().rows())
    no_consent = {reason: found.get(reason, 0) for reason in REFUSALS}
    capped = {reason: found.get(reason, 0) for reason in CAPS}
    return Waterfall(
        matched=decided.height,
        no_consent=sum(no_consent.values()),
        suppressed=found.get("suppressed", 0),
        capped=sum(capped.values()),
        holdout=found.get("holdout", 0),
        members=found.get("treatment", 0),
        no_consent_by_reason=no_consent,
        capped_by_reason=capped,
    )


def _digest(decided: pl.DataFrame, columns: set[str]) -> str:
    used = sorted(columns - {"customer_id"})
    rows = decided.select("customer_id", *used, "address", "scope", "sender", "outcome")
    return sha256(rows.sort("customer_id").write_csv().encode()).hexdigest()
