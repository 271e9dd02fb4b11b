with

shared as (

    select * from {{ source('exchange', 'identity_shared') }}

),

final as (

    select
        ---------- ids
        cast(namespace as string) as namespace,
        cast(scope as string) as scope,
        cast(identifier_hash as string) as identifier_hash,

        ---------- text
        cast(identifier_masked as string) as identifier_masked,
        cast(reason as string) as reason,

        ---------- numbers
        cast(fan_out as bigint) as fan_out
    from shared

)

select * from final
