{{ config(materialized='handoff') }}

with

customers as (

    select * from {{ ref('customers') }}

),

final as (

    select
        customer_id,
        display_name,
        gender,
        birth_date,
        birth_day,
        province,
        city,
        member_level,
        first_seen_at,
        is_anonymous
    from customers

)

select * from final
