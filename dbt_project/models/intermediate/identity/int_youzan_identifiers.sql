{{ config(materialized='handoff') }}

with

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

final as (

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

)

select * from final
