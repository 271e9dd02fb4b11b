{{ config(materialized='handoff') }}

with

interactions as (

    select * from {{ ref('interactions') }}
    where customer_id is not null and kind = 'message_delivered'

),

final as (

    select
        customer_id,
        channel,
        {{ business_date('occurred_at') }} as contact_date
    from interactions

)

select * from final
