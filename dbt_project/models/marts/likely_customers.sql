with

likely as (

    select * from {{ source('exchange', 'identity_likely') }}

),

final as (

    select
        ---------- ids
        cast(likely_id as string) as likely_id,
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(likely_use as string) as likely_use
    from likely

)

select * from final
