{{ config(materialized='handoff') }}

with

-- what an order says of a name and a place is of its receiver
receivers as (

    select
        'taobao_order' as source,
        order_id,
        receiver_name,
        {{ text_part('receiver_address', ' ', 1) }} as province,
        {{ text_part('receiver_address', ' ', 2) }} as city,
        cast(null as string) as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_taobao__orders') }}
    union all
    select
        'douyin_order' as source,
        order_id,
        receiver_name,
        province,
        city,
        cast(null as string) as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_douyin__sub_orders') }}
    union all
    select
        'kuaishou_order' as source,
        order_id,
        receiver_name,
        province,
        city,
        cast(null as string) as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_kuaishou__orders') }}
    union all
    select
        'xiaohongshu_order' as source,
        order_id,
        receiver_name,
        province,
        city,
        cast(null as string) as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_xiaohongshu__order_items') }}
    union all
    select
        'youzan_trade' as source,
        order_id,
        receiver_name,
        province,
        city,
        buyer_nickname as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_youzan__trades') }}
    union all
    select
        'channels_order' as source,
        order_id,
        cast(null as string) as receiver_name,
        province,
        city,
        cast(null as string) as nickname,
        created_at,
        _source_file,
        _line_number
    from {{ ref('stg_channels__orders') }}
    union all
    select
        'linkwechat_product_order' as source,
        order_id,
        receiver_name,
        cast(null as string) as province,
        cast(null as string) as city,
        nickname,
        paid_at as created_at,
        _source_file,
        _line_number
    from {{ ref('stg_linkwechat__product_orders') }}

),

final as (

    {{
        attribute_rows(
            'receivers',
            record="'order:' || order_id",
            seen_at='created_at',
            attributes=[
                {'attribute': 'name', 'column': plain_name('receiver_name'), 'verified': 'false'},
                {'attribute': 'province', 'column': province('province'), 'verified': 'false'},
                {'attribute': 'city', 'column': city('city'), 'verified': 'false'},
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
            ]
        )
    }}

)

select * from final
