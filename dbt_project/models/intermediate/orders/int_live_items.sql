with

douyin as (

    select
        order_id,
        'douyin_order' as source,
        coalesce(sku_code, item_id) as item_code,
        item_title,
        sku_attrs,
        author_id,
        quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        sub_order_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_douyin__sub_orders') }}

),

-- an order that the export does not hold (yet)
douyin_api_orders as (

    select * from {{ ref('stg_douyin__api_orders') }}
    where order_id not in (select douyin.order_id from douyin)

),

douyin_api_items as (

    {{ unnest_json('douyin_api_orders', 'items') }}

),

kuaishou as (

    select
        order_id,
        'kuaishou_order' as source,
        coalesce(sku_code, item_id) as item_code,
        item_title,
        cast(null as string) as sku_attrs,
        author_id,
        quantity,
        price as unit_price_amount,
        paid_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_kuaishou__orders') }}

),

final as (

    select * from douyin
    union all
    select
        order_id,
        'douyin_order_api' as source,
        {{ json_str('item', '$.product_id') }} as item_code,
        {{ json_str('item', '$.product_name') }} as item_title,
        cast(null as string) as sku_attrs,
        {{ json_str('item', '$.author_id') }} as author_id,
        {{ json_decimal('item', '$.item_num', scale=3) }} as quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        cast({{ json_decimal('item', '$.pay_amount') }} / 100 as decimal(18, 2)) as line_amount,
        item_position as line_order,
        _source_file as source_file,
        _line_number as line_number
    from douyin_api_items
    union all
    select * from kuaishou

)

select * from final
