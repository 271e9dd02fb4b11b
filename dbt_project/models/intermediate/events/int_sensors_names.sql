{{ config(materialized='by_file', files='int_event_files') }}

with

events as (

    select * from {{ ref('stg_sensors__events') }}

),

-- what an event calls a login, and the names that another event may call one
said as (

    select distinct
        _source_file,
        case
            when record_type = 'track_signup' then distinct_id
            else coalesce(login_id, identity_login_id)
        end as login_id,
        case when login_id is null and anonymous_id is null then distinct_id end as distinct_id,
        sharer_id
    from events

),

columns_said as (

    {{ places(3) }}

),

named as (

    select distinct
        said._source_file,
        columns_said.place = 1 as is_login,
        case columns_said.place
            when 1 then said.login_id when 2 then said.distinct_id else said.sharer_id
        end as sensors_id
    from said
    cross join columns_said

),

final as (

    select
        files.source,
        named._source_file,
        files.file_state,
        named.sensors_id,
        named.is_login
    from named
    inner join {{ ref('int_event_files') }} as files
        on named._source_file = files._source_file and files.source = 'sensors_event'
    where named.sensors_id is not null

)

select * from final
