{{ config(materialized='table') }}

with

stated as (

    select * from {{ ref('int_consents_stated') }}
    union all
    select * from {{ ref('int_consents_signalled') }}

),

-- coming back to an account undoes the withdrawal that leaving it was, and no other one
ranked as (

    select
        *,
        lag(basis) over (
            partition by namespace, identifier, purpose, channel
            order by effective_at, state, source, source_file, line_number
        ) as previous_basis
    from stated

),

final as (

    select
        cast(namespace as string) as namespace,
        cast(identifier as string) as identifier,
        cast(purpose as string) as purpose,
        cast(channel as string) as channel,
        cast(state as string) as state,
        cast(basis as string) as basis,
        is_openid,
        cast(effective_at as timestamp) as effective_at,
        cast(source as string) as source,
        source_file,
        line_number
    from ranked
    where basis != 'relationship_restored' or previous_basis = 'relationship_ended'

)

select * from final
