{{ config(alias='customer_identifiers') }}

with

nodes as (

    select * from {{ source('exchange', 'identity_nodes') }}
    where customer_id is not null

),

final as (

    select
        ---------- ids
        cast(customer_id as string) as customer_id,
        cast(namespace as string) as namespace,
        cast(scope as string) as scope,
        cast(identifier as string) as identifier,
        cast(identifier_hash as string) as identifier_hash,

        ---------- text
        cast(identifier_masked as string) as identifier_masked,

        ---------- timestamps
        cast(first_seen_at as timestamp) as first_seen_at,
        cast(last_seen_at as timestamp) as last_seen_at
    from nodes

)

select * from final
