with

changes as (

    select * from {{ source('exchange', 'identity_log') }}

),

final as (

    select
        ---------- ids
        cast(customer_id as string) as customer_id,
        cast(other_customer_id as string) as other_customer_id,

        ---------- text
        cast(event as string) as event,
        cast(reason as string) as reason,

        ---------- dates
        cast(run_date as date) as run_date
    from changes

)

select * from final
