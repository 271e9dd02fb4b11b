with

orders as (

    select * from {{ ref('stg_pdd__orders') }}

),

classified as (

    select
        *,
        coalesce(status like '%退款成功%' or aftersale_status like '%退款成功%', false) as is_refunded,
        case
            when status in ('待付款', '待支付') then 'unpaid'
            when status in ('已取消', '已关闭', '交易已取消') then 'closed'
            when status like '%退款成功%' then 'paid'
            when status like '待%' or status like '已发货%' or status like '未发货%' then 'paid'
            when status in ('已收货', '已签收', '已完成', '交易成功') then 'paid'
            else 'unknown'
        end as status_kind
    from orders

),

final as (

    select
        order_id,
        'pdd' as platform,
        source_order_id,
        'pdd_order' as source,
        case
            when status_kind = 'unpaid' then 'unpaid'
            when status_kind = 'closed' and paid_at is null then 'cancelled'
            else 'paid'
        end as status,
        status as status_word,
        paid_amount as gross_amount,
        case
            when is_refunded or status_kind = 'closed' then paid_amount
        end as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        status_kind != 'unknown' as is_status_known,
        -- the export has no time of ordering: an unpaid order has none at all
        coalesce(deal_at, paid_at) as ordered_at,
        paid_at
    from classified

)

select * from final
