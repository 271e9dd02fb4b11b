with

households as (

    select * from {{ source('exchange', 'identity_households') }}

),

final as (

    select
        ---------- ids
        cast(household_id as string) as household_id,
        cast(customer_id as string) as customer_id
    from households

)

select * from final
