with

youzan_trades as (

    select * from {{ ref('stg_youzan__trades') }}

),

youzan_items as (

    {{ unnest_json('youzan_trades', 'items') }}

),

channels_orders as (

    select * from {{ ref('stg_channels__orders') }}

),

channels_items as (

    {{ unnest_json('channels_orders', 'items') }}

),

final as (

    select
        order_id,
        'youzan_trade' as source,
        coalesce(
            nullif({{ json_str('item', '$.outer_sku_id') }}, ''),
            {{ json_str('item', '$.item_id') }}
        ) as item_code,
        {{ json_str('item', '$.title') }} as item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        {{ json_decimal('item', '$.num', scale=3) }} as quantity,
        {{ json_decimal('item', '$.price') }} as unit_price_amount,
        {{ json_decimal('item', '$.payment') }} as line_amount,
        item_position as line_order,
        _source_file as source_file,
        _line_number as line_number
    from youzan_items
    union all
    select
        order_id,
        'channels_order' as source,
        {{ json_str('item', '$.product_id') }} as item_code,
        {{ json_str('item', '$.title') }} as item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        {{ json_decimal('item', '$.sku_cnt', scale=3) }} as quantity,
        cast(
            {{ json_decimal('item', '$.sale_price') }} / 100 as decimal(18, 2)
        ) as unit_price_amount,
        cast(null as decimal(18, 2)) as line_amount,
        item_position as line_order,
        _source_file as source_file,
        _line_number as line_number
    from channels_items
    union all
    select
        order_id,
        'linkwechat_product_order' as source,
        cast(null as string) as item_code,
        item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        paid_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_linkwechat__product_orders') }}

)

select * from final
