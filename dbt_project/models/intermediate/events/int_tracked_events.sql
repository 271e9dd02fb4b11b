with

segment_events as (

    {{
        tracked_rows(
            ref('stg_segment__events'),
            source='segment_event',
            stated={
                'record_kind': "case record_type when 'identify' then 'profile_set' "
                ~ "when 'alias' then 'alias' when 'group' then 'other' else 'event' end",
                'event_name': "case when record_type in ('page', 'screen') then 'page_view' "
                ~ "else event_name end",
                'app_user_id': 'user_id',
                'anonymous_id': "case when record_type = 'alias' then previous_id else anonymous_id end",
                'phone': "case when record_type = 'identify' then phone end",
                'email': "case when record_type = 'identify' then email end",
                'real_name': "case when record_type = 'identify' then real_name end",
            },
            missing=['unionid', 'gender', 'province', 'city', 'rating', 'nps_score', 'body_text']
        )
    }}

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
        -- whoever looks at an order, or shares it, need not be its buyer
        case when {{ event_kind('event_name') }} = 'checkout' then order_no end as placed_order_no,
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
