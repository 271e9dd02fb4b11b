with

tickets as (

    select
        *,
        case when is_return then -1 else 1 end as direction
    from {{ ref('int_till_tickets') }}

),

ticket_items as (

    {{ unnest_json('tickets', 'items') }}

),

final as (

    select
        order_id,
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
    where source_order_id not in (select tickets.ticket_number from tickets)

)

select * from final
