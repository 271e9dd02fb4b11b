with

items as (

    select * from {{ ref('int_order_items_unified') }}

),

orders as (

    select * from {{ ref('orders') }}

),

final as (

    select
        ---------- ids
        cast(
            items.order_id || '#' || cast(items.order_line_number as string) as string
        ) as order_item_id,
        items.order_id,
        orders.customer_id,
        items.item_code,
        items.author_id,

        ---------- text
        items.item_title,
        items.sku_attrs,

        ---------- numbers
        items.order_line_number,
        items.quantity,
        items.unit_price_amount,
        items.line_amount,

        ---------- dates
        orders.order_date
    from items
    inner join orders on items.order_id = orders.order_id

)

select * from final
