with

final as (

    {{
        sightings(
            ref('int_tracked_events'),
            columns=[
                'source',
                'record_kind',
                'app_user_id',
                'anonymous_id',
                'unionid',
                'phone',
                'email',
                'order_no',
            ],
            seen_at='occurred_at'
        )
    }}

)

select * from final
