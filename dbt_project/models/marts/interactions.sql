with

events as (

    select * from {{ ref('int_events_unified') }}

),

-- one row for each identifier: an openid known under two scopes is one customer's or nobody's
nodes as (

    select
        namespace,
        identifier,
        -- no other hash is read: what joins every event should be small
        min(case when namespace = 'phone' then identifier_hash end) as identifier_hash,
        case when min(customer_id) = max(customer_id) then min(customer_id) end as customer_id
    from {{ source('exchange', 'identity_nodes') }}
    group by namespace, identifier

),

records as (

    select * from {{ source('exchange', 'identity_records') }}
    where record_id in (select told.record_id from {{ ref('int_events_told') }} as told)

),

final as (

    select
        ---------- ids
        -- a phone can be guessed from its hash: what names one is hashed with the home's secret
        cast(
            case
                when events.namespace = 'phone'
                    then substr(md5(events.event_id || coalesce(nodes.identifier_hash, '')), 1, 24)
                else events.event_id
            end as string
        ) as interaction_id,
        cast(coalesce(nodes.customer_id, records.customer_id) as string) as customer_id,

        ---------- text
        cast(events.channel as string) as channel,
        cast(events.kind as string) as kind,
        cast(events.source as string) as source,
        cast(events.event_name as string) as event_name,
        cast({{ scrub_code('events.subject') }} as string) as subject,
        cast({{ scrub('events.body_text') }} as string) as body_text,
        cast(events.rating as string) as rating,

        ---------- booleans
        events.is_engagement,

        ---------- timestamps
        cast(events.occurred_at as timestamp) as occurred_at
    from events
    left join nodes
        on events.namespace = nodes.namespace and events.identifier = nodes.identifier
    left join records on events.record_id = records.record_id

)

select * from final
