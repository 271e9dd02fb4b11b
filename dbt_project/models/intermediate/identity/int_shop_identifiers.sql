{{ config(materialized='handoff') }}

with

mini_program as (

    select
        orders.*,
        coalesce(youzan_transactions.order_id, orders.order_id) as real_order_id
    from {{ ref('stg_wxapp__orders') }} as orders
    left join {{ ref('int_youzan_transactions') }} as youzan_transactions
        on orders.wxpay_txn_id = youzan_transactions.wxpay_txn_id

),

wechat_orders as (

    {{
        identifier_rows(
            'mini_program',
            source='wxapp_order',
            record="'order:' || real_order_id",
            rule='order',
            seen_at='coalesce(created_at, paid_at)',
            identifiers=[
                {'namespace': 'wechat_mp_openid', 'column': 'mp_openid', 'strength': 'strong'},
            ]
        )
    }}

),

channels_orders as (

    {{
        identifier_rows(
            ref('stg_channels__orders'),
            source='channels_order',
            record="'order:' || order_id",
            rule='order',
            seen_at='created_at',
            identifiers=[
                {'namespace': 'wechat_mp_openid', 'column': 'openid', 'strength': 'strong'},
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {
                    'namespace': 'phone',
                    'column': 'receiver_phone',
                    'strength': 'candidate',
                    'rule': 'receiver',
                },
            ]
        )
    }}

),

linkwechat_orders as (

    {{
        identifier_rows(
            ref('stg_linkwechat__product_orders'),
            source='linkwechat_product_order',
            record="'order:' || order_id",
            rule='order',
            seen_at='paid_at',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'external_userid',
                    'strength': 'strong',
                },
                {
                    'namespace': 'phone',
                    'column': 'receiver_phone',
                    'strength': 'candidate',
                    'rule': 'receiver',
                },
            ]
        )
    }}

),

final as (

    select * from wechat_orders
    union all
    select * from channels_orders
    union all
    select * from linkwechat_orders

)

select * from final
