with

told as (

    select * from {{ ref('int_tracked_combinations') }}
    where placed_order_no is not null and app_user_id is not null

),

final as (

    {{
        sightings(
            'told',
            columns=tracked_ids() + ['placed_order_no'],
            seen_at='seen_at'
        )
    }}

)

select * from final
