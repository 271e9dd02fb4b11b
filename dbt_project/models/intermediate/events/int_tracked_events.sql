with

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
        cast(null as string) as rating,
        cast(null as string) as nps_score,
        cast(null as string) as body_text,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from {{ ref('stg_segment__events') }}

),

unioned as (

    select * from {{ ref('int_sensors_events') }}
    union all
    select * from segment_events
    union all
    select * from {{ ref('int_web_events') }}

),

final as (

    select
        source,
        record_kind,
        event_name,
        app_user_id,
        anonymous_id,
        unionid,
        phone,
        email,
        real_name,
        gender,
        province,
        city,
        order_no,
        rating,
        nps_score,
        body_text,
        occurred_at,
        _source_file,
        _line_number,
        _content_hash
    from unioned

)

select * from final
