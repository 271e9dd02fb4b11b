with

-- old Sensors data has no login_id: what signed up once is a login ever after
logins as (

    select distinct
        case
            when record_type = 'track_signup' then distinct_id
            else coalesce(login_id, identity_login_id)
        end as login_id
    from {{ ref('stg_sensors__events') }}
    where record_type = 'track_signup' or login_id is not null or identity_login_id is not null

),

sensors_events as (

    select
        'sensors_event' as source,
        case
            when sensors.record_type = 'track_signup' then 'sign_up'
            when sensors.record_type = 'track_id_bind' then 'id_bind'
            when sensors.record_type like 'profile_set%' then 'profile_set'
            when sensors.record_type = 'track' then 'event'
            else 'other'
        end as record_kind,
        sensors.event_name,
        case
            when sensors.record_type = 'track_signup' then sensors.distinct_id
            else coalesce(sensors.login_id, sensors.identity_login_id, logins.login_id)
        end as app_user_id,
        coalesce(
            sensors.anonymous_id,
            sensors.original_id,
            case
                when
                    sensors.login_id is null
                    and sensors.identity_login_id is null
                    and logins.login_id is null
                    and sensors.record_type != 'track_signup'
                    then sensors.distinct_id
            end
        ) as anonymous_id,
        coalesce(sensors.unionid, sensors.identity_unionid) as unionid,
        case
            when sensors.record_type like 'profile_set%' then sensors.phone
            when sensors.record_type = 'track_id_bind' then sensors.identity_phone
        end as phone,
        cast(null as string) as email,
        cast(null as string) as real_name,
        sensors.gender,
        sensors.province,
        sensors.city,
        sensors.order_no,
        sensors.occurred_at,
        sensors._source_file,
        sensors._line_number,
        sensors._content_hash
    from {{ ref('stg_sensors__events') }} as sensors
    left join logins
        on
            case
                when sensors.login_id is null and sensors.anonymous_id is null
                    then sensors.distinct_id
            end = logins.login_id

),

segment_events as (

    select
        'segment_event' as source,
        case record_type
            when 'identify' then 'profile_set'
            when 'alias' then 'alias'
            when 'group' then 'other'
            else 'event'
        end as record_kind,
        case when record_type in ('page', 'screen') then 'page_view' else event_name end
            as event_name,
        user_id as app_user_id,
        case when record_type = 'alias' then previous_id else anonymous_id end as anonymous_id,
        cast(null as string) as unionid,
        case when record_type = 'identify' then phone end as phone,
        case when record_type = 'identify' then email end as email,
        case when record_type = 'identify' then real_name end as real_name,
        cast(null as string) as gender,
        cast(null as string) as province,
        cast(null as string) as city,
        order_no,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from {{ ref('stg_segment__events') }}

),

final as (

    select * from sensors_events
    union all
    select * from segment_events
    union all
    select * from {{ ref('int_web_events') }}

)

select * from final
