{{ config(materialized='dated') }}

with

tiers as (

    select * from {{ source('exchange', 'customer_tiers') }}

),

final as (

    select
        ---------- ids
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(value_tier as string) as value_tier,
        cast(activity_tier as string) as activity_tier,
        cast(loyalty_tier as string) as loyalty_tier,
        cast(threshold_version as string) as threshold_version,

        ---------- numbers
        cast(margin_rate_ppm as bigint) as margin_rate_ppm,
        cast(recent_interaction_count as bigint) as recent_interaction_count,
        cast(recent_login_day_count as bigint) as recent_login_day_count,
        cast(recent_purchase_day_count as bigint) as recent_purchase_day_count,
        cast(days_since_last_event as bigint) as days_since_last_event,
        cast(active_purchase_days as bigint) as active_purchase_days,
        cast(dormant_after_days as bigint) as dormant_after_days,
        cast(loyal_quarter_count as bigint) as loyal_quarter_count,
        cast(advocacy_count as bigint) as advocacy_count,

        ---------- booleans
        cast(is_margin_unknown as boolean) as is_margin_unknown,
        cast(is_loyal_behavioural as boolean) as is_loyal_behavioural,

        ---------- dates
        cast(as_of_date as date) as as_of_date
    from tiers

)

select * from final
