{{ config(materialized='by_file', files='int_event_files') }}

with

events as (

    select * from {{ ref('stg_sensors__events') }}
    where record_type in ('profile_unset', 'profile_delete')

),

final as (

    select
        files.source,
        coalesce(events.login_id, events.distinct_id) as app_user_id,
        events.record_type,
        events.occurred_at,
        events._source_file,
        events._line_number,
        files.file_state
    from events
    inner join {{ ref('int_event_files') }} as files
        on events._source_file = files._source_file
    where files.source = 'sensors_event'

)

select * from final
