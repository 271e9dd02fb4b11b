with

orders as (

    select * from {{ ref('stg_kuaishou__orders') }}

),

classified as (

    select
        *,
        coalesce(aftersale_status like '%退款成功%', false) as is_refunded,
        case
            when status in ('待付款', '待支付') then 'unpaid'
            when status in ('交易关闭', '已关闭', '已取消') then 'closed'
            when
                status in (
                    '待发货', '部分发货', '已发货', '待收货', '已收货', '已签收', '交易成功', '已完成'
                )
                then 'paid'
            else 'unknown'
        end as status_kind
    from orders

),

final as (

    select
        order_id,
        'kuaishou' as platform,
        source_order_id,
        'kuaishou_order' as source,
        -- a refund may leave 实付款 at zero: then nothing was paid and nothing is to go back
        case
            when status_kind = 'unpaid' then 'unpaid'
            when status_kind = 'closed' and (paid_at is null or paid_amount = 0) then 'cancelled'
            else 'paid'
        end as status,
        status as status_word,
        paid_amount as gross_amount,
        case
            when is_refunded or status_kind = 'closed' then paid_amount
        end as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        status_kind != 'unknown' as is_status_known,
        created_at as ordered_at,
        paid_at
    from classified

)

select * from final
