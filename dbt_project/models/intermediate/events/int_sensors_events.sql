with

-- old Sensors data has no login_id: what signed up once is a login ever after
logins as (

    select * from {{ ref('int_sensors_logins') }}

),

final as (

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
            when sensors.record_type = 'track_id_unbind' then sensors.login_id
            else coalesce(sensors.login_id, sensors.identity_login_id, logins.login_id)
        end as app_user_id,
        coalesce(
            case when sensors.record_type != 'track_id_unbind' then sensors.anonymous_id end,
            sensors.original_id,
            case
                when
                    sensors.record_type != 'track_id_unbind'
                    and sensors.login_id is null
                    and sensors.identity_login_id is null
                    and logins.login_id is null
                    and sensors.record_type != 'track_signup'
                    then sensors.distinct_id
            end
        ) as anonymous_id,
        -- what is unbound was of two people
        case
            when sensors.record_type != 'track_id_unbind'
                then coalesce(sensors.unionid, sensors.identity_unionid)
        end as unionid,
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
        sensors.rating,
        sensors.nps_score,
        sensors.body_text,
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

)

select * from final
