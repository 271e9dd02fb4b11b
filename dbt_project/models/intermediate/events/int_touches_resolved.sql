{{
    config(
        materialized='by_file',
        files='int_touch_files',
        refresh='changed_owners',
        refreshed=['interaction_id', 'customer_id']
    )
}}

with

events as (

    select * from {{ ref('int_events_unified') }}

),

owned as (

    {{ with_owners('events') }}

),

final as (

    select
        owned.interaction_id,
        owned.customer_id,
        owned.channel,
        owned.kind,
        owned.source,
        {{ scrub_name('owned.event_name') }} as event_name,
        {{ scrub_code('owned.subject') }} as subject,
        {{ scrub('owned.body_text') }} as body_text,
        owned.rating,
        owned.is_engagement,
        owned.occurred_at,
        -- by which the owner is looked up again; the id of an event is its interaction's, mostly
        case when owned.namespace = 'phone' then owned.event_id end as event_id,
        owned.namespace,
        owned.identifier,
        owned.record_id,
        owned.source_file as _source_file,
        files.file_state
    from owned
    inner join {{ ref('int_touch_files') }} as files
        on owned.source = files.source and owned.source_file = files._source_file

)

select * from final
