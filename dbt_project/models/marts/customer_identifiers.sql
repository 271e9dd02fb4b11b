{{ config(materialized='view') }}

with

identifiers as (

    select * from {{ ref('vault_customer_identifiers') }}

),

final as (

    select
        ---------- ids
        customer_id,
        namespace,
        scope,
        identifier_hash,

        ---------- text
        identifier_masked,

        ---------- timestamps
        first_seen_at,
        last_seen_at
    from identifiers

)

select * from final
