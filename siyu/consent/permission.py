"""Whether a customer may be contacted for a purpose on a channel, and if not, why."""

import polars as pl

from siyu.consent.rules import ConsentRules

# reasons in the order they are looked for: the first that holds is the one that is shown
REFUSALS = ("profile_withdrawn", "withdrawn", "not_granted", "not_reachable")


def permitted(
    customers: pl.DataFrame,
    states: pl.DataFrame,
    reachable: pl.DataFrame,
    *,
    purpose: str,
    channel: str,
    rules: ConsentRules,
) -> pl.DataFrame:
    """Judge each customer for one purpose on one channel.

    Args:
        customers: ``customer_id``, unique.
        states: As `siyu.consent.states.consent_states` returns them.
        reachable: ``customer_id`` of everyone with a living relation or an address there.
        purpose: What the contact is for, such as ``marketing``.
        channel: Where; a channel the rules do not name permits nobody.
        rules: Settings of ``config/consent.yml``.

    Returns:
        One row per customer in the order given: ``customer_id``, ``is_permitted`` (Boolean),
        ``refusal`` (one of `REFUSALS`; null when permitted).
    """
    rule = rules.channels.get(channel)
    is_withdrawn = pl.col("state") == "withdrawn"
    everywhere = pl.col("channel").is_in([channel, *rules.every_channel])
    for_it = pl.col("purpose").is_in([purpose, *rules.every_purpose])
    withdrawn = states.filter(is_withdrawn & for_it & everywhere)
    blocked = states.filter(is_withdrawn & pl.col("purpose").is_in(rules.blocking_purposes))
    granted = states.filter(
        (pl.col("state") == "granted")
        & (pl.col("purpose") == purpose)
        & (pl.col("channel") == channel)
    )
    needs_grant = rule is None or rule.needs == "grant"
    refusal = (
        pl.when(_is_among(blocked))
        .then(pl.lit("profile_withdrawn"))
        .when(_is_among(withdrawn))
        .then(pl.lit("withdrawn"))
        .when(pl.lit(rule is None) | (pl.lit(needs_grant) & ~_is_among(granted)))
        .then(pl.lit("not_granted"))
        .when(~_is_among(reachable))
        .then(pl.lit("not_reachable"))
    )
    return customers.select("customer_id", refusal=refusal).select(
        "customer_id", "refusal", is_permitted=pl.col("refusal").is_null()
    )


def _is_among(people: pl.DataFrame) -> pl.Expr:
    return pl.col("customer_id").is_in(people["customer_id"].unique().implode())
