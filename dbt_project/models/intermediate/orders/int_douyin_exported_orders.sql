with

sub_orders as (

    select * from {{ ref('stg_douyin__sub_orders') }}

),

-- an order is paid at once: what one sub-order says of the payment holds for all
sub_orders_classified as (

    select
        *,
        status in ('待支付', '待付款', '待确认') as is_unpaid,
        status in ('已关闭', '已取消') as is_closed,
        coalesce(
            aftersale_status like '%退款成功%' or aftersale_status = '已全额退款', false
        ) as is_refunded,
        status in (
            '待支付', '待付款', '待确认', '已关闭', '已取消', '已支付', '备货中', '待发货', '部分发货',
            '已发货', '已完成'
        ) as is_status_known,
        max(paid_at) over (partition by order_id) as order_paid_at
    from sub_orders

),

final as (

    select
        order_id,
        min(source_order_id) as source_order_id,
        sum(sub_order_amount) as gross_amount,
        sum(
            case
                when is_refunded or (is_closed and order_paid_at is not null)
                    then sub_order_amount
                else 0
            end
        ) as refund_amount,
        case
            when max(order_paid_at) is not null then 'paid'
            when max(case when not is_unpaid and not is_closed then 1 else 0 end) = 1 then 'paid'
            when max(case when is_unpaid then 1 else 0 end) = 1 then 'unpaid'
            else 'cancelled'
        end as status,
        min(status) as status_word,
        min(case when is_status_known then 1 else 0 end) = 1 as is_status_known,
        min(created_at) as ordered_at,
        max(paid_at) as paid_at,
        max(_exported_at) as exported_at
    from sub_orders_classified
    group by order_id

)

select * from final
