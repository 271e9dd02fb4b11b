with

source as (

    select * from {{ source('landing', 'pospal_ticket') }}

),

newest as (

    {{ dedupe('source', key=['ticket_uid']) }}

),

final as (

    select
        ---------- ids
        cast('pospal:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(ticket_uid as string) as ticket_uid,
        cast(pospal_customer_uid as string) as pospal_customer_uid,

        ---------- text
        cast(ticket_type as string) as ticket_type,
        cast(items as string) as items,
        cast(payments as string) as payments,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(profit_amount as decimal(18, 2)) as profit_amount,

        ---------- booleans
        cast(is_void = 1 as boolean) as is_void,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
