with

unioned as (

    select * from {{ ref('int_taobao_items') }}
    union all
    select * from {{ ref('int_marketplace_items') }}
    union all
    select * from {{ ref('int_live_items') }}
    union all
    select * from {{ ref('int_shop_items') }}
    union all
    select * from {{ ref('int_till_items') }}

),

-- lines are numbered in the order of the export, so a line keeps its number while its order does
final as (

    select
        cast(order_id as string) as order_id,
        row_number() over (
            partition by order_id
            order by line_order, source_file, line_number
        ) as order_line_number,
        cast(source as string) as source,
        cast(item_code as string) as item_code,
        cast({{ scrub_name('item_title') }} as string) as item_title,
        cast(sku_attrs as string) as sku_attrs,
        cast(author_id as string) as author_id,
        cast(quantity as decimal(18, 3)) as quantity,
        cast(unit_price_amount as decimal(18, 2)) as unit_price_amount,
        cast(line_amount as decimal(18, 2)) as line_amount
    from unioned

)

select * from final
