with

unified as (

    select * from {{ ref('int_orders_unified') }}

),

records as (

    select * from {{ source('exchange', 'identity_records') }}
    where record_id like 'order:%'

),

final as (

    select
        ---------- ids
        unified.order_id,
        unified.platform,
        unified.source_order_id,
        cast(records.customer_id as string) as customer_id,
        unified.source,

        ---------- text
        unified.status,

        ---------- numbers
        unified.gross_amount,
        unified.refund_amount,
        unified.net_amount,
        unified.margin_amount,

        ---------- dates
        unified.order_date,

        ---------- timestamps
        unified.ordered_at,
        unified.paid_at
    from unified
    left join records on 'order:' || unified.order_id = records.record_id

)

select * from final
