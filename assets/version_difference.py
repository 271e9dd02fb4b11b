"""What moved between two published versions: customers, tiers, audiences and money.

Tiers and audiences are compared as of the day of each version. A customer that was merged away
counts as the one it was merged into.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from assets.duckdb_files import connected, quote_text
from assets.versions import Version
from siyu.identity.ledger import follow_merges

# events of the log that the older version does not have yet
EVENTS = """
select events.event, events.customer_id, events.other_customer_id, events.reason
from (from newer.marts.identity_log except all from older.marts.identity_log) as events
order by all
"""
CUSTOMERS = """
select
    (select count(*) from older.marts.customers) as before,
    (select count(*) from newer.marts.customers) as after,
    (select count(*) from newer.marts.customers
        where customer_id not in (select customer_id from older.marts.customers)) as came,
    (select count(*) from older.marts.customers
        where customer_id not in (select customer_id from newer.marts.customers)) as gone,
    (select count(*) from older.marts.customers
        where customer_id not in (select customer_id from newer.marts.customers)
        and customer_id in (select former_id from heirs)) as gone_by_merge
"""
# of several who are one customer now, the one whose id stayed says what they were
TIERS = """
with before as (
    select
        coalesce(heirs.customer_id, tiers.customer_id) as customer_id,
        value_tier, activity_tier, loyalty_tier
    from older.marts.customer_tiers as tiers
    left join heirs on tiers.customer_id = heirs.former_id
    where as_of_date = (select as_of_date from older.publication.version)
    qualify row_number() over (
        partition by coalesce(heirs.customer_id, tiers.customer_id)
        order by heirs.former_id is not null, tiers.customer_id
    ) = 1
), after as (
    select customer_id, value_tier, activity_tier, loyalty_tier from newer.marts.customer_tiers
    where as_of_date = (select as_of_date from newer.publication.version)
), both_days as (
    select
        unnest(['value', 'activity', 'loyalty']) as tier,
        unnest([before.value_tier, before.activity_tier, before.loyalty_tier]) as before,
        unnest([after.value_tier, after.activity_tier, after.loyalty_tier]) as after
    from before full join after on before.customer_id = after.customer_id
)
select tier, before, after, count(*) as customers from both_days
where before is distinct from after group by all order by all
"""
AUDIENCES = """
with before as (
    select distinct audience, coalesce(heirs.customer_id, members.customer_id) as customer_id
    from older.marts.audience_members as members
    left join heirs on members.customer_id = heirs.former_id
    where arm = 'treatment'
        and as_of_date = (select as_of_date from older.publication.version)
), after as (
    select distinct audience, customer_id from newer.marts.audience_members
    where arm = 'treatment'
        and as_of_date = (select as_of_date from newer.publication.version)
)
select
    coalesce(after.audience, before.audience) as audience,
    count(before.customer_id) as before,
    count(after.customer_id) as after,
    count(*) filter (where before.customer_id is null) as joined,
    count(*) filter (where after.customer_id is null) as left_it
from before full join after
    on before.audience = after.audience and before.customer_id = after.customer_id
group by 1 order by 1
"""
MONEY = """
select
    coalesce(after.platform, before.platform) as platform,
    count(*) filter (where before.order_id is null) as new_orders,
    count(*) filter (where after.order_id is null) as gone_orders,
    count(*) filter (where before.net_amount <> after.net_amount) as changed_orders,
    coalesce(sum(before.net_amount), 0)::decimal(38, 2) as net_before,
    coalesce(sum(after.net_amount), 0)::decimal(38, 2) as net_after,
    (net_after - net_before)::decimal(38, 2) as net_moved,
    (coalesce(sum(after.refund_amount), 0) - coalesce(sum(before.refund_amount), 0))
        ::decimal(38, 2) as refunds_moved
from older.marts.orders as before
full join newer.marts.orders as after on before.order_id = after.order_id
group by 1 order by 1
"""
# an order that is another person's now, merges apart
REASSIGNED = """
select count(*) as orders, coalesce(sum(after.net_amount), 0)::decimal(38, 2) as net_amount
from older.marts.orders as before
inner join newer.marts.orders as after on before.order_id = after.order_id
left join heirs on before.customer_id = heirs.former_id
where coalesce(heirs.customer_id, before.customer_id) is distinct from after.customer_id
"""
CUSTOMER_MONEY = """
with before as (
    select coalesce(heirs.customer_id, orders.customer_id) as customer_id,
        sum(net_amount) as net_amount, sum(refund_amount) as refund_amount
    from older.marts.orders as orders
    left join heirs on orders.customer_id = heirs.former_id group by 1
), after as (
    select customer_id, sum(net_amount) as net_amount, sum(refund_amount) as refund_amount
    from newer.marts.orders group by 1
)
select
    coalesce(after.customer_id, before.customer_id) as customer_id,
    coalesce(before.net_amount, 0)::decimal(38, 2) as net_before,
    coalesce(after.net_amount, 0)::decimal(38, 2) as net_after,
    (net_after - net_before)::decimal(38, 2) as net_moved,
    (coalesce(after.refund_amount, 0) - coalesce(before.refund_amount, 0))
        ::decimal(38, 2) as refunds_moved
from before full join after on before.customer_id is not distinct from after.customer_id
where net_moved <> 0 or refunds_moved <> 0
order by abs(net_moved) desc, customer_id nulls last limit ?
"""


@dataclass(frozen=True)
class VersionDifference:
    """What moved from an older version to a newer one.

    Attributes:
        older: The version before.
        newer: The version after.
        customers: Counts: before, after, came, gone, gone_by_merge.
        events: One row per event of a customer id since: event, customer_id,
            other_customer_id, reason.
        tiers: One row per tier and change: tier, before, after (null = no such customer),
            customers.
        audiences: One row per audience: before, after, joined, left_it, in members.
        money: One row per platform: orders that are new, gone, changed; net and refunds in yuan.
        reassigned: Orders that belong to someone else now, merges apart, and their net in yuan.
        customer_money: Customers whose money moved most, null = nobody known.
    """

    older: Version
    newer: Version
    customers: dict[str, int]
    events: pl.DataFrame
    tiers: pl.DataFrame
    audiences: pl.DataFrame
    money: pl.DataFrame
    reassigned: dict[str, Any]
    customer_money: pl.DataFrame


def compare_versions(older: Version, newer: Version, *, top: int = 20) -> VersionDifference:
    """Compare two published versions.

    Args:
        older: The version before.
        newer: The version after.
        top: Number of customers listed whose money moved most.
    """
    with connected(None) as connection:
        for name, version in (("older", older), ("newer", newer)):
            connection.execute(f"attach {quote_text(str(version.path))} as {name} (read_only)")
        events = connection.sql(EVENTS).pl()
        heirs = _heirs(events)
        connection.register("heirs", heirs.to_arrow())
        return VersionDifference(
            older=older,
            newer=newer,
            customers=_row(connection, CUSTOMERS),
            events=events,
            tiers=connection.sql(TIERS).pl(),
            audiences=connection.sql(AUDIENCES).pl(),
            money=connection.sql(MONEY).pl(),
            reassigned=_row(connection, REASSIGNED),
            customer_money=connection.execute(CUSTOMER_MONEY, [top]).pl(),
        )


def _heirs(events: pl.DataFrame) -> pl.DataFrame:
    merged = events.filter(event="merged")
    return follow_merges(merged.select(number="customer_id", today="other_customer_id")).select(
        former_id="number", customer_id="today"
    )


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    return connection.sql(query).pl().row(0, named=True)
