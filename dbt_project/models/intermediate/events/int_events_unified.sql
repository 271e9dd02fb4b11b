with

unioned as (

    {{ touch_rows(ref('int_events_told')) }}
    union all
    {{
        touch_rows(
            ref('int_tracked_touches'),
            stated={'is_engagement': 'true'},
            missing=['record_id']
        )
    }}
    union all
    {{
        touch_rows(
            ref('int_share_touches'),
            stated={'is_engagement': 'true'},
            missing=['body_text', 'rating', 'record_id']
        )
    }}

),

final as (

    select * from unioned
    where occurred_at is not null

)

select * from final
