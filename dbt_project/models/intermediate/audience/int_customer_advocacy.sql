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
        cast(
            case kind
                when 'review' then 'good_review'
                when 'nps_answer' then 'nps_promoter'
                else kind
            end as string
        ) as kind
    from interactions
    where
        kind in ('referral', 'share_visit')
        or (kind in ('review', 'nps_answer') and rating = 'good')

)

select * from final
