with

-- the item report names no order line: its rows are the lines
report as (

    select
        order_id,
        'taobao_order_item' as source,
        sku_code as item_code,
        item_title,
        sku_attrs,
        cast(null as string) as author_id,
        quantity,
        price as unit_price_amount,
        cast(null as decimal(18, 2)) as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_taobao__order_items') }}

),

-- an order that the item report does not hold (yet)
trades as (

    select * from {{ ref('stg_taobao__trades') }}
    where order_id not in (select report.order_id from report)

),

trade_items as (

    {{ unnest_json('trades', 'items') }}

),

final as (

    select * from report
    union all
    select
        order_id,
        'taobao_trade_api' as source,
        {{ json_str('item', '$.outer_sku_id') }} as item_code,
        {{ json_str('item', '$.title') }} as item_title,
        {{ json_str('item', '$.sku_properties_name') }} as sku_attrs,
        cast(null as string) as author_id,
        {{ json_decimal('item', '$.num', scale=3) }} as quantity,
        {{ json_decimal('item', '$.price') }} as unit_price_amount,
        {{ json_decimal('item', '$.payment') }} as line_amount,
        item_position as line_order,
        _source_file as source_file,
        _line_number as line_number
    from trade_items

)

select * from final
