{{ config(materialized='table') }}

with

stated as (

    select * from {{ ref('int_consents_stated') }}
    union all
    select * from {{ ref('int_consents_signalled') }}

),

ranked as (

    select
        *,
        lag(basis) over (
            partition by namespace, identifier, purpose, channel
            order by effective_at, state, source, source_file, line_number
        ) as previous_basis,
        last_value(
            case when basis not in ('relationship_ended', 'relationship_restored') then state end
            ignore nulls
        ) over (
            partition by namespace, identifier, purpose, channel
            order by effective_at, state, source, source_file, line_number
            rows between unbounded preceding and current row
        ) as state_in_words
    from stated

),

final as (

    select
        cast(namespace as string) as namespace,
        cast(identifier as string) as identifier,
        cast(purpose as string) as purpose,
        cast(channel as string) as channel,
        -- coming back undoes the withdrawal that leaving was: what was said in words counts again
        cast(
            case
                when basis = 'relationship_restored' then coalesce(state_in_words, 'unknown')
                else state
            end as string
        ) as state,
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
