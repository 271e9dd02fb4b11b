{{ config(materialized='handoff') }}

with

-- the order of a ticket carries the ticket's own uid where two tills printed one number
tickets as (

    select
        tickets.*,
        orders.order_id as till_order_id
    from {{ ref('stg_pospal__tickets') }} as tickets
    inner join {{ ref('int_pospal_orders') }} as orders
        on tickets._source_file = orders.source_file and tickets._line_number = orders.line_number
    where orders.source = 'pospal_ticket'

),

pospal_tickets as (

    {{
        identifier_rows(
            'tickets',
            source='pospal_ticket',
            record="'order:' || till_order_id",
            rule='order',
            seen_at='occurred_at',
            identifiers=[
                {
                    'namespace': 'pospal_customer_uid',
                    'column': 'pospal_customer_uid',
                    'strength': 'strong',
                },
            ]
        )
    }}

),

till_reports as (

    {{
        identifier_rows(
            ref('stg_pos__sales'),
            source='pos_sales',
            record="'order:' || order_id",
            rule='order',
            seen_at='sold_at',
            identifiers=[
                {'namespace': 'member_no', 'column': 'member_no', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'phone', 'strength': 'candidate'},
            ]
        )
    }}

),

final as (

    select * from pospal_tickets
    union all
    select * from till_reports

)

select * from final
