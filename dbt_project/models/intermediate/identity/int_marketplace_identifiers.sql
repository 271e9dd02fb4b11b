{{ config(materialized='handoff') }}

with

accounts as (

    select
        'taobao_trade_api' as source,
        order_id,
        'taobao_open_uid' as namespace,
        taobao_open_uid as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_taobao__trades') }}
    union all
    select
        'taobao_order' as source,
        order_id,
        cast(null as string) as namespace,
        cast(null as string) as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_taobao__orders') }}
    union all
    select
        'jd_order' as source,
        order_id,
        'jd_account' as namespace,
        jd_account as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_jd__order_items') }}
    union all
    select
        'douyin_order' as source,
        order_id,
        cast(null as string) as namespace,
        cast(null as string) as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_douyin__sub_orders') }}
    union all
    select
        'douyin_order_api' as source,
        order_id,
        'doudian_open_id' as namespace,
        doudian_open_id as account_id,
        cast(null as string) as receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_douyin__api_orders') }}
    union all
    select
        'kuaishou_order' as source,
        order_id,
        cast(null as string) as namespace,
        cast(null as string) as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_kuaishou__orders') }}
    union all
    select
        'xiaohongshu_order' as source,
        order_id,
        'xhs_user_id' as namespace,
        xhs_user_id as account_id,
        receiver_phone,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_xiaohongshu__order_items') }}

),

-- a buyer has an account; the phone is the receiver's, who may be somebody else
final as (

    {{
        identifier_rows(
            'accounts',
            record="'order:' || order_id",
            rule='order',
            seen_at='created_at',
            identifiers=[
                {
                    'namespace_column': 'namespace',
                    'column': 'account_id',
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

)

select * from final
