with

-- a launch from a shared page names the account or device that shared it
visits as (

    select * from {{ ref('stg_sensors__events') }}
    where
        sharer_id is not null
        and sharer_id not in (distinct_id, coalesce(login_id, ''), coalesce(anonymous_id, ''))

),

logins as (

    select * from {{ ref('int_sensors_logins') }}

),

final as (

    select
        substr(visits._content_hash, 1, 20) || '-shr' as event_id,
        'sensors_event' as source,
        'miniprogram' as channel,
        'share_visit' as kind,
        visits.event_name,
        cast(null as string) as subject,
        case when logins.login_id is null then 'anonymous_id' else 'app_user_id' end as namespace,
        visits.sharer_id as identifier,
        visits.occurred_at,
        visits._source_file as source_file,
        visits._line_number as line_number
    from visits
    left join logins on visits.sharer_id = logins.login_id

)

select * from final
