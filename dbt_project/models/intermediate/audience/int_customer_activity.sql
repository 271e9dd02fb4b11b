{{ config(materialized='handoff') }}

with

interactions as (

    select * from {{ ref('interactions') }}
    where customer_id is not null and is_engagement

),

final as (

    select
        customer_id,
        {{ business_date('occurred_at') }} as activity_date,
        cast(sum(case when kind != 'login' then 1 else 0 end) as bigint) as interaction_count,
        cast(sum(case when kind = 'login' then 1 else 0 end) as bigint) as login_count
    from interactions
    group by customer_id, {{ business_date('occurred_at') }}

)

select * from final
