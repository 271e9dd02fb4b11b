{{ config(materialized='handoff') }}

with

interactions as (

    select * from {{ ref('interactions') }}
    where customer_id is not null

),

final as (

    select
        customer_id,
        {{ business_date('occurred_at') }} as advocacy_date,
        cast(case kind when 'review' then 'good_review' else kind end as string) as kind
    from interactions
    where kind in ('referral', 'share_visit') or (kind = 'review' and rating = 'good')

)

select * from final
