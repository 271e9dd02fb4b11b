with

final as (

    select
        substr(_content_hash, 1, 24) as event_id,
        source,
        case
            when source != 'sensors_event' then 'web'
            when event_name like '$MP%' then 'miniprogram'
            else 'app'
        end as channel,
        case
            when record_kind = 'sign_up' then 'sign_up'
            else {{ event_kind('event_name') }}
        end as kind,
        event_name,
        order_no as subject,
        body_text,
        coalesce({{ nps_rating('nps_score') }}, {{ stars_rating('rating') }}) as rating,
        case when app_user_id is not null then 'app_user_id' else 'anonymous_id' end as namespace,
        coalesce(app_user_id, anonymous_id) as identifier,
        occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('int_tracked_events') }}
    where record_kind in ('event', 'sign_up')

)

select * from final
