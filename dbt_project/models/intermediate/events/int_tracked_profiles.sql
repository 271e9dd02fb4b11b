{{ config(materialized='by_file', files='int_tracked_files') }}

with

profiles as (

    select * from {{ ref('int_tracked_events') }}
    where record_kind = 'profile_set'

),

final as (

    select
        profiles.source,
        profiles.record_kind,
        profiles.app_user_id,
        profiles.anonymous_id,
        profiles.unionid,
        profiles.phone,
        profiles.email,
        profiles.real_name,
        profiles.gender,
        profiles.province,
        profiles.city,
        profiles.occurred_at,
        profiles._source_file,
        profiles._line_number,
        files.file_state
    from profiles
    inner join {{ ref('int_tracked_files') }} as files
        on profiles.source = files.source and profiles._source_file = files._source_file

)

select * from final
