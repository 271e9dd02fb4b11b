with

wechat_orders as (

    {{
        identifier_rows(
            ref('stg_wxapp__orders'),
            source='wxapp_order',
            record="'order:' || order_id",
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

youzan_trades as (

    select
        trades.*,
        case
            when oa_openids.oa_openid is null then 'wechat_mp_openid'
            else 'wechat_oa_openid'
        end as openid_namespace,
        -- other channels than WeChat put their own numbers here
        case
            when {{ regexp_like('trades.outer_user_id', '^o[A-Za-z0-9_-]{27}$') }}
                then trades.outer_user_id
        end as openid
    from {{ ref('stg_youzan__trades') }} as trades
    left join {{ ref('int_oa_openids') }} as oa_openids
        on trades.outer_user_id = oa_openids.oa_openid

),

youzan_orders as (

    {{
        identifier_rows(
            'youzan_trades',
            source='youzan_trade',
            record="'order:' || order_id",
            rule='order',
            seen_at='created_at',
            identifiers=[
                {'namespace': 'youzan_open_id', 'column': 'yz_open_id', 'strength': 'strong'},
                {'namespace_column': 'openid_namespace', 'column': 'openid', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'buyer_phone', 'strength': 'strong'},
                {
                    'namespace': 'phone',
                    'column': 'nullif(receiver_phone, buyer_phone)',
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
    union all
    select * from youzan_orders

)

select * from final
