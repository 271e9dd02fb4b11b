with

jd as (

    select
        order_id,
        'jd_order' as source,
        item_id as item_code,
        item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        quantity,
        price as unit_price_amount,
        cast(null as decimal(18, 2)) as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_jd__order_items') }}

),

xiaohongshu as (

    select
        order_id,
        'xiaohongshu_order' as source,
        coalesce(sku_code, item_id) as item_code,
        item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        paid_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_xiaohongshu__order_items') }}

),

pdd as (

    select
        order_id,
        'pdd_order' as source,
        coalesce(sku_code, item_id) as item_code,
        item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        paid_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_pdd__orders') }}

),

final as (

    select * from jd
    union all
    select * from xiaohongshu
    union all
    select * from pdd

)

select * from final
