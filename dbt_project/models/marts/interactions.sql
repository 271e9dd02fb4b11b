{{ config(materialized='view') }}

with

touches as (

    select * from {{ ref('int_touches_resolved') }}

),

final as (

    select
        ---------- ids
        cast(interaction_id as string) as interaction_id,
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(channel as string) as channel,
        cast(kind as string) as kind,
        cast(source as string) as source,
        cast(event_name as string) as event_name,
        cast(subject as string) as subject,
        cast(body_text as string) as body_text,
        cast(rating as string) as rating,

        ---------- booleans
        is_engagement,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at
    from touches

)

select * from final
