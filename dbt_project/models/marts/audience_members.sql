{{ config(materialized='dated') }}

with

members as (

    select * from {{ source('exchange', 'audience_members') }}

),

final as (

    select
        ---------- ids
        cast(audience as string) as audience,
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(arm as string) as arm,

        ---------- dates
        cast(as_of_date as date) as as_of_date
    from members

)

select * from final
