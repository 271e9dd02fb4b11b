{{ config(materialized='handoff') }}

with

-- an order that the app saw placed or paid: its account is that of the order of this number
order_events as (

    select
        sightings.source,
        orders.order_id,
        sightings.app_user_id,
        sightings.seen_at,
        sightings._source_file,
        sightings._line_number
    from {{ ref('int_order_sightings') }} as sightings
    inner join {{ ref('int_orders_unified') }} as orders
        on sightings.placed_order_no = orders.source_order_id
    where orders.platform in ('wechat', 'youzan')

),

final as (

    {{
        identifier_rows(
            'order_events',
            record="'order:' || order_id",
            rule='order_event',
            seen_at='seen_at',
            identifiers=[
                {'namespace': 'app_user_id', 'column': 'app_user_id', 'strength': 'strong'},
            ]
        )
    }}

)

select * from final
