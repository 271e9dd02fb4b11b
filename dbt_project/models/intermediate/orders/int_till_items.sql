with

tickets as (

    select
        tickets.*,
        orders.order_id as till_order_id,
        case when tickets.ticket_type = 'SELL_RETURN' then -1 else 1 end as direction
    from {{ ref('stg_pospal__tickets') }} as tickets
    inner join {{ ref('int_pospal_orders') }} as orders
        on tickets._source_file = orders.source_file and tickets._line_number = orders.line_number
    where orders.source = 'pospal_ticket'

),

ticket_items as (

    {{ unnest_json('tickets', 'items') }}

),

final as (

    select
        till_order_id as order_id,
        'pospal_ticket' as source,
        {{ json_str('item', '$.productBarcode') }} as item_code,
        {{ json_str('item', '$.name') }} as item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        direction * {{ json_decimal('item', '$.quantity', scale=3) }} as quantity,
        {{ json_decimal('item', '$.sellPrice') }} as unit_price_amount,
        direction * {{ json_decimal('item', '$.totalAmount') }} as line_amount,
        item_position as line_order,
        _source_file as source_file,
        _line_number as line_number
    from ticket_items
    union all
    select
        order_id,
        'pos_sales' as source,
        item_code,
        item_title,
        cast(null as string) as sku_attrs,
        cast(null as string) as author_id,
        quantity,
        cast(null as decimal(18, 2)) as unit_price_amount,
        paid_amount as line_amount,
        _line_number as line_order,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_pos__sales') }}
    where order_id not in (select tickets.till_order_id from tickets)

)

select * from final
