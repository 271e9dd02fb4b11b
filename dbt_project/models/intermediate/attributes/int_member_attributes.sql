{{ config(materialized='handoff') }}

with

members as (

    {{
        attribute_rows(
            ref('stg_pospal__members'),
            source='pospal_member',
            record="'pospal_member:' || pospal_customer_uid",
            seen_at='coalesce(_exported_at, registered_at)',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'true'},
                {'attribute': 'birth_date', 'column': birth_date('birthday'), 'verified': 'true'},
                {'attribute': 'birth_day', 'column': birth_day('birthday'), 'verified': 'true'},
                {'attribute': 'member_level', 'column': 'member_level', 'verified': 'true'},
                {'attribute': 'email', 'column': 'email', 'verified': 'false'},
            ]
        )
    }}

),

taobao_members as (

    {{
        attribute_rows(
            ref('stg_taobao__members'),
            source='taobao_member',
            record="'taobao_member:' || taobao_open_uid",
            seen_at='coalesce(_exported_at, last_trade_at)',
            attributes=[
                {'attribute': 'member_level', 'column': 'member_level', 'verified': 'true'},
            ]
        )
    }}

),

till_sales as (

    {{
        attribute_rows(
            ref('stg_pos__sales'),
            source='pos_sales',
            record="case when member_no is not null then 'order:' || order_id end",
            seen_at='sold_at',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'true'},
            ]
        )
    }}

),

final as (

    select * from members
    union all
    select * from taobao_members
    union all
    select * from till_sales

)

select * from final
