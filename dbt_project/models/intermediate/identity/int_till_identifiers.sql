{{ config(materialized='handoff') }}

with

pospal_tickets as (

    {{
        identifier_rows(
            ref('int_till_tickets'),
            source='pospal_ticket',
            record="'order:' || order_id",
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
