with

order_items as (

    select * from {{ ref('stg_xiaohongshu__order_items') }}

),

classified as (

    select
        *,
        coalesce(
            aftersale_status like '%退款成功%' or aftersale_status in ('售后完成', '已退款'), false
        ) as is_refunded,
        case
            when status in ('待付款', '待支付', '未付款', '已下单待付款') then 'unpaid'
            when status in ('已取消', '已关闭') then 'closed'
            when
                status in (
                    '已支付', '待配货', '待发货', '部分发货', '已发货', '已签收', '已收货', '已完成'
                )
                then 'paid'
            else 'unknown'
        end as status_kind
    from order_items

),

-- one row for each SKU, each with its own amount
summed as (

    select
        order_id,
        min(source_order_id) as source_order_id,
        sum(paid_amount) as gross_amount,
        sum(
            case
                when is_refunded or (status_kind = 'closed' and paid_at is not null)
                    then paid_amount
                else 0
            end
        ) as refund_amount,
        case
            when max(case when status_kind in ('paid', 'unknown') then 1 else 0 end) = 1
                then 'paid'
            when max(case when status_kind = 'unpaid' then 1 else 0 end) = 1 then 'unpaid'
            when max(paid_at) is not null then 'paid'
            else 'cancelled'
        end as status,
        min(status) as status_word,
        min(case when status_kind = 'unknown' then 0 else 1 end) = 1 as is_status_known,
        min(created_at) as ordered_at,
        max(paid_at) as paid_at
    from classified
    group by order_id

),

final as (

    select
        order_id,
        'xiaohongshu' as platform,
        source_order_id,
        'xiaohongshu_order' as source,
        status,
        status_word,
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        cast(refund_amount as decimal(18, 2)) as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        is_status_known,
        ordered_at,
        paid_at
    from summed

)

select * from final
