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
    select * from kuaishou

)

select * from final
