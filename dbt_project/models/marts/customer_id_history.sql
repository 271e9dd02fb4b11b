with

ended_ids as (

    select * from {{ source('exchange', 'identity_history') }}

),

final as (

    select
        ---------- ids
        cast(former_customer_id as string) as former_customer_id,
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(event as string) as event,

        ---------- dates
        cast(ended_date as date) as ended_date
    from ended_ids

)

select * from final
