with

mini_program as (

    select * from {{ ref('int_wxapp_orders') }}

),

channels as (

    select * from {{ ref('stg_channels__orders') }}

),

linkwechat as (

    select * from {{ ref('stg_linkwechat__product_orders') }}

),

-- 10 unpaid, 200 every item refunded, 250 cancelled before payment
channels_orders as (

    select
        order_id,
        source_order_id,
        'channels_order' as source,
        case status when 10 then 'unpaid' when 250 then 'cancelled' else 'paid' end as status,
        cast(status as string) as status_word,
        paid_amount as gross_amount,
        case when status = 200 then paid_amount end as stated_refund_amount,
        status in (10, 12, 13, 20, 21, 30, 100, 200, 250) as is_status_known,
        created_at as ordered_at,
        paid_at
    from channels

),

linkwechat_orders as (

    select
        order_id,
        source_order_id,
        'linkwechat_product_order' as source,
        'paid' as status,
        status as status_word,
        paid_amount as gross_amount,
        case when refund_status = '已退款' then refund_amount end as stated_refund_amount,
        coalesce(status like '已完成%', false) as is_status_known,
        paid_at as ordered_at,
        paid_at
    from linkwechat
    where
        order_id not in (select mini_program.order_id from mini_program)
        and order_id not in (select channels.order_id from channels)

),

unioned as (

    select * from mini_program
    union all
    select * from channels_orders
    union all
    select * from linkwechat_orders

),

final as (

    select
        order_id,
        'wechat' as platform,
        source_order_id,
        source,
        status,
        status_word,
        gross_amount,
        stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        is_status_known,
        ordered_at,
        paid_at
    from unioned

)

select * from final
